package fastvit4j.model.image;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import javax.imageio.IIOException;

/** A BMP file of Windows or OS/2. */
@SuppressWarnings("ArrayRecordComponent") // never compared
record BmpFile(long width, long height, byte[] content) implements ImageFile {
  private static final int OS2_HEADER = 12;
  private static final int RLE8 = 1;
  private static final int RLE4 = 2;
  private static final int BITFIELDS = 3;

  static BmpFile open(byte[] content) throws IOException {
    ByteBuffer in = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
    if (content.length < 26) {
      throw new IIOException("truncated");
    }
    long pixels = Integer.toUnsignedLong(in.getInt(10));
    int header = in.getInt(14);
    long width;
    long height;
    int bits;
    int compression = 0;
    if (header == OS2_HEADER) {
      width = Short.toUnsignedInt(in.getShort(18));
      height = Short.toUnsignedInt(in.getShort(20));
      bits = in.getShort(24);
    } else {
      if (header < 40 || header > content.length - 14) {
        throw new IIOException("truncated");
      }
      width = in.getInt(18);
      // A negative height says that the top row comes first.
      height = Math.abs((long) in.getInt(22));
      bits = in.getShort(28);
      compression = in.getInt(30);
    }
    boolean run = compression == RLE8 || compression == RLE4;
    if (compression != 0 && !run && compression != BITFIELDS) {
      throw new IIOException("compression " + compression + " is not supported");
    }
    BmpFile file = new BmpFile(width, height, content);
    long rowBytes = (width * bits + 31) / 32 * 4;
    boolean plausible = width > 0 && height > 0 && width <= Picture.MAX_PIXELS / height;
    if (plausible && !run && rowBytes * height > content.length - pixels) {
      throw new IIOException("truncated");
    }
    return file;
  }

  @Override
  public Picture decode() throws IOException {
    return Pixels.toPicture(Codec.BMP.image(content));
  }
}
