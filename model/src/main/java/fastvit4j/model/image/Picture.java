package fastvit4j.model.image;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;

/**
 * A decoded picture: 8 bits of red, green and blue a pixel, row by row (HWC), upright.
 *
 * <p>PNG, JPEG, WebP, BMP and GIF (the first frame) are read; the content decides, not the file
 * name's ending. What is not RGB becomes RGB as Pillow's {@code convert("RGB")} does it, with two
 * exceptions, where Pillow's answer is not what people see in their viewers: transparent pixels are
 * laid over white (Pillow shows whatever colour lies hidden beneath), and the orientation in the
 * EXIF data is applied (Pillow leaves that to its caller). In particular
 *
 * <ul>
 *   <li>grey values are taken as they are, three times;
 *   <li>of 16 bits, the upper 8 are taken;
 *   <li>CMYK and YCCK JPEGs are read as inverted, which is how Adobe's programs write them;
 *   <li>values are taken as sRGB: colour profiles and gamma values in the file are ignored.
 * </ul>
 */
public final class Picture {
  /**
   * The most pixels that a picture may have, 178,956,970: Pillow's limit. A file that claims more
   * is refused before it is decoded.
   */
  public static final long MAX_PIXELS = 178_956_970;

  private final int width;
  private final int height;
  private final byte[] rgb;

  /** Keeps the array itself. */
  Picture(int width, int height, byte[] rgb) {
    if (width < 1 || height < 1 || 3L * width * height != rgb.length) {
      throw new IllegalArgumentException(
          rgb.length + " bytes for a picture of " + width + "x" + height + " RGB pixels");
    }
    this.width = width;
    this.height = height;
    this.rgb = rgb;
  }

  /**
   * A picture from its pixels.
   *
   * @param width columns, at least 1
   * @param height rows, at least 1
   * @param rgb {@code 3 · width · height} bytes, HWC; copied
   */
  public static Picture of(int width, int height, byte[] rgb) {
    return new Picture(width, height, rgb.clone());
  }

  /** A picture from Java's own kind of image, converted by the rules above. */
  public static Picture of(BufferedImage image) {
    return Pixels.toPicture(image);
  }

  /**
   * Reads a picture file.
   *
   * @throws ImageException if the file is missing, unreadable, a directory, empty, truncated,
   *     corrupt, of another format, or has more than {@link #MAX_PIXELS} pixels
   */
  public static Picture read(Path file) {
    return PictureReader.read(file);
  }

  /**
   * Decodes the content of a picture file.
   *
   * @param name what messages call it
   * @throws ImageException as {@link #read(Path)}
   */
  public static Picture read(byte[] content, String name) {
    return PictureReader.decode(content, name, MAX_PIXELS);
  }

  /**
   * Decodes the content of a picture file that may be hostile: one that claims more pixels is
   * refused before anything is allocated for them.
   *
   * @param name what messages call it
   * @param maxPixels the most pixels, at most {@link #MAX_PIXELS}
   * @throws ImageException as {@link #read(Path)}
   */
  public static Picture read(byte[] content, String name, long maxPixels) {
    return PictureReader.decode(content, name, Math.min(maxPixels, MAX_PIXELS));
  }

  /**
   * Decodes a picture from a stream, which is read to its end and left open.
   *
   * @param name what messages call it
   * @throws ImageException as {@link #read(Path)}
   * @throws IOException if the stream itself fails
   */
  public static Picture read(InputStream stream, String name) throws IOException {
    return PictureReader.decode(PictureReader.content(stream, name), name, MAX_PIXELS);
  }

  /** Columns. */
  public int width() {
    return width;
  }

  /** Rows. */
  public int height() {
    return height;
  }

  /** The sample of channel 0 (red), 1 (green) or 2 (blue) at a pixel, 0 to 255. */
  public int sample(int x, int y, int channel) {
    if (x < 0 || x >= width || y < 0 || y >= height || channel < 0 || channel > 2) {
      throw new IndexOutOfBoundsException(
          "no sample (" + x + ", " + y + ", " + channel + ") in " + this);
    }
    return rgb[3 * (y * width + x) + channel] & 0xff;
  }

  /** A copy of all samples, HWC. */
  public byte[] toBytes() {
    return rgb.clone();
  }

  /** The samples themselves, not to be written to. */
  byte[] samples() {
    return rgb;
  }

  @Override
  public String toString() {
    return "Picture " + width + "x" + height;
  }
}
