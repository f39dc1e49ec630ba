package fastvit4j.model.image;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32;
import javax.imageio.IIOException;

/**
 * A PNG file. Every chunk's length and checksum is verified here, which Java's reader does not do;
 * that reader is then given the chunks that pixels are made of and no others.
 *
 * @param pixelChunks the file without its ancillary chunks, transparency excepted
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record PngFile(long width, long height, int orientation, byte[] pixelChunks) implements ImageFile {
  private static final int SIGNATURE = 8;
  private static final int CHUNK = 12;

  /** No deflate stream is more than this many times smaller than what it holds. */
  private static final long MAX_RATIO = 1032;

  static PngFile open(byte[] content) throws IOException {
    ByteBuffer in = ByteBuffer.wrap(content).position(SIGNATURE);
    ByteArrayOutputStream kept = new ByteArrayOutputStream(content.length);
    kept.write(content, 0, SIGNATURE);
    byte[] header = null;
    int orientation = Exif.UPRIGHT;
    long pixelBytes = 0;
    String type = "";
    while (!type.equals("IEND")) {
      int start = in.position();
      if (in.remaining() < CHUNK) {
        throw new IIOException("truncated");
      }
      int length = in.getInt(start);
      if (length < 0 || length > in.remaining() - CHUNK) {
        throw new IIOException("truncated");
      }
      type = new String(content, start + 4, 4, StandardCharsets.ISO_8859_1);
      in.position(start + CHUNK + length);
      boolean critical = (type.charAt(0) & 0x20) == 0;
      CRC32 crc = new CRC32();
      crc.update(content, start + 4, 4 + length);
      if ((int) crc.getValue() != in.getInt(start + CHUNK - 4 + length)) {
        if (critical) {
          throw new IIOException("wrong checksum");
        }
        continue;
      }
      if (header == null) {
        if (!type.equals("IHDR") || length != 13) {
          throw new IIOException("no header");
        }
        header = Arrays.copyOfRange(content, start + 8, start + 8 + length);
      }
      if (type.equals("IDAT")) {
        pixelBytes += length;
      }
      if (type.equals("eXIf")) {
        orientation = Exif.orientation(Arrays.copyOfRange(content, start + 8, start + 8 + length));
      }
      if (critical || type.equals("tRNS")) {
        kept.write(content, start, CHUNK + length);
      }
    }
    ByteBuffer sizes = ByteBuffer.wrap(header);
    long width = Integer.toUnsignedLong(sizes.getInt());
    long height = Integer.toUnsignedLong(sizes.getInt());
    PngFile file = new PngFile(width, height, orientation, kept.toByteArray());
    if (width * height <= Picture.MAX_PIXELS && pixelBytes * MAX_RATIO < width * height / 8) {
      throw new IIOException("too little data for " + width + "x" + height + " pixels");
    }
    return file;
  }

  @Override
  public Picture decode() throws IOException {
    return Pixels.toPicture(Codec.PNG.image(pixelChunks));
  }
}
