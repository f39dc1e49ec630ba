package fastvit4j.model.image;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentSampleModel;
import java.awt.image.DataBuffer;
import java.awt.image.DataBufferByte;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;

/**
 * Java's images to RGB samples. Samples are taken from the raster as they are: Java's own
 * conversion takes grey for linear light, and makes it brighter on the way.
 */
final class Pixels {
  private static final int WHITE = 255;

  private Pixels() {}

  static Picture toPicture(BufferedImage image) {
    ColorModel colors = image.getColorModel();
    if (colors instanceof IndexColorModel palette) {
      return indexed(image.getRaster(), palette);
    }
    int type = colors.getColorSpace().getType();
    boolean integers =
        switch (colors.getTransferType()) {
          case DataBuffer.TYPE_BYTE, DataBuffer.TYPE_USHORT, DataBuffer.TYPE_INT -> true;
          default -> false;
        };
    if (integers && (type == ColorSpace.TYPE_RGB || type == ColorSpace.TYPE_GRAY)) {
      return components(image.getRaster(), colors);
    }
    return converted(image);
  }

  /** A sample over white: {@code sample · alpha + 255 · (1 − alpha)}, rounded as Pillow does. */
  private static int overWhite(int sample, int alpha) {
    return divideBy255(sample * alpha + WHITE * (255 - alpha));
  }

  /** {@code round(product / 255)} for products up to 255². */
  static int divideBy255(int product) {
    int t = product + 128;
    return (t + (t >> 8)) >> 8;
  }

  private static Picture indexed(Raster raster, IndexColorModel palette) {
    int w = raster.getWidth();
    int h = raster.getHeight();
    byte[] rgb = new byte[Math.multiplyExact(3, Math.multiplyExact(w, h))];
    int[] colors = new int[palette.getMapSize()];
    palette.getRGBs(colors);
    for (int i = 0; i < colors.length; i++) {
      int argb = colors[i];
      int a = argb >>> 24;
      colors[i] =
          overWhite(argb >> 16 & 0xff, a) << 16
              | overWhite(argb >> 8 & 0xff, a) << 8
              | overWhite(argb & 0xff, a);
    }
    int[] row = new int[w];
    int out = 0;
    for (int y = 0; y < h; y++) {
      raster.getSamples(raster.getMinX(), raster.getMinY() + y, w, 1, 0, row);
      for (int index : row) {
        // An index beyond the palette is black, as in Pillow.
        int color = index < colors.length ? colors[index] : 0;
        rgb[out++] = (byte) (color >> 16);
        rgb[out++] = (byte) (color >> 8);
        rgb[out++] = (byte) color;
      }
    }
    return new Picture(w, h, rgb);
  }

  private static Picture components(Raster raster, ColorModel model) {
    int w = raster.getWidth();
    int h = raster.getHeight();
    byte[] rgb = new byte[Math.multiplyExact(3, Math.multiplyExact(w, h))];
    int bands = raster.getNumBands();
    boolean alpha = model.hasAlpha();
    boolean premultiplied = model.isAlphaPremultiplied();
    boolean grey = bands - (alpha ? 1 : 0) == 1;
    int[] bits = raster.getSampleModel().getSampleSize();
    int[] row = new int[w * bands];
    int out = 0;
    for (int y = 0; y < h; y++) {
      samples(raster, y, row);
      toEightBits(row, bits);
      for (int x = 0; x < w; x++) {
        int in = x * bands;
        int a = alpha ? row[in + bands - 1] : 255;
        for (int c = 0; c < 3; c++) {
          int sample = row[grey ? in : in + c];
          int over = premultiplied ? Math.min(255, sample + WHITE - a) : overWhite(sample, a);
          rgb[out++] = (byte) over;
        }
      }
    }
    return new Picture(w, h, rgb);
  }

  /** One row of all bands, interleaved. */
  private static void samples(Raster raster, int y, int[] row) {
    if (raster.getSampleModel() instanceof ComponentSampleModel model
        && raster.getDataBuffer() instanceof DataBufferByte buffer
        && buffer.getNumBanks() == 1) {
      // What decoders produce: several times faster than asking the raster.
      byte[] data = buffer.getData();
      int bands = model.getNumBands();
      int step = model.getPixelStride();
      int[] offsets = model.getBandOffsets();
      int start =
          buffer.getOffset()
              + (y - raster.getSampleModelTranslateY() + raster.getMinY())
                  * model.getScanlineStride()
              + (raster.getMinX() - raster.getSampleModelTranslateX()) * step;
      for (int b = 0; b < bands; b++) {
        int in = start + offsets[b];
        for (int out = b; out < row.length; out += bands) {
          row[out] = data[in] & 0xff;
          in += step;
        }
      }
    } else {
      raster.getPixels(raster.getMinX(), raster.getMinY() + y, raster.getWidth(), 1, row);
    }
  }

  private static void toEightBits(int[] row, int[] bits) {
    for (int b = 0; b < bits.length; b++) {
      int size = bits[b];
      if (size == 8) {
        continue;
      }
      int max = (1 << size) - 1;
      for (int i = b; i < row.length; i += bits.length) {
        row[i] = size > 8 ? row[i] >>> (size - 8) : (row[i] * 255 + max / 2) / max;
      }
    }
  }

  /** Colour spaces and sample types that no picture file brings: Java's own conversion. */
  private static Picture converted(BufferedImage image) {
    int w = image.getWidth();
    int h = image.getHeight();
    byte[] rgb = new byte[Math.multiplyExact(3, Math.multiplyExact(w, h))];
    int[] row = new int[w];
    int out = 0;
    for (int y = 0; y < h; y++) {
      image.getRGB(0, y, w, 1, row, 0, w);
      for (int argb : row) {
        int a = argb >>> 24;
        rgb[out++] = (byte) overWhite(argb >> 16 & 0xff, a);
        rgb[out++] = (byte) overWhite(argb >> 8 & 0xff, a);
        rgb[out++] = (byte) overWhite(argb & 0xff, a);
      }
    }
    return new Picture(w, h, rgb);
  }
}
