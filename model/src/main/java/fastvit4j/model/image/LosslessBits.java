package fastvit4j.model.image;

import java.io.IOException;
import javax.imageio.IIOException;

/** The bits of a part of a file, least significant first, as lossless WebP has them. */
final class LosslessBits {
  private final byte[] content;
  private final long end;
  private long at;

  /**
   * The bits of the bytes {@code from} (included) to {@code to} (excluded).
   *
   * @throws IIOException if there are none
   */
  LosslessBits(byte[] content, int from, int to) throws IOException {
    if (from > to || to > content.length) {
      throw new IIOException("truncated");
    }
    this.content = content;
    this.at = 8L * from;
    this.end = 8L * to;
  }

  /** How many bits of the file come before the next one. */
  long position() {
    return at;
  }

  /**
   * The next bits as a number, the first one its lowest.
   *
   * @param count 0 to 31
   * @throws IIOException if they end before
   */
  int read(int count) throws IOException {
    if (at + count > end) {
      throw new IIOException("truncated");
    }
    int value = 0;
    for (int i = 0; i < count; i++, at++) {
      value |= (content[(int) (at >> 3)] >> (at & 7) & 1) << i;
    }
    return value;
  }
}
