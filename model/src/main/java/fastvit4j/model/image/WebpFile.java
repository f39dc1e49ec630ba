package fastvit4j.model.image;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.imageio.IIOException;

/** A WebP file, lossy or lossless: a RIFF container of chunks. */
@SuppressWarnings("ArrayRecordComponent") // never compared
record WebpFile(long width, long height, int orientation, byte[] content) implements ImageFile {
  private static final int RIFF_HEADER = 12;
  private static final int CHUNK_HEADER = 8;
  private static final int FRAME_HEADER = 16;
  private static final int LOSSLESS_HEADER = 5;

  /** A lossless stream, of colours or of transparency, from one byte to before another. */
  private record Lossless(int from, int to, int width, int height) {}

  /** What is gathered from one chunk to the next. */
  private static final class Header {
    private final byte[] content;
    private final ByteBuffer in;
    private final List<Lossless> lossless = new ArrayList<>();
    private int orientation = Exif.UPRIGHT;
    private int frames;

    Header(byte[] content) {
      this.content = content;
      this.in = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Three bytes. */
    private int int24(int at) {
      return (in.getShort(at) & 0xffff) | (in.get(at + 2) & 0xff) << 16;
    }

    /** Notes a stream; the decoder never comes to those of an animation's other frames. */
    private void lossless(int from, int to, Size size, boolean inFrame) {
      if (!inFrame || frames == 1) {
        lossless.add(new Lossless(from, to, size.width, size.height));
      }
    }
  }

  /** Columns and rows; none yet before something tells them. */
  private record Size(int width, int height) {
    private static final Size UNKNOWN = new Size(0, 0);

    /** The size of a still picture, which is that of the canvas if there is one. */
    Size same(int frameWidth, int frameHeight) throws IOException {
      Size frame = new Size(frameWidth, frameHeight);
      if (!equals(UNKNOWN) && !equals(frame)) {
        throw new IIOException("its frame is not of its canvas's size");
      }
      return frame;
    }
  }

  static WebpFile open(byte[] content) throws IOException {
    Header header = new Header(content);
    long end = Integer.toUnsignedLong(header.in.getInt(4)) + 8;
    if (end > content.length || end < RIFF_HEADER + CHUNK_HEADER) {
      throw new IIOException("truncated");
    }
    Size size = chunks(header, RIFF_HEADER, end, Size.UNKNOWN);
    for (Lossless part : header.lossless) {
      LosslessHeader.check(new LosslessBits(content, part.from, part.to), part.width, part.height);
    }
    return new WebpFile(size.width, size.height, header.orientation, content);
  }

  /** Reads the chunks of a file, or of one frame of an animation. */
  private static Size chunks(Header header, long from, long end, Size known) throws IOException {
    ByteBuffer in = header.in;
    Size size = known;
    boolean inFrame = !known.equals(Size.UNKNOWN);
    int pictures = 0;
    int transparencies = 0;
    long at = from;
    while (at + CHUNK_HEADER <= end) {
      int start = (int) at + CHUNK_HEADER;
      String type = new String(header.content, (int) at, 4, StandardCharsets.ISO_8859_1);
      long length = Integer.toUnsignedLong(in.getInt((int) at + 4));
      if (length > end - start) {
        throw new IIOException("truncated");
      }
      int next = start + (int) length;
      switch (type) {
        case "VP8X" -> size = size.same(header.int24(start + 4) + 1, header.int24(start + 7) + 1);
        case "VP8 " -> {
          pictures++;
          size = size.same(in.getShort(start + 6) & 0x3fff, in.getShort(start + 8) & 0x3fff);
        }
        case "VP8L" -> {
          pictures++;
          int sizes = in.getInt(start + 1);
          size = size.same((sizes & 0x3fff) + 1, (sizes >> 14 & 0x3fff) + 1);
          header.lossless(start + LOSSLESS_HEADER, next, size, inFrame);
        }
        case "ALPH" -> {
          if (size.equals(Size.UNKNOWN)) {
            throw new IIOException("transparency of no picture");
          }
          transparencies++;
          if ((in.get(start) & 3) == 1) {
            header.lossless(start + 1, next, size, inFrame);
          }
        }
        case "ANMF" -> frame(header, start, next, size, inFrame);
        case "EXIF" ->
            header.orientation = Exif.orientation(Arrays.copyOfRange(header.content, start, next));
        default -> {}
      }
      if (pictures > 1 || transparencies > 1) {
        // The decoder would decode them all, one over the other.
        throw new IIOException("more than one picture where one belongs");
      }
      at = start + length + (length & 1);
    }
    return size;
  }

  /** Reads a frame of an animation, which lies within the canvas. */
  private static void frame(Header header, int start, int end, Size canvas, boolean inFrame)
      throws IOException {
    Size size = new Size(header.int24(start + 6) + 1, header.int24(start + 9) + 1);
    long right = 2L * header.int24(start) + size.width;
    long bottom = 2L * header.int24(start + 3) + size.height;
    if (inFrame || right > canvas.width || bottom > canvas.height) {
      throw new IIOException("a frame that is not within its canvas");
    }
    header.frames++;
    chunks(header, (long) start + FRAME_HEADER, end, size);
  }

  @Override
  public Picture decode() throws IOException {
    return Pixels.toPicture(Codec.WEBP.image(content));
  }
}
