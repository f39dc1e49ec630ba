package fastvit4j.model.image;

import java.awt.image.DataBufferByte;
import java.awt.image.Raster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import javax.imageio.IIOException;

/**
 * A JPEG file. Java's reader is given the segments that pixels are made of and no others, so that a
 * broken profile or thumbnail never spoils a picture, and gives back the components as they are
 * stored; their colours are this package's own concern.
 *
 * @param coding how the components hold the colours
 * @param pixelSegments the file without application data and comments
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record JpegFile(long width, long height, int orientation, JpegColors coding, byte[] pixelSegments)
    implements ImageFile {

  /** What is gathered while walking along the segments. */
  private static final class Header {
    private int width;
    private int height;
    private int[] components;
    private int orientation = Exif.UPRIGHT;
    private boolean jfif;
    private int adobe = JpegColors.NO_ADOBE;
  }

  /**
   * The most scans. Encoders make some ten, for a progressive picture; the decoder goes over all
   * blocks of the picture in each, of which a file can have thousands, of 12 bytes.
   */
  static final int MAX_SCANS = 100;

  private static final int SOI = 0xd8;
  private static final int EOI = 0xd9;
  private static final int SOS = 0xda;
  private static final int APP0 = 0xe0;
  private static final int APP1 = 0xe1;
  private static final int APP14 = 0xee;
  private static final int APP15 = 0xef;
  private static final int COM = 0xfe;

  static JpegFile open(byte[] content) throws IOException {
    ByteBuffer in = ByteBuffer.wrap(content);
    ByteArrayOutputStream kept = new ByteArrayOutputStream(content.length);
    kept.write(content, 0, 2);
    Header header = new Header();
    int at = 2;
    int scans = 0;
    for (int marker = 0; marker != EOI; ) {
      at = nextMarker(content, at);
      marker = content[at + 1] & 0xff;
      if (marker == EOI || standsAlone(marker)) {
        kept.write(content, at, 2);
        at += 2;
        continue;
      }
      if (at + 4 > content.length) {
        throw new IIOException("truncated");
      }
      int length = Short.toUnsignedInt(in.getShort(at + 2));
      int end = at + 2 + length;
      if (length < 2 || end > content.length) {
        throw new IIOException("truncated");
      }
      byte[] data = Arrays.copyOfRange(content, at + 4, end);
      inspect(header, marker, data);
      if (marker == SOS) {
        if (++scans > MAX_SCANS) {
          throw new IIOException("more than " + MAX_SCANS + " scans, more than any encoder makes");
        }
        end = endOfScan(content, end);
      }
      boolean application = marker >= APP0 && marker <= APP15;
      if (!application && marker != COM) {
        kept.write(content, at, end - at);
      }
      at = end;
    }
    if (header.components == null) {
      throw new IIOException("no frame in it");
    }
    return new JpegFile(
        header.width,
        header.height,
        header.orientation,
        JpegColors.of(header.components, header.jfif, header.adobe),
        kept.toByteArray());
  }

  private static void inspect(Header header, int marker, byte[] data) throws IOException {
    if (isFrame(marker) && header.components == null) {
      if (data.length < 6 || data.length < 6 + 3 * (data[5] & 0xff)) {
        throw new IIOException("damaged header");
      }
      ByteBuffer frame = ByteBuffer.wrap(data);
      header.height = Short.toUnsignedInt(frame.getShort(1));
      header.width = Short.toUnsignedInt(frame.getShort(3));
      header.components = new int[data[5] & 0xff];
      for (int i = 0; i < header.components.length; i++) {
        header.components[i] = data[6 + 3 * i] & 0xff;
      }
    } else if (marker == APP0 && startsWith(data, "JFIF\0")) {
      header.jfif = true;
    } else if (marker == APP1 && startsWith(data, "Exif\0")) {
      header.orientation = Exif.orientation(data);
    } else if (marker == APP14 && data.length >= 12 && startsWith(data, "Adobe")) {
      header.adobe = data[11] & 0xff;
    }
  }

  private static boolean startsWith(byte[] data, String text) {
    for (int i = 0; i < text.length(); i++) {
      if (i >= data.length || data[i] != text.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** SOF0 to SOF15, without the three other markers among them: DHT, JPG and DAC. */
  private static boolean isFrame(int marker) {
    return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
  }

  private static boolean standsAlone(int marker) {
    return marker == SOI || marker == 1 || (marker >= 0xd0 && marker <= 0xd7);
  }

  /** The next position of 0xff before a marker; bytes between segments are skipped. */
  private static int nextMarker(byte[] content, int from) throws IOException {
    for (int at = from; at + 1 < content.length; at++) {
      int next = content[at + 1] & 0xff;
      if (content[at] == (byte) 0xff && next != 0 && next != 0xff) {
        return at;
      }
    }
    throw new IIOException("truncated");
  }

  /** Where a scan's compressed data ends: at a marker that is no restart marker. */
  private static int endOfScan(byte[] content, int from) throws IOException {
    int at = nextMarker(content, from);
    while ((content[at + 1] & 0xf8) == 0xd0) {
      at = nextMarker(content, at + 2);
    }
    return at;
  }

  @Override
  public Picture decode() throws IOException {
    Raster raster = Codec.JPEG.raster(pixelSegments);
    if (raster.getDataBuffer() instanceof DataBufferByte buffer
        && raster.getNumBands() == coding.components()) {
      byte[] data = buffer.getData();
      return new Picture(raster.getWidth(), raster.getHeight(), coding.toRgb(data));
    }
    throw new IIOException("unknown layout of its components");
  }
}
