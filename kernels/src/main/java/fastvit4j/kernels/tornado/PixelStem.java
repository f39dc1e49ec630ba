package fastvit4j.kernels.tornado;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.ByteArray;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * The whole stem in one kernel for GPUs, from pictures as they come from a file: each byte times
 * scale plus shift of its channel, a 3×3 convolution of stride 2 to {@code channels} channels, a
 * depthwise 3×3 convolution of stride 2, a pointwise convolution, each with its activation and
 * "same" padding. Only the last one's result is written to global memory. Source: the stem of
 * FastViT (section 3.1 and table 2 of the paper), which is MobileOne's.
 *
 * <p>Layouts: {@code x} [n, height, width, 3] bytes, {@code normalization} [6], the scales and then
 * the shifts, {@code w1} [3, 3, 3, channels], {@code w2} [3, 3, channels], {@code w3} [channels,
 * channels], {@code b1}, {@code b2} and {@code b3} [channels], {@code y} [n, ceil(ceil(height / 2)
 * / 2), ceil(ceil(width / 2) / 2), channels].
 *
 * <pre>
 *   19 × 35 pixels     9 × 17, 8 channels      4 × 8, all channels     4 × 8, 64 channels
 *   +-----------+        at a time                                        at a time
 *   |  pixels   |  →   +---------+             +---------+             +---------+
 *   |           |      |  first  |    →        |  mixed  |      →      |    y    |
 *   +-----------+      +---------+             +---------+             +---------+
 *    local memory       local memory            local memory            registers
 * </pre>
 */
public final class PixelStem {
  /** The most channels. */
  public static final int CHANNELS = 80;

  /** Lines of y that a work-group computes. */
  public static final int LINES = 4;

  /** Columns of y that a work-group computes. */
  public static final int COLUMNS = 8;

  /** Work-items of a group in each direction. */
  public static final int GROUP = 16;

  private static final int SLICE = 8;
  private static final int HIGH = 2 * LINES + 1;
  private static final int WIDE = 2 * COLUMNS + 1;
  private static final int ROW = 3 * (2 * WIDE + 1);
  private static final int PIXELS = (2 * HIGH + 1) * ROW;
  private static final int STRIDE = LINES * COLUMNS + 4;
  private static final int DEPTH = 16;
  private static final int COLS = 64;

  /** Bytes of local memory of a group. */
  public static final int BYTES =
      4 * (PIXELS + HIGH * WIDE * SLICE + CHANNELS * STRIDE + DEPTH * COLS);

  private PixelStem() {}

  /**
   * The whole stem.
   *
   * <p>Grid: ceil(outWidth / 8) · 16 × ceil(outHeight / 4) · 16 × n work-items in groups of 16 × 16
   * × 1. Local memory: {@link #BYTES} bytes.
   *
   * @param activations {@link Packed}, in the convolutions' order
   */
  public static void stem(
      KernelContext context,
      ByteArray x,
      FloatArray normalization,
      FloatArray w1,
      FloatArray b1,
      FloatArray w2,
      FloatArray b2,
      FloatArray w3,
      FloatArray b3,
      FloatArray y,
      int height,
      int width,
      int channels,
      int activations) {
    float[] pixels = context.allocateFloatLocalArray(PIXELS);
    float[] first = context.allocateFloatLocalArray(HIGH * WIDE * SLICE);
    float[] mixed = context.allocateFloatLocalArray(CHANNELS * STRIDE);
    float[] tileW = context.allocateFloatLocalArray(DEPTH * COLS);
    int activation1 = Packed.high(activations);
    int activation2 = Packed.middle(activations);
    int activation3 = Packed.low(activations);
    int firstHeight = (height + 1) / 2;
    int firstWidth = (width + 1) / 2;
    int outHeight = (firstHeight + 1) / 2;
    int outWidth = (firstWidth + 1) / 2;
    int a = context.localIdx;
    int b = context.localIdy;
    int item = b * GROUP + a;
    int left = context.groupIdx * COLUMNS;
    int top = context.groupIdy * LINES;
    int image = context.groupIdz;
    for (int e = item; e < PIXELS; e += GROUP * GROUP) {
      int c = e % 3;
      int p = 4 * top - 3 + e / ROW;
      int q = 4 * left - 3 + e % ROW / 3;
      float value = 0.0f;
      if (p >= 0 && p < height && q >= 0 && q < width) {
        int unsigned = x.get(((image * height + p) * width + q) * 3 + c) & 0xff;
        value = unsigned * normalization.get(c) + normalization.get(c + 3);
      }
      pixels[e] = value;
    }
    context.localBarrier();
    int lane = item % SLICE;
    int pixel = item / SLICE;
    for (int c0 = 0; c0 < channels; c0 += SLICE) {
      int channel = TornadoMath.min(c0 + lane, channels - 1);
      float t0 = w1.get(channel);
      float t1 = w1.get(channel + 1 * channels);
      float t2 = w1.get(channel + 2 * channels);
      float t3 = w1.get(channel + 3 * channels);
      float t4 = w1.get(channel + 4 * channels);
      float t5 = w1.get(channel + 5 * channels);
      float t6 = w1.get(channel + 6 * channels);
      float t7 = w1.get(channel + 7 * channels);
      float t8 = w1.get(channel + 8 * channels);
      float t9 = w1.get(channel + 9 * channels);
      float t10 = w1.get(channel + 10 * channels);
      float t11 = w1.get(channel + 11 * channels);
      float t12 = w1.get(channel + 12 * channels);
      float t13 = w1.get(channel + 13 * channels);
      float t14 = w1.get(channel + 14 * channels);
      float t15 = w1.get(channel + 15 * channels);
      float t16 = w1.get(channel + 16 * channels);
      float t17 = w1.get(channel + 17 * channels);
      float t18 = w1.get(channel + 18 * channels);
      float t19 = w1.get(channel + 19 * channels);
      float t20 = w1.get(channel + 20 * channels);
      float t21 = w1.get(channel + 21 * channels);
      float t22 = w1.get(channel + 22 * channels);
      float t23 = w1.get(channel + 23 * channels);
      float t24 = w1.get(channel + 24 * channels);
      float t25 = w1.get(channel + 25 * channels);
      float t26 = w1.get(channel + 26 * channels);

      float bias = b1.get(channel);
      for (int e = item; e < HIGH * WIDE * SLICE; e += GROUP * GROUP) {
        int line = e / SLICE / WIDE;
        int column = e / SLICE % WIDE;
        int at = 2 * line * ROW + 2 * column * 3;
        float sum = bias;
        sum +=
            pixels[at] * t0
                + pixels[at + 1] * t1
                + pixels[at + 2] * t2
                + pixels[at + 3] * t3
                + pixels[at + 4] * t4
                + pixels[at + 5] * t5
                + pixels[at + 6] * t6
                + pixels[at + 7] * t7
                + pixels[at + 8] * t8;
        sum +=
            pixels[at + 1 * ROW] * t9
                + pixels[at + 1 * ROW + 1] * t10
                + pixels[at + 1 * ROW + 2] * t11
                + pixels[at + 1 * ROW + 3] * t12
                + pixels[at + 1 * ROW + 4] * t13
                + pixels[at + 1 * ROW + 5] * t14
                + pixels[at + 1 * ROW + 6] * t15
                + pixels[at + 1 * ROW + 7] * t16
                + pixels[at + 1 * ROW + 8] * t17;
        sum +=
            pixels[at + 2 * ROW] * t18
                + pixels[at + 2 * ROW + 1] * t19
                + pixels[at + 2 * ROW + 2] * t20
                + pixels[at + 2 * ROW + 3] * t21
                + pixels[at + 2 * ROW + 4] * t22
                + pixels[at + 2 * ROW + 5] * t23
                + pixels[at + 2 * ROW + 6] * t24
                + pixels[at + 2 * ROW + 7] * t25
                + pixels[at + 2 * ROW + 8] * t26;

        int p = 2 * top - 1 + line;
        int q = 2 * left - 1 + column;
        boolean inside = p >= 0 && p < firstHeight && q >= 0 && q < firstWidth;
        first[e] = inside ? Epilogue.activate(sum, activation1) : 0.0f;
      }
      context.localBarrier();
      int at = (2 * (pixel / COLUMNS) * WIDE + 2 * (pixel % COLUMNS)) * SLICE + lane;
      float sum = b2.get(channel);
      sum +=
          first[at] * w2.get(channel)
              + first[at + 1 * SLICE] * w2.get(channel + 1 * channels)
              + first[at + 2 * SLICE] * w2.get(channel + 2 * channels);
      sum +=
          first[at + 1 * WIDE * SLICE] * w2.get(channel + 3 * channels)
              + first[at + (1 * WIDE + 1) * SLICE] * w2.get(channel + 4 * channels)
              + first[at + (1 * WIDE + 2) * SLICE] * w2.get(channel + 5 * channels);
      sum +=
          first[at + 2 * WIDE * SLICE] * w2.get(channel + 6 * channels)
              + first[at + (2 * WIDE + 1) * SLICE] * w2.get(channel + 7 * channels)
              + first[at + (2 * WIDE + 2) * SLICE] * w2.get(channel + 8 * channels);

      mixed[(c0 + lane) * STRIDE + pixel] = Epilogue.activate(sum, activation2);
      context.localBarrier();
    }
    int kw = item / COLS;
    int cw = item % COLS;
    int p = top + b / 4;
    int q = left + b % 4 * 2;
    int row = (image * outHeight + p) * outWidth + q;
    int end = p < outHeight ? row + outWidth - q : row;
    // As many as channels, but TornadoVM does not know it: it would unroll both loops over them,
    // and
    // there are not registers enough for all that can then be computed beforehand.
    int depth = channels + TornadoMath.min(image, 0);
    for (int o0 = 0; o0 < channels; o0 += COLS) {
      float c00 = 0.0f;
      float c01 = 0.0f;
      float c02 = 0.0f;
      float c03 = 0.0f;
      float c10 = 0.0f;
      float c11 = 0.0f;
      float c12 = 0.0f;
      float c13 = 0.0f;

      for (int k0 = 0; k0 < depth; k0 += DEPTH) {
        for (int l = 0; l < 4; l++) {
          tileW[(kw + l * 4) * COLS + cw] =
              Tiles.element(w3, k0 + kw + l * 4, o0 + cw, channels, channels);
        }
        context.localBarrier();
        int stop = TornadoMath.min(DEPTH, depth - k0);
        for (int k = 0; k < stop; k++) {
          int xAt = (k0 + k) * STRIDE + 2 * b;
          int wAt = k * COLS + a;
          float f0 = mixed[xAt];
          float f1 = mixed[xAt + 1];
          float g0 = tileW[wAt];
          float g1 = tileW[wAt + 1 * GROUP];
          float g2 = tileW[wAt + 2 * GROUP];
          float g3 = tileW[wAt + 3 * GROUP];
          c00 += f0 * g0;
          c01 += f0 * g1;
          c02 += f0 * g2;
          c03 += f0 * g3;
          c10 += f1 * g0;
          c11 += f1 * g1;
          c12 += f1 * g2;
          c13 += f1 * g3;
        }
        context.localBarrier();
      }
      int col = o0 + a;
      Epilogue.store(b3, b3, y, row, col, end, channels, 0, activation3, c00);
      Epilogue.store(b3, b3, y, row, col + 1 * GROUP, end, channels, 0, activation3, c01);
      Epilogue.store(b3, b3, y, row, col + 2 * GROUP, end, channels, 0, activation3, c02);
      Epilogue.store(b3, b3, y, row, col + 3 * GROUP, end, channels, 0, activation3, c03);
      Epilogue.store(b3, b3, y, row + 1, col, end, channels, 0, activation3, c10);
      Epilogue.store(b3, b3, y, row + 1, col + 1 * GROUP, end, channels, 0, activation3, c11);
      Epilogue.store(b3, b3, y, row + 1, col + 2 * GROUP, end, channels, 0, activation3, c12);
      Epilogue.store(b3, b3, y, row + 1, col + 3 * GROUP, end, channels, 0, activation3, c13);
    }
  }
}
