package fastvit4j.kernels.tornado;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Depthwise convolutions of stride 1 with "same" padding, for GPUs: {@code y[n, p, q, c] =
 * act(bias[c] + Σ w[r, s, c] · x[n, p + r − k/2, q + s − k/2, c] + residual[n, p, q, c])}. Source:
 * RepMixer's 3×3 and the ConvFFN's 7×7 convolutions (section 3.1 of the paper).
 *
 * <p>Layouts: {@code x}, {@code residual} and {@code y} [n, height, width, channels], {@code w} [k,
 * k, channels], {@code bias} [channels].
 *
 * <pre>
 *    32 channels across the lanes of a group, 8×8 pixels of each:
 *
 *   + - - - - - - - - +
 *     halo: k/2 wide        work-item (lane, line) computes the 8 outputs of one
 *   |  +-----------+  |     line of one channel: for each row of taps, the row's
 *      |  8 × 8    |        taps and the 8 + k − 1 inputs under them are read
 *   |  |  outputs  |  |     from local memory into registers once, for 8 · k
 *      +-----------+        products
 *   + - - - - - - - - +
 * </pre>
 */
public final class Depthwise {
  /** Channels of a group. */
  public static final int LANES = 32;

  /** Lines and columns of y that a group computes. */
  public static final int SIDE = 8;

  private static final int THREE_HALO = SIDE + 2;
  private static final int SEVEN_HALO = SIDE + 6;

  /** Bytes of local memory of a group of {@link #three}. */
  public static final int THREE_BYTES = 4 * THREE_HALO * THREE_HALO * LANES;

  /** Bytes of local memory of a group of {@link #seven}. */
  public static final int SEVEN_BYTES = 4 * SEVEN_HALO * SEVEN_HALO * LANES;

  private Depthwise() {}

  /**
   * A window of 3×3.
   *
   * <p>Grid: ceil(channels / 32) · 32 × ceil(width / 8) · 8 × n · ceil(height / 8) work-items in
   * groups of 32 × 8 × 1. Local memory: {@link #THREE_BYTES} bytes.
   */
  public static void three(
      KernelContext context,
      FloatArray x,
      FloatArray w,
      FloatArray bias,
      FloatArray residual,
      FloatArray y,
      int height,
      int width,
      int channels,
      int hasResidual,
      int activation) {
    float[] halo = context.allocateFloatLocalArray(THREE_HALO * THREE_HALO * LANES);
    int lane = context.localIdx;
    int line = context.localIdy;
    int channel = context.groupIdx * LANES + lane;
    int left = context.groupIdy * SIDE;
    int band = context.groupIdz;
    int down = (height + SIDE - 1) / SIDE;
    int image = band / down;
    int top = band % down * SIDE;
    for (int p = line; p < THREE_HALO * THREE_HALO; p += SIDE) {
      halo[p * LANES + lane] =
          Tiles.pixel(
              x,
              image,
              top + p / THREE_HALO - 1,
              left + p % THREE_HALO - 1,
              channel,
              height,
              width,
              channels);
    }
    context.localBarrier();
    int weight = TornadoMath.min(channel, channels - 1);
    float y0 = 0.0f;
    float y1 = 0.0f;
    float y2 = 0.0f;
    float y3 = 0.0f;
    float y4 = 0.0f;
    float y5 = 0.0f;
    float y6 = 0.0f;
    float y7 = 0.0f;
    for (int r = 0; r < 3; r++) {
      int at = (line + r) * THREE_HALO * LANES + lane;
      int wAt = r * 3 * channels + weight;
      float w0 = w.get(wAt);
      float w1 = w.get(wAt + 1 * channels);
      float w2 = w.get(wAt + 2 * channels);
      float x0 = halo[at];
      float x1 = halo[at + 1 * LANES];
      float x2 = halo[at + 2 * LANES];
      float x3 = halo[at + 3 * LANES];
      float x4 = halo[at + 4 * LANES];
      float x5 = halo[at + 5 * LANES];
      float x6 = halo[at + 6 * LANES];
      float x7 = halo[at + 7 * LANES];
      float x8 = halo[at + 8 * LANES];
      float x9 = halo[at + 9 * LANES];
      y0 += x0 * w0 + x1 * w1 + x2 * w2;
      y1 += x1 * w0 + x2 * w1 + x3 * w2;
      y2 += x2 * w0 + x3 * w1 + x4 * w2;
      y3 += x3 * w0 + x4 * w1 + x5 * w2;
      y4 += x4 * w0 + x5 * w1 + x6 * w2;
      y5 += x5 * w0 + x6 * w1 + x7 * w2;
      y6 += x6 * w0 + x7 * w1 + x8 * w2;
      y7 += x7 * w0 + x8 * w1 + x9 * w2;
    }
    int row = (image * height + top + line) * width + left;
    int end = top + line < height ? row + TornadoMath.min(width - left, SIDE) : row;
    Epilogue.store(bias, residual, y, row, channel, end, channels, hasResidual, activation, y0);
    Epilogue.store(bias, residual, y, row + 1, channel, end, channels, hasResidual, activation, y1);
    Epilogue.store(bias, residual, y, row + 2, channel, end, channels, hasResidual, activation, y2);
    Epilogue.store(bias, residual, y, row + 3, channel, end, channels, hasResidual, activation, y3);
    Epilogue.store(bias, residual, y, row + 4, channel, end, channels, hasResidual, activation, y4);
    Epilogue.store(bias, residual, y, row + 5, channel, end, channels, hasResidual, activation, y5);
    Epilogue.store(bias, residual, y, row + 6, channel, end, channels, hasResidual, activation, y6);
    Epilogue.store(bias, residual, y, row + 7, channel, end, channels, hasResidual, activation, y7);
  }

  /**
   * A window of 7×7.
   *
   * <p>Grid: ceil(channels / 32) · 32 × ceil(width / 8) · 8 × n · ceil(height / 8) work-items in
   * groups of 32 × 8 × 1. Local memory: {@link #SEVEN_BYTES} bytes.
   */
  public static void seven(
      KernelContext context,
      FloatArray x,
      FloatArray w,
      FloatArray bias,
      FloatArray residual,
      FloatArray y,
      int height,
      int width,
      int channels,
      int hasResidual,
      int activation) {
    float[] halo = context.allocateFloatLocalArray(SEVEN_HALO * SEVEN_HALO * LANES);
    int lane = context.localIdx;
    int line = context.localIdy;
    int channel = context.groupIdx * LANES + lane;
    int left = context.groupIdy * SIDE;
    int band = context.groupIdz;
    int down = (height + SIDE - 1) / SIDE;
    int image = band / down;
    int top = band % down * SIDE;
    for (int p = line; p < SEVEN_HALO * SEVEN_HALO; p += SIDE) {
      halo[p * LANES + lane] =
          Tiles.pixel(
              x,
              image,
              top + p / SEVEN_HALO - 3,
              left + p % SEVEN_HALO - 3,
              channel,
              height,
              width,
              channels);
    }
    context.localBarrier();
    int weight = TornadoMath.min(channel, channels - 1);
    float y0 = 0.0f;
    float y1 = 0.0f;
    float y2 = 0.0f;
    float y3 = 0.0f;
    float y4 = 0.0f;
    float y5 = 0.0f;
    float y6 = 0.0f;
    float y7 = 0.0f;
    for (int r = 0; r < 7; r++) {
      int at = (line + r) * SEVEN_HALO * LANES + lane;
      int wAt = r * 7 * channels + weight;
      float w0 = w.get(wAt);
      float w1 = w.get(wAt + 1 * channels);
      float w2 = w.get(wAt + 2 * channels);
      float w3 = w.get(wAt + 3 * channels);
      float w4 = w.get(wAt + 4 * channels);
      float w5 = w.get(wAt + 5 * channels);
      float w6 = w.get(wAt + 6 * channels);
      float x0 = halo[at];
      float x1 = halo[at + 1 * LANES];
      float x2 = halo[at + 2 * LANES];
      float x3 = halo[at + 3 * LANES];
      float x4 = halo[at + 4 * LANES];
      float x5 = halo[at + 5 * LANES];
      float x6 = halo[at + 6 * LANES];
      float x7 = halo[at + 7 * LANES];
      float x8 = halo[at + 8 * LANES];
      float x9 = halo[at + 9 * LANES];
      float x10 = halo[at + 10 * LANES];
      float x11 = halo[at + 11 * LANES];
      float x12 = halo[at + 12 * LANES];
      float x13 = halo[at + 13 * LANES];
      y0 += x0 * w0 + x1 * w1 + x2 * w2 + x3 * w3 + x4 * w4 + x5 * w5 + x6 * w6;
      y1 += x1 * w0 + x2 * w1 + x3 * w2 + x4 * w3 + x5 * w4 + x6 * w5 + x7 * w6;
      y2 += x2 * w0 + x3 * w1 + x4 * w2 + x5 * w3 + x6 * w4 + x7 * w5 + x8 * w6;
      y3 += x3 * w0 + x4 * w1 + x5 * w2 + x6 * w3 + x7 * w4 + x8 * w5 + x9 * w6;
      y4 += x4 * w0 + x5 * w1 + x6 * w2 + x7 * w3 + x8 * w4 + x9 * w5 + x10 * w6;
      y5 += x5 * w0 + x6 * w1 + x7 * w2 + x8 * w3 + x9 * w4 + x10 * w5 + x11 * w6;
      y6 += x6 * w0 + x7 * w1 + x8 * w2 + x9 * w3 + x10 * w4 + x11 * w5 + x12 * w6;
      y7 += x7 * w0 + x8 * w1 + x9 * w2 + x10 * w3 + x11 * w4 + x12 * w5 + x13 * w6;
    }
    int row = (image * height + top + line) * width + left;
    int end = top + line < height ? row + TornadoMath.min(width - left, SIDE) : row;
    Epilogue.store(bias, residual, y, row, channel, end, channels, hasResidual, activation, y0);
    Epilogue.store(bias, residual, y, row + 1, channel, end, channels, hasResidual, activation, y1);
    Epilogue.store(bias, residual, y, row + 2, channel, end, channels, hasResidual, activation, y2);
    Epilogue.store(bias, residual, y, row + 3, channel, end, channels, hasResidual, activation, y3);
    Epilogue.store(bias, residual, y, row + 4, channel, end, channels, hasResidual, activation, y4);
    Epilogue.store(bias, residual, y, row + 5, channel, end, channels, hasResidual, activation, y5);
    Epilogue.store(bias, residual, y, row + 6, channel, end, channels, hasResidual, activation, y6);
    Epilogue.store(bias, residual, y, row + 7, channel, end, channels, hasResidual, activation, y7);
  }
}
