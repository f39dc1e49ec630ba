package fastvit4j.model.image;

import java.util.Arrays;

/**
 * Pillow's antialiased bicubic resize, in its integer arithmetic, of a part of the output: a
 * horizontal pass into 8 bits, over the rows that the part needs, then a vertical pass. See {@link
 * BicubicWeights} for the formula.
 */
final class BicubicResize {
  private static final int ROUND = 1 << (BicubicWeights.PRECISION_BITS - 1);

  private BicubicResize() {}

  /**
   * The window of {@code width × height} pixels at ({@code left}, {@code top}) of the picture
   * resized to {@code outWidth × outHeight}.
   */
  static Picture window(
      Picture picture, long outWidth, long outHeight, long left, long top, int width, int height) {
    BicubicWeights vertical = BicubicWeights.of(picture.height(), outHeight, top, height);
    int firstRow = vertical.first()[0];
    int rows = vertical.first()[height - 1] + vertical.count()[height - 1] - firstRow;
    byte[] narrowed =
        horizontal(
            picture, BicubicWeights.of(picture.width(), outWidth, left, width), firstRow, rows);
    return new Picture(width, height, vertical(narrowed, 3 * width, vertical, firstRow));
  }

  private static byte[] horizontal(Picture picture, BicubicWeights x, int firstRow, int rows) {
    int width = x.first().length;
    byte[] in = picture.samples();
    byte[] out = new byte[Math.multiplyExact(rows, 3 * width)];
    for (int y = 0; y < rows; y++) {
      int row = 3 * (firstRow + y) * picture.width();
      for (int o = 0; o < width; o++) {
        pixel(in, row + 3 * x.first()[o], x, o, out, 3 * (y * width + o));
      }
    }
    return out;
  }

  private static void pixel(byte[] in, int from, BicubicWeights x, int o, byte[] out, int to) {
    int[] weights = x.weights();
    int begin = o * x.stride();
    int end = begin + x.count()[o];
    int red = ROUND;
    int green = ROUND;
    int blue = ROUND;
    for (int k = begin, i = from; k < end; k++, i += 3) {
      int weight = weights[k];
      red += (in[i] & 0xff) * weight;
      green += (in[i + 1] & 0xff) * weight;
      blue += (in[i + 2] & 0xff) * weight;
    }
    out[to] = clip(red);
    out[to + 1] = clip(green);
    out[to + 2] = clip(blue);
  }

  private static byte[] vertical(byte[] in, int rowBytes, BicubicWeights y, int firstRow) {
    int height = y.first().length;
    byte[] out = new byte[height * rowBytes];
    int[] sums = new int[rowBytes];
    for (int o = 0; o < height; o++) {
      Arrays.fill(sums, ROUND);
      for (int k = 0; k < y.count()[o]; k++) {
        int weight = y.weights()[o * y.stride() + k];
        int row = (y.first()[o] - firstRow + k) * rowBytes;
        for (int i = 0; i < rowBytes; i++) {
          sums[i] += (in[row + i] & 0xff) * weight;
        }
      }
      for (int i = 0; i < rowBytes; i++) {
        out[o * rowBytes + i] = clip(sums[i]);
      }
    }
    return out;
  }

  private static byte clip(int sum) {
    return (byte) Math.clamp(sum >> BicubicWeights.PRECISION_BITS, 0, 255);
  }
}
