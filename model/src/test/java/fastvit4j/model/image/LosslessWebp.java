package fastvit4j.model.image;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Makes WebP files with lossless streams, bit by bit. */
final class LosslessWebp {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private int open;
  private int filled;

  /** Appends a number's lowest bits, the lowest first. */
  LosslessWebp bits(int value, int count) {
    for (int i = 0; i < count; i++) {
      open |= (value >> i & 1) << filled++;
      if (filled == 8) {
        bytes.write(open);
        open = 0;
        filled = 0;
      }
    }
    return this;
  }

  /** Appends the code of one symbol, which takes no bits then. */
  LosslessWebp only(int symbol) {
    return bits(0b101, 3).bits(symbol, 8);
  }

  /** Appends codes of an image without a cache, each of whose pixels is of this red and green. */
  LosslessWebp plain(int red, int green) {
    return bits(0, 1).only(green).only(red).only(0).only(0).only(0);
  }

  /** Appends sets of codes of 20 bits, in which every pixel is black. */
  LosslessWebp sets(int count) {
    for (int i = 0; i < 5 * count; i++) {
      bits(1, 4);
    }
    return this;
  }

  /** The bits so far, the last byte's others 0. */
  byte[] stream() {
    LosslessWebp padded = filled == 0 ? this : bits(0, 8 - filled);
    return padded.bytes.toByteArray();
  }

  /** A stream behind the header of an opaque picture. */
  byte[] picture(int width, int height) {
    LosslessWebp header = new LosslessWebp();
    header.bits(0x2f, 8).bits(width - 1, 14).bits(height - 1, 14).bits(0, 4);
    return join(header.stream(), stream());
  }

  /** A chunk of a file, of an even length. */
  static byte[] chunk(String type, byte[]... parts) {
    byte[] content = join(parts);
    byte[] head = new LosslessWebp().bits(content.length, 32).stream();
    return join(
        type.getBytes(StandardCharsets.ISO_8859_1), head, content, new byte[content.length & 1]);
  }

  /** What an extended file begins with. */
  static byte[] canvas(int width, int height) {
    return chunk(
        "VP8X", new LosslessWebp().bits(0, 32).bits(width - 1, 24).bits(height - 1, 24).stream());
  }

  /** A frame of an animation, at the left end of its canvas. */
  static byte[] frame(int top, int width, int height, byte[]... chunks) {
    LosslessWebp head = new LosslessWebp().bits(0, 24).bits(top / 2, 24);
    return chunk(
        "ANMF", head.bits(width - 1, 24).bits(height - 1, 24).bits(0, 32).stream(), join(chunks));
  }

  /** A file of chunks. */
  static byte[] file(byte[]... chunks) {
    return chunk("RIFF", "WEBP".getBytes(StandardCharsets.ISO_8859_1), join(chunks));
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }
}
