package fastvit4j.model.image;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import javax.imageio.IIOException;

/** A WebP file, lossy or lossless: a RIFF container of chunks. */
@SuppressWarnings("ArrayRecordComponent") // never compared
record WebpFile(long width, long height, int orientation, byte[] content) implements ImageFile {
  private static final int RIFF_HEADER = 12;
  private static final int CHUNK_HEADER = 8;

  static WebpFile open(byte[] content) throws IOException {
    ByteBuffer in = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
    long end = Integer.toUnsignedLong(in.getInt(4)) + 8;
    if (end > content.length || end < RIFF_HEADER + CHUNK_HEADER) {
      throw new IIOException("truncated");
    }
    long width = 0;
    long height = 0;
    int orientation = Exif.UPRIGHT;
    long at = RIFF_HEADER;
    while (at + CHUNK_HEADER <= end) {
      int start = (int) at + CHUNK_HEADER;
      String type = new String(content, (int) at, 4, StandardCharsets.ISO_8859_1);
      long length = Integer.toUnsignedLong(in.getInt((int) at + 4));
      if (length > end - start) {
        throw new IIOException("truncated");
      }
      switch (type) {
        case "VP8X" -> {
          width = (in.getInt(start + 4) & 0xffffff) + 1L;
          height = (in.getInt(start + 6) >>> 8) + 1L;
        }
        case "VP8 " -> {
          width = same(width, in.getShort(start + 6) & 0x3fff);
          height = same(height, in.getShort(start + 8) & 0x3fff);
        }
        case "VP8L" -> {
          int sizes = in.getInt(start + 1);
          width = same(width, (sizes & 0x3fff) + 1);
          height = same(height, (sizes >> 14 & 0x3fff) + 1);
        }
        case "EXIF" ->
            orientation =
                Exif.orientation(Arrays.copyOfRange(content, start, start + (int) length));
        default -> {}
      }
      at = start + length + (length & 1);
    }
    return new WebpFile(width, height, orientation, content);
  }

  /** The size of a still picture's frame, which is that of the canvas if there is one. */
  private static long same(long canvas, long frame) throws IOException {
    if (canvas != 0 && canvas != frame) {
      throw new IIOException("its frame is not of its canvas's size");
    }
    return frame;
  }

  @Override
  public Picture decode() throws IOException {
    return Pixels.toPicture(Codec.WEBP.image(content));
  }
}
