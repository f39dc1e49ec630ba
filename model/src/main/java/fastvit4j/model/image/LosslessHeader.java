package fastvit4j.model.image;

import java.io.IOException;
import javax.imageio.IIOException;

/**
 * What comes before the pixels in a lossless WebP stream (VP8L, RFC 9649): transforms, and the sets
 * of prefix codes. A few bytes can ask a decoder for any number of either, and it makes all of them
 * before the first pixel; here they are counted first, without keeping anything.
 */
final class LosslessHeader {
  /**
   * The most sets of prefix codes. The format has room for 65536, 5 to 13 KB each in the decoder's
   * memory; libwebp, which writes nearly all such files, makes 2600 at most.
   */
  static final int MAX_GROUPS = 4096;

  private static final int PREDICTOR = 0;
  private static final int COLOR = 1;
  private static final int COLOR_INDEXING = 3;
  private static final int LITERALS = 256;
  private static final int LENGTHS = 24;
  private static final int DISTANCES = 40;

  private final LosslessBits bits;

  private LosslessHeader(LosslessBits bits) {
    this.bits = bits;
  }

  /**
   * Follows a stream from its transforms to the number of its sets of prefix codes.
   *
   * @throws IIOException if the stream ends before, is damaged, repeats a transform, or has more
   *     than {@link #MAX_GROUPS} sets
   */
  static void check(LosslessBits bits, int width, int height) throws IOException {
    new LosslessHeader(bits).check(width, height);
  }

  private void check(int width, int height) throws IOException {
    int codedWidth = transforms(width, height);
    colorCacheBits();
    if (bits.read(1) == 1) {
      int blockBits = bits.read(3) + 2;
      int groups = subImage(blocks(codedWidth, blockBits), blocks(height, blockBits)) + 1;
      if (groups > MAX_GROUPS) {
        throw new IIOException(groups + " sets of codes, more than any encoder makes");
      }
    }
  }

  /** Skips the transforms, and returns the width that is coded: palettes may pack pixels. */
  private int transforms(int width, int height) throws IOException {
    int codedWidth = width;
    int seen = 0;
    while (bits.read(1) == 1) {
      int type = bits.read(2);
      if ((seen & 1 << type) != 0) {
        throw new IIOException("a transform comes twice");
      }
      seen |= 1 << type;
      if (type == PREDICTOR || type == COLOR) {
        int blockBits = bits.read(3) + 2;
        subImage(blocks(codedWidth, blockBits), blocks(height, blockBits));
      } else if (type == COLOR_INDEXING) {
        int colors = bits.read(8) + 1;
        subImage(colors, 1);
        codedWidth = blocks(codedWidth, colors > 16 ? 0 : colors > 4 ? 1 : colors > 2 ? 2 : 3);
      }
    }
    return codedWidth;
  }

  /**
   * Skips an image that has one set of codes.
   *
   * @return the largest value of red and green together (16 bits); every pixel is a literal, or a
   *     copy of an earlier one, or 0
   */
  private int subImage(int width, int height) throws IOException {
    int cacheBits = colorCacheBits();
    int cached = cacheBits == 0 ? 0 : 1 << cacheBits;
    PrefixCode green = PrefixCode.read(bits, LITERALS + LENGTHS + cached);
    PrefixCode red = PrefixCode.read(bits, LITERALS);
    PrefixCode blue = PrefixCode.read(bits, LITERALS);
    PrefixCode alpha = PrefixCode.read(bits, LITERALS);
    PrefixCode distance = PrefixCode.read(bits, DISTANCES);
    int largest = 0;
    long pixels = (long) width * height;
    while (pixels > 0) {
      long before = bits.position();
      int symbol = green.symbol(bits);
      if (symbol < LITERALS) {
        largest = Math.max(largest, red.symbol(bits) << 8 | symbol);
        blue.symbol(bits);
        alpha.symbol(bits);
        pixels--;
      } else if (symbol < LITERALS + LENGTHS) {
        pixels -= lengthOrDistance(symbol - LITERALS);
        lengthOrDistance(distance.symbol(bits));
      } else {
        pixels--;
      }
      if (bits.position() == before) {
        // Codes of one symbol each: so are all other pixels, and a few bytes can ask for millions.
        break;
      }
    }
    return largest;
  }

  /** The number that a prefix and the bits behind it give. */
  private int lengthOrDistance(int prefix) throws IOException {
    if (prefix < 4) {
      return prefix + 1;
    }
    int extra = (prefix - 2) >> 1;
    return ((2 + (prefix & 1)) << extra) + bits.read(extra) + 1;
  }

  private int colorCacheBits() throws IOException {
    if (bits.read(1) == 0) {
      return 0;
    }
    int cacheBits = bits.read(4);
    if (cacheBits < 1 || cacheBits > 11) {
      throw new IIOException("a cache of 2^" + cacheBits + " colours");
    }
    return cacheBits;
  }

  private static int blocks(int size, int blockBits) {
    return (size + (1 << blockBits) - 1) >> blockBits;
  }
}
