package fastvit4j.model.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The orientation in a picture's EXIF data: the only thing of it that changes what one sees. */
final class Exif {
  /** The orientation of a picture that is stored as it is shown. */
  static final int UPRIGHT = 1;

  private static final int ORIENTATION = 0x0112;
  private static final int SHORT = 3;
  private static final int ENTRY_BYTES = 12;

  private Exif() {}

  /**
   * The orientation, 1 to 8, in TIFF-structured data with or without the prefix {@code "Exif\0\0"};
   * 1 where there is none or the data is damaged.
   */
  static int orientation(byte[] data) {
    int start = data.length >= 6 && data[0] == 'E' && data[4] == 0 ? 6 : 0;
    ByteBuffer tiff = ByteBuffer.wrap(data, start, data.length - start).slice();
    if (tiff.remaining() < 8) {
      return UPRIGHT;
    }
    tiff.order(tiff.get(0) == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    long directory = Integer.toUnsignedLong(tiff.getInt(4));
    if (directory + 2 > tiff.limit()) {
      return UPRIGHT;
    }
    int entries = Short.toUnsignedInt(tiff.getShort((int) directory));
    for (int i = 0; i < entries; i++) {
      long entry = directory + 2 + (long) i * ENTRY_BYTES;
      if (entry + ENTRY_BYTES > tiff.limit()) {
        return UPRIGHT;
      }
      int at = (int) entry;
      if (tiff.getShort(at) == ORIENTATION && tiff.getShort(at + 2) == SHORT) {
        int value = tiff.getShort(at + 8);
        return value >= 1 && value <= 8 ? value : UPRIGHT;
      }
    }
    return UPRIGHT;
  }

  /**
   * The picture as it is meant to be seen.
   *
   * <pre>
   * 1 as stored                        5 rows become columns
   * 2 left and right exchanged         6 turned by 90° clockwise
   * 3 turned by 180°                   7 as 5, then turned by 180°
   * 4 top and bottom exchanged         8 turned by 90° counterclockwise
   * </pre>
   */
  static Picture upright(Picture stored, int orientation) {
    if (orientation == UPRIGHT) {
      return stored;
    }
    int w = stored.width();
    int h = stored.height();
    boolean transposed = orientation >= 5;
    boolean flipX = orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
    boolean flipY = orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
    byte[] from = stored.samples();
    byte[] to = new byte[from.length];
    int outWidth = transposed ? h : w;
    int outHeight = transposed ? w : h;
    int out = 0;
    for (int y = 0; y < outHeight; y++) {
      for (int x = 0; x < outWidth; x++) {
        int column = transposed ? y : x;
        int row = transposed ? x : y;
        int in = 3 * ((flipY ? h - 1 - row : row) * w + (flipX ? w - 1 - column : column));
        to[out++] = from[in];
        to[out++] = from[in + 1];
        to[out++] = from[in + 2];
      }
    }
    return new Picture(outWidth, outHeight, to);
  }
}
