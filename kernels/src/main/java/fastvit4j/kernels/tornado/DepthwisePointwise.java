package fastvit4j.kernels.tornado;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * A depthwise 7×7 convolution of stride 1 with "same" padding and the pointwise convolution after
 * it, for GPUs: {@code y = act(dw(x) · w + bias)} with {@code dw(x)[n, p, q, c] = dwBias[c] + Σ
 * dwWeight[r, s, c] · x[n, p + r − 3, q + s − 3, c]}. The values between the two stay in local
 * memory, so that there may be {@link #CHANNELS} channels at most. Source: the ConvFFN's 7×7
 * convolution and its first layer (section 3.2 of the paper).
 *
 * <p>Layouts: {@code x} [n, height, width, in], {@code dwWeight} [7, 7, in], {@code dwBias} [in],
 * {@code w} [in, out], {@code bias} [out], {@code y} [n, height, width, out].
 *
 * <pre>
 *    14 × 14 pixels, 8 channels     8 × 8 pixels, all channels      8 × 8 pixels, 64 of out
 *        at a time                                                       at a time
 *   +-----------+   taps           +---------+    w, 16 × 64          +---------+
 *   |   halo    |  ------→         |  mixed  |   ------→              |    y    |
 *   +-----------+                  +---------+                        +---------+
 *     local memory                  local memory                       registers
 * </pre>
 */
public final class DepthwisePointwise {
  /** The most channels of x. */
  public static final int CHANNELS = 80;

  /** Lines and columns of y that a work-group computes. */
  public static final int SIDE = 8;

  /** Work-items of a group in each direction. */
  public static final int GROUP = 16;

  private static final int HALO = SIDE + 6;
  private static final int SLICE = 8;
  private static final int DEPTH = 16;
  private static final int COLS = 64;
  private static final int STRIDE = SIDE * SIDE + 4;

  /** Bytes of local memory of a group. */
  public static final int BYTES = 4 * (HALO * HALO * SLICE + CHANNELS * STRIDE + DEPTH * COLS);

  private DepthwisePointwise() {}

  /**
   * Both convolutions.
   *
   * <p>Grid: ceil(width / 8) · 16 × ceil(height / 8) · 16 × n work-items in groups of 16 × 16 × 1.
   * Local memory: {@link #BYTES} bytes.
   */
  public static void sevenPointwise(
      KernelContext context,
      FloatArray x,
      FloatArray dwWeight,
      FloatArray dwBias,
      FloatArray w,
      FloatArray bias,
      FloatArray y,
      int height,
      int width,
      int in,
      int out,
      int activation) {
    float[] halo = context.allocateFloatLocalArray(HALO * HALO * SLICE);
    float[] mixed = context.allocateFloatLocalArray(CHANNELS * STRIDE);
    float[] tileW = context.allocateFloatLocalArray(DEPTH * COLS);
    int a = context.localIdx;
    int b = context.localIdy;
    int item = b * GROUP + a;
    int left = context.groupIdx * SIDE;
    int top = context.groupIdy * SIDE;
    int image = context.groupIdz;
    int lane = item % SLICE;
    int line = item / SLICE / 4;
    int column = item / SLICE % 4 * 2;
    for (int c0 = 0; c0 < in; c0 += SLICE) {
      for (int e = item; e < HALO * HALO * SLICE; e += GROUP * GROUP) {
        int p = e / SLICE;
        halo[e] =
            Tiles.pixel(
                x, image, top + p / HALO - 3, left + p % HALO - 3, c0 + lane, height, width, in);
      }
      context.localBarrier();
      int channel = TornadoMath.min(c0 + lane, in - 1);
      float y0 = dwBias.get(channel);
      float y1 = y0;
      for (int r = 0; r < 7; r++) {
        int at = ((line + r) * HALO + column) * SLICE + lane;
        int wAt = r * 7 * in + channel;
        float w0 = dwWeight.get(wAt);
        float w1 = dwWeight.get(wAt + 1 * in);
        float w2 = dwWeight.get(wAt + 2 * in);
        float w3 = dwWeight.get(wAt + 3 * in);
        float w4 = dwWeight.get(wAt + 4 * in);
        float w5 = dwWeight.get(wAt + 5 * in);
        float w6 = dwWeight.get(wAt + 6 * in);
        float x0 = halo[at];
        float x1 = halo[at + 1 * SLICE];
        float x2 = halo[at + 2 * SLICE];
        float x3 = halo[at + 3 * SLICE];
        float x4 = halo[at + 4 * SLICE];
        float x5 = halo[at + 5 * SLICE];
        float x6 = halo[at + 6 * SLICE];
        float x7 = halo[at + 7 * SLICE];
        y0 += x0 * w0 + x1 * w1 + x2 * w2 + x3 * w3 + x4 * w4 + x5 * w5 + x6 * w6;
        y1 += x1 * w0 + x2 * w1 + x3 * w2 + x4 * w3 + x5 * w4 + x6 * w5 + x7 * w6;
      }
      int mixedAt = (c0 + lane) * STRIDE + line * SIDE + column;
      mixed[mixedAt] = y0;
      mixed[mixedAt + 1] = y1;
      context.localBarrier();
    }
    int kw = item / COLS;
    int cw = item % COLS;
    int ry = b * 4;
    int p = top + b / 2;
    int q = left + b % 2 * 4;
    int row = (image * height + p) * width + q;
    int end = p < height ? row + width - q : row;
    for (int o0 = 0; o0 < out; o0 += COLS) {
      float c00 = 0.0f;
      float c01 = 0.0f;
      float c02 = 0.0f;
      float c03 = 0.0f;
      float c10 = 0.0f;
      float c11 = 0.0f;
      float c12 = 0.0f;
      float c13 = 0.0f;
      float c20 = 0.0f;
      float c21 = 0.0f;
      float c22 = 0.0f;
      float c23 = 0.0f;
      float c30 = 0.0f;
      float c31 = 0.0f;
      float c32 = 0.0f;
      float c33 = 0.0f;

      for (int k0 = 0; k0 < in; k0 += DEPTH) {
        for (int l = 0; l < 4; l++) {
          tileW[(kw + l * 4) * COLS + cw] = Tiles.element(w, k0 + kw + l * 4, o0 + cw, in, out);
        }
        context.localBarrier();
        int stop = TornadoMath.min(DEPTH, in - k0);
        for (int k = 0; k < stop; k++) {
          int xAt = (k0 + k) * STRIDE + ry;
          int wAt = k * COLS + a;
          float f0 = mixed[xAt];
          float f1 = mixed[xAt + 1];
          float f2 = mixed[xAt + 2];
          float f3 = mixed[xAt + 3];
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
          c20 += f2 * g0;
          c21 += f2 * g1;
          c22 += f2 * g2;
          c23 += f2 * g3;
          c30 += f3 * g0;
          c31 += f3 * g1;
          c32 += f3 * g2;
          c33 += f3 * g3;
        }
        context.localBarrier();
      }
      int col = o0 + a;
      Epilogue.store(bias, bias, y, row, col, end, out, 0, activation, c00);
      Epilogue.store(bias, bias, y, row, col + 1 * GROUP, end, out, 0, activation, c01);
      Epilogue.store(bias, bias, y, row, col + 2 * GROUP, end, out, 0, activation, c02);
      Epilogue.store(bias, bias, y, row, col + 3 * GROUP, end, out, 0, activation, c03);
      Epilogue.store(bias, bias, y, row + 1, col, end, out, 0, activation, c10);
      Epilogue.store(bias, bias, y, row + 1, col + 1 * GROUP, end, out, 0, activation, c11);
      Epilogue.store(bias, bias, y, row + 1, col + 2 * GROUP, end, out, 0, activation, c12);
      Epilogue.store(bias, bias, y, row + 1, col + 3 * GROUP, end, out, 0, activation, c13);
      Epilogue.store(bias, bias, y, row + 2, col, end, out, 0, activation, c20);
      Epilogue.store(bias, bias, y, row + 2, col + 1 * GROUP, end, out, 0, activation, c21);
      Epilogue.store(bias, bias, y, row + 2, col + 2 * GROUP, end, out, 0, activation, c22);
      Epilogue.store(bias, bias, y, row + 2, col + 3 * GROUP, end, out, 0, activation, c23);
      Epilogue.store(bias, bias, y, row + 3, col, end, out, 0, activation, c30);
      Epilogue.store(bias, bias, y, row + 3, col + 1 * GROUP, end, out, 0, activation, c31);
      Epilogue.store(bias, bias, y, row + 3, col + 2 * GROUP, end, out, 0, activation, c32);
      Epilogue.store(bias, bias, y, row + 3, col + 3 * GROUP, end, out, 0, activation, c33);
    }
  }
}
