package fastvit4j.model.image;

import java.io.IOException;
import java.util.Arrays;
import javax.imageio.IIOException;

/**
 * How a JPEG's components hold colours, decided and converted as libjpeg does it, in its
 * fixed-point arithmetic:
 *
 * <pre>
 * R = Y + 1.402 · (Cr − 128)
 * G = Y − 0.34414 · (Cb − 128) − 0.71414 · (Cr − 128)
 * B = Y + 1.772 · (Cb − 128)
 * </pre>
 *
 * CMYK is taken as stored inverted, and becomes RGB as Pillow does it: {@code R = (1 − C) · (1 −
 * K)}.
 */
enum JpegColors {
  GREY(1),
  RGB(3),
  YCC(3),
  CMYK(4),
  YCCK(4);

  /** In place of the Adobe segment's transform, where there is no such segment. */
  static final int NO_ADOBE = -1;

  private static final int ONE_HALF = 1 << 15;

  private final int components;

  JpegColors(int components) {
    this.components = components;
  }

  int components() {
    return components;
  }

  /**
   * The coding of a file.
   *
   * @param ids the identifier of each component
   * @param jfif whether there is a JFIF segment
   * @param adobe the transform in the Adobe segment, or {@link #NO_ADOBE}
   */
  static JpegColors of(int[] ids, boolean jfif, int adobe) throws IOException {
    return switch (ids.length) {
      case 1 -> GREY;
      case 3 -> {
        boolean named = ids[0] == 'R' && ids[1] == 'G' && ids[2] == 'B';
        boolean plain = adobe == NO_ADOBE ? named : adobe == 0;
        yield !jfif && plain ? RGB : YCC;
      }
      case 4 -> adobe == NO_ADOBE || adobe == 0 ? CMYK : YCCK;
      default -> throw new IIOException(ids.length + " components are not supported");
    };
  }

  /** The colours of interleaved components, in the same array where they fit. */
  byte[] toRgb(byte[] data) {
    int pixels = data.length / components;
    byte[] rgb = components == 1 ? new byte[Math.multiplyExact(3, pixels)] : data;
    switch (this) {
      case GREY -> {
        for (int i = 0; i < pixels; i++) {
          rgb[3 * i] = data[i];
          rgb[3 * i + 1] = data[i];
          rgb[3 * i + 2] = data[i];
        }
      }
      case RGB -> {}
      case YCC -> yccToRgb(data);
      case CMYK -> multiplyByBlack(data);
      case YCCK -> {
        yccToRgb(data);
        invertInks(data);
        multiplyByBlack(data);
      }
    }
    return components == 4 ? Arrays.copyOf(rgb, 3 * pixels) : rgb;
  }

  /** Replaces Y, Cb and Cr by red, green and blue; a fourth component stays. */
  private void yccToRgb(byte[] data) {
    for (int i = 0; i + 2 < data.length; i += components) {
      int y = data[i] & 0xff;
      int cb = (data[i + 1] & 0xff) - 128;
      int cr = (data[i + 2] & 0xff) - 128;
      data[i] = clip(y + ((91881 * cr + ONE_HALF) >> 16));
      data[i + 1] = clip(y + ((-22554 * cb - 46802 * cr + ONE_HALF) >> 16));
      data[i + 2] = clip(y + ((116130 * cb + ONE_HALF) >> 16));
    }
  }

  /** Adobe takes red for cyan, and so on, where it stores these as Y, Cb and Cr. */
  private static void invertInks(byte[] data) {
    for (int i = 0; i < data.length; i++) {
      if (i % 4 != 3) {
        data[i] = (byte) ~data[i];
      }
    }
  }

  /**
   * Inverted cyan, magenta, yellow and black (4 bytes a pixel) to red, green and blue, moved
   * together to 3 bytes a pixel at the array's start.
   */
  private static void multiplyByBlack(byte[] data) {
    for (int in = 0, out = 0; in + 3 < data.length; in += 4, out += 3) {
      int light = data[in + 3] & 0xff;
      for (int c = 0; c < 3; c++) {
        int ink = 255 - (data[in + c] & 0xff);
        data[out + c] = (byte) Math.max(0, light - Pixels.divideBy255(ink * light));
      }
    }
  }

  private static byte clip(int value) {
    return (byte) Math.clamp(value, 0, 255);
  }
}
