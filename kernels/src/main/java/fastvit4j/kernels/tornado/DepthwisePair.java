package fastvit4j.kernels.tornado;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Two depthwise convolutions after each other, 3×3 and 7×7, both of stride 1 with "same" padding,
 * for GPUs: {@code mixed[n, p, q, c] = b3[c] + Σ w3[r, s, c] · x[n, p + r − 1, q + s − 1, c]} and
 * {@code y[n, p, q, c] = b7[c] + Σ w7[r, s, c] · mixed[n, p + r − 3, q + s − 3, c]}. Both are
 * written, as the block adds {@code mixed} to its result, but {@code mixed} is not read back.
 * Source: RepMixer in its inference form and the first convolution of the ConvFFN behind it
 * (section 3.1 of the paper).
 *
 * <p>Layouts: {@code x}, {@code mixed} and {@code y} [n, height, width, channels], {@code w3} [3,
 * 3, channels], {@code w7} [7, 7, channels], {@code b3} and {@code b7} [channels].
 *
 * <pre>
 *   16 channels across the lanes of a group
 *
 *   x, 16 × 16 pixels     mixed, 14 × 14 pixels     y, 8 × 8 pixels
 *     local memory    →     local memory        →     registers
 * </pre>
 */
public final class DepthwisePair {
  /** Channels of a group. */
  public static final int LANES = 16;

  /** Lines and columns of y that a group computes. */
  public static final int SIDE = 8;

  /** Work-items of a group in the second direction. */
  public static final int ITEMS = 16;

  private static final int INNER = SIDE + 6;
  private static final int OUTER = INNER + 2;

  /** Bytes of local memory of a group. */
  public static final int BYTES = 4 * (INNER * INNER + OUTER * OUTER) * LANES;

  private DepthwisePair() {}

  /**
   * Both convolutions.
   *
   * <p>Grid: ceil(channels / 16) · 16 × ceil(width / 8) · 16 × n · ceil(height / 8) work-items in
   * groups of 16 × 16 × 1. Local memory: {@link #BYTES} bytes.
   */
  public static void threeSeven(
      KernelContext context,
      FloatArray x,
      FloatArray w3,
      FloatArray b3,
      FloatArray w7,
      FloatArray b7,
      FloatArray mixed,
      FloatArray y,
      int height,
      int width,
      int channels) {
    float[] outer = context.allocateFloatLocalArray(OUTER * OUTER * LANES);
    float[] inner = context.allocateFloatLocalArray(INNER * INNER * LANES);
    int lane = context.localIdx;
    int item = context.localIdy;
    int channel = context.groupIdx * LANES + lane;
    int weight = TornadoMath.min(channel, channels - 1);
    int left = context.groupIdy * SIDE;
    int band = context.groupIdz;
    int down = (height + SIDE - 1) / SIDE;
    int image = band / down;
    int top = band % down * SIDE;
    for (int e = item; e < OUTER * OUTER; e += ITEMS) {
      outer[e * LANES + lane] =
          Tiles.pixel(
              x,
              image,
              top + e / OUTER - 4,
              left + e % OUTER - 4,
              channel,
              height,
              width,
              channels);
    }
    context.localBarrier();
    float t0 = w3.get(0 * channels + weight);
    float t1 = w3.get(1 * channels + weight);
    float t2 = w3.get(2 * channels + weight);
    float t3 = w3.get(3 * channels + weight);
    float t4 = w3.get(4 * channels + weight);
    float t5 = w3.get(5 * channels + weight);
    float t6 = w3.get(6 * channels + weight);
    float t7 = w3.get(7 * channels + weight);
    float t8 = w3.get(8 * channels + weight);

    float bias = b3.get(weight);
    for (int e = item; e < INNER * INNER; e += ITEMS) {
      int at = (e / INNER * OUTER + e % INNER) * LANES + lane;
      float sum = bias;
      sum += outer[at + 0 * LANES] * t0 + outer[at + 1 * LANES] * t1 + outer[at + 2 * LANES] * t2;
      sum +=
          outer[at + 1 * OUTER * LANES] * t3
              + outer[at + (1 * OUTER + 1) * LANES] * t4
              + outer[at + (1 * OUTER + 2) * LANES] * t5;
      sum +=
          outer[at + 2 * OUTER * LANES] * t6
              + outer[at + (2 * OUTER + 1) * LANES] * t7
              + outer[at + (2 * OUTER + 2) * LANES] * t8;

      int p = top + e / INNER - 3;
      int q = left + e % INNER - 3;
      boolean inside = p >= 0 && p < height && q >= 0 && q < width;
      inner[e * LANES + lane] = inside ? sum : 0.0f;
      if (inside
          && channel < channels
          && p >= top
          && p < top + SIDE
          && q >= left
          && q < left + SIDE) {
        mixed.set(((image * height + p) * width + q) * channels + channel, sum);
      }
    }
    context.localBarrier();
    int line = item / 2;
    int column = item % 2 * 4;
    float y0 = 0.0f;
    float y1 = 0.0f;
    float y2 = 0.0f;
    float y3 = 0.0f;
    for (int r = 0; r < 7; r++) {
      int at = ((line + r) * INNER + column) * LANES + lane;
      int wAt = r * 7 * channels + weight;
      float v0 = w7.get(wAt);
      float v1 = w7.get(wAt + 1 * channels);
      float v2 = w7.get(wAt + 2 * channels);
      float v3 = w7.get(wAt + 3 * channels);
      float v4 = w7.get(wAt + 4 * channels);
      float v5 = w7.get(wAt + 5 * channels);
      float v6 = w7.get(wAt + 6 * channels);
      float x0 = inner[at];
      float x1 = inner[at + 1 * LANES];
      float x2 = inner[at + 2 * LANES];
      float x3 = inner[at + 3 * LANES];
      float x4 = inner[at + 4 * LANES];
      float x5 = inner[at + 5 * LANES];
      float x6 = inner[at + 6 * LANES];
      float x7 = inner[at + 7 * LANES];
      float x8 = inner[at + 8 * LANES];
      float x9 = inner[at + 9 * LANES];
      y0 += x0 * v0 + x1 * v1 + x2 * v2 + x3 * v3 + x4 * v4 + x5 * v5 + x6 * v6;
      y1 += x1 * v0 + x2 * v1 + x3 * v2 + x4 * v3 + x5 * v4 + x6 * v5 + x7 * v6;
      y2 += x2 * v0 + x3 * v1 + x4 * v2 + x5 * v3 + x6 * v4 + x7 * v5 + x8 * v6;
      y3 += x3 * v0 + x4 * v1 + x5 * v2 + x6 * v3 + x7 * v4 + x8 * v5 + x9 * v6;
    }
    int row = (image * height + top + line) * width + left + column;
    int end = top + line < height ? row + width - left - column : row;
    Epilogue.store(b7, b7, y, row, channel, end, channels, 0, Epilogue.NONE, y0);
    Epilogue.store(b7, b7, y, row + 1, channel, end, channels, 0, Epilogue.NONE, y1);
    Epilogue.store(b7, b7, y, row + 2, channel, end, channels, 0, Epilogue.NONE, y2);
    Epilogue.store(b7, b7, y, row + 3, channel, end, channels, 0, Epilogue.NONE, y3);
  }
}
