package fastvit4j.kernels.tornado;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Two pointwise convolutions after each other with the activation between them, for GPUs: {@code y
 * = act₂(act₁(x · w₁ + b₁) · w₂ + b₂ + residual)}. The values between the two, which are three or
 * four times as many as those of x, stay in local memory. Source: the ConvFFN's two layers (section
 * 3.2 of the paper); that a tile of the second product's input is computed where it is needed is
 * from Dao et al., FlashAttention (2022).
 *
 * <p>Layouts: {@code x} [rows, in], {@code w1} [in, hidden], {@code b1} [hidden], {@code w2}
 * [hidden, out], {@code b2} [out], {@code residual} and {@code y} [rows, out].
 *
 * <pre>
 *             w1: 64 of hidden         w2: 64 of out
 *            +---------+              +---------+
 *            |         |           64 |         |
 *   x        +---------+              +---------+
 *  +-----+   +---------+   act₁       +---------+
 *  |     | → | 64 × 64 |  ------→   → | y += …  |   for each 64 of hidden in turn
 *  +-----+   +---------+              +---------+
 * </pre>
 *
 * <p>A work-group computes all of hidden for its 64 rows and 64 columns of y: where y has more than
 * 64 columns, hidden is computed once for each 64 of them.
 */
public final class PointwisePair {
  /** Rows and columns of y that a work-group computes, and elements of hidden at a time. */
  public static final int TILE = 64;

  /** Work-items of a group in each direction; each computes 4×4 elements. */
  public static final int GROUP = 16;

  private static final int DEPTH = 16;
  private static final int STRIDE = TILE + 4;

  /** Bytes of local memory of a group. */
  public static final int BYTES = 4 * (DEPTH * (STRIDE + TILE) + TILE * STRIDE);

  private PointwisePair() {}

  /**
   * Both layers.
   *
   * <p>Grid: ceil(out / 64) · 16 × ceil(rows / 64) · 16 work-items in groups of 16 × 16. Local
   * memory: {@link #BYTES} bytes.
   *
   * @param activations {@link Packed}: the first as middle number, the last as low one
   */
  public static void pair(
      KernelContext context,
      FloatArray x,
      FloatArray w1,
      FloatArray b1,
      FloatArray w2,
      FloatArray b2,
      FloatArray residual,
      FloatArray y,
      int rows,
      int in,
      int hidden,
      int out,
      int hasResidual,
      int activations) {
    float[] tileX = context.allocateFloatLocalArray(DEPTH * STRIDE);
    float[] tileW = context.allocateFloatLocalArray(DEPTH * TILE);
    float[] tileH = context.allocateFloatLocalArray(TILE * STRIDE);
    int first = Packed.middle(activations);
    int activation = Packed.low(activations);
    int a = context.localIdx;
    int b = context.localIdy;
    int item = b * GROUP + a;
    int row0 = context.groupIdy * TILE;
    int col0 = context.groupIdx * TILE;
    int rx = item / DEPTH;
    int kx = item % DEPTH;
    int kw = item / TILE;
    int cw = item % TILE;
    int ry = b * 4;
    float s00 = 0.0f;
    float s01 = 0.0f;
    float s02 = 0.0f;
    float s03 = 0.0f;
    float s10 = 0.0f;
    float s11 = 0.0f;
    float s12 = 0.0f;
    float s13 = 0.0f;
    float s20 = 0.0f;
    float s21 = 0.0f;
    float s22 = 0.0f;
    float s23 = 0.0f;
    float s30 = 0.0f;
    float s31 = 0.0f;
    float s32 = 0.0f;
    float s33 = 0.0f;

    for (int start = 0; start < hidden; start += TILE) {
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

      for (int chunk = 0; chunk < in; chunk += Pointwise.CHUNK) {
        int stop = TornadoMath.min(chunk + Pointwise.CHUNK, in);
        float p00 = 0.0f;
        float p01 = 0.0f;
        float p02 = 0.0f;
        float p03 = 0.0f;
        float p10 = 0.0f;
        float p11 = 0.0f;
        float p12 = 0.0f;
        float p13 = 0.0f;
        float p20 = 0.0f;
        float p21 = 0.0f;
        float p22 = 0.0f;
        float p23 = 0.0f;
        float p30 = 0.0f;
        float p31 = 0.0f;
        float p32 = 0.0f;
        float p33 = 0.0f;

        for (int k0 = chunk; k0 < stop; k0 += DEPTH) {
          for (int l = 0; l < 4; l++) {
            tileX[kx * STRIDE + rx + l * GROUP] =
                Tiles.element(x, row0 + rx + l * GROUP, k0 + kx, rows, in);
            tileW[(kw + l * 4) * TILE + cw] =
                Tiles.element(w1, k0 + kw + l * 4, start + cw, in, hidden);
          }
          context.localBarrier();
          for (int k = 0; k < DEPTH; k++) {
            int xAt = k * STRIDE + ry;
            int wAt = k * TILE + a;
            float f0 = tileX[xAt];
            float f1 = tileX[xAt + 1];
            float f2 = tileX[xAt + 2];
            float f3 = tileX[xAt + 3];
            float g0 = tileW[wAt];
            float g1 = tileW[wAt + 1 * GROUP];
            float g2 = tileW[wAt + 2 * GROUP];
            float g3 = tileW[wAt + 3 * GROUP];
            p00 += f0 * g0;
            p01 += f0 * g1;
            p02 += f0 * g2;
            p03 += f0 * g3;
            p10 += f1 * g0;
            p11 += f1 * g1;
            p12 += f1 * g2;
            p13 += f1 * g3;
            p20 += f2 * g0;
            p21 += f2 * g1;
            p22 += f2 * g2;
            p23 += f2 * g3;
            p30 += f3 * g0;
            p31 += f3 * g1;
            p32 += f3 * g2;
            p33 += f3 * g3;
          }
          context.localBarrier();
        }
        c00 += p00;
        c01 += p01;
        c02 += p02;
        c03 += p03;
        c10 += p10;
        c11 += p11;
        c12 += p12;
        c13 += p13;
        c20 += p20;
        c21 += p21;
        c22 += p22;
        c23 += p23;
        c30 += p30;
        c31 += p31;
        c32 += p32;
        c33 += p33;
      }
      int h0 = start + a;
      float bias0 = b1.get(TornadoMath.min(h0, hidden - 1));
      int at0 = a * STRIDE + ry;
      tileH[at0] = Epilogue.activate(c00 + bias0, first);
      tileH[at0 + 1] = Epilogue.activate(c10 + bias0, first);
      tileH[at0 + 2] = Epilogue.activate(c20 + bias0, first);
      tileH[at0 + 3] = Epilogue.activate(c30 + bias0, first);
      int h1 = start + a + 1 * GROUP;
      float bias1 = b1.get(TornadoMath.min(h1, hidden - 1));
      int at1 = (a + 1 * GROUP) * STRIDE + ry;
      tileH[at1] = Epilogue.activate(c01 + bias1, first);
      tileH[at1 + 1] = Epilogue.activate(c11 + bias1, first);
      tileH[at1 + 2] = Epilogue.activate(c21 + bias1, first);
      tileH[at1 + 3] = Epilogue.activate(c31 + bias1, first);
      int h2 = start + a + 2 * GROUP;
      float bias2 = b1.get(TornadoMath.min(h2, hidden - 1));
      int at2 = (a + 2 * GROUP) * STRIDE + ry;
      tileH[at2] = Epilogue.activate(c02 + bias2, first);
      tileH[at2 + 1] = Epilogue.activate(c12 + bias2, first);
      tileH[at2 + 2] = Epilogue.activate(c22 + bias2, first);
      tileH[at2 + 3] = Epilogue.activate(c32 + bias2, first);
      int h3 = start + a + 3 * GROUP;
      float bias3 = b1.get(TornadoMath.min(h3, hidden - 1));
      int at3 = (a + 3 * GROUP) * STRIDE + ry;
      tileH[at3] = Epilogue.activate(c03 + bias3, first);
      tileH[at3 + 1] = Epilogue.activate(c13 + bias3, first);
      tileH[at3 + 2] = Epilogue.activate(c23 + bias3, first);
      tileH[at3 + 3] = Epilogue.activate(c33 + bias3, first);

      float q00 = 0.0f;
      float q01 = 0.0f;
      float q02 = 0.0f;
      float q03 = 0.0f;
      float q10 = 0.0f;
      float q11 = 0.0f;
      float q12 = 0.0f;
      float q13 = 0.0f;
      float q20 = 0.0f;
      float q21 = 0.0f;
      float q22 = 0.0f;
      float q23 = 0.0f;
      float q30 = 0.0f;
      float q31 = 0.0f;
      float q32 = 0.0f;
      float q33 = 0.0f;

      for (int k0 = 0; k0 < TILE; k0 += DEPTH) {
        for (int l = 0; l < 4; l++) {
          tileW[(kw + l * 4) * TILE + cw] =
              Tiles.element(w2, start + k0 + kw + l * 4, col0 + cw, hidden, out);
        }
        context.localBarrier();
        for (int k = 0; k < DEPTH; k++) {
          int hAt = (k0 + k) * STRIDE + ry;
          int wAt = k * TILE + a;
          float f0 = tileH[hAt];
          float f1 = tileH[hAt + 1];
          float f2 = tileH[hAt + 2];
          float f3 = tileH[hAt + 3];
          float g0 = tileW[wAt];
          float g1 = tileW[wAt + 1 * GROUP];
          float g2 = tileW[wAt + 2 * GROUP];
          float g3 = tileW[wAt + 3 * GROUP];
          q00 += f0 * g0;
          q01 += f0 * g1;
          q02 += f0 * g2;
          q03 += f0 * g3;
          q10 += f1 * g0;
          q11 += f1 * g1;
          q12 += f1 * g2;
          q13 += f1 * g3;
          q20 += f2 * g0;
          q21 += f2 * g1;
          q22 += f2 * g2;
          q23 += f2 * g3;
          q30 += f3 * g0;
          q31 += f3 * g1;
          q32 += f3 * g2;
          q33 += f3 * g3;
        }
        context.localBarrier();
      }
      s00 += q00;
      s01 += q01;
      s02 += q02;
      s03 += q03;
      s10 += q10;
      s11 += q11;
      s12 += q12;
      s13 += q13;
      s20 += q20;
      s21 += q21;
      s22 += q22;
      s23 += q23;
      s30 += q30;
      s31 += q31;
      s32 += q32;
      s33 += q33;
    }
    int row = row0 + ry;
    int col = col0 + a;
    Epilogue.store(b2, residual, y, row, col, rows, out, hasResidual, activation, s00);
    Epilogue.store(b2, residual, y, row, col + 1 * GROUP, rows, out, hasResidual, activation, s01);
    Epilogue.store(b2, residual, y, row, col + 2 * GROUP, rows, out, hasResidual, activation, s02);
    Epilogue.store(b2, residual, y, row, col + 3 * GROUP, rows, out, hasResidual, activation, s03);
    Epilogue.store(b2, residual, y, row + 1, col, rows, out, hasResidual, activation, s10);
    Epilogue.store(
        b2, residual, y, row + 1, col + 1 * GROUP, rows, out, hasResidual, activation, s11);
    Epilogue.store(
        b2, residual, y, row + 1, col + 2 * GROUP, rows, out, hasResidual, activation, s12);
    Epilogue.store(
        b2, residual, y, row + 1, col + 3 * GROUP, rows, out, hasResidual, activation, s13);
    Epilogue.store(b2, residual, y, row + 2, col, rows, out, hasResidual, activation, s20);
    Epilogue.store(
        b2, residual, y, row + 2, col + 1 * GROUP, rows, out, hasResidual, activation, s21);
    Epilogue.store(
        b2, residual, y, row + 2, col + 2 * GROUP, rows, out, hasResidual, activation, s22);
    Epilogue.store(
        b2, residual, y, row + 2, col + 3 * GROUP, rows, out, hasResidual, activation, s23);
    Epilogue.store(b2, residual, y, row + 3, col, rows, out, hasResidual, activation, s30);
    Epilogue.store(
        b2, residual, y, row + 3, col + 1 * GROUP, rows, out, hasResidual, activation, s31);
    Epilogue.store(
        b2, residual, y, row + 3, col + 2 * GROUP, rows, out, hasResidual, activation, s32);
    Epilogue.store(
        b2, residual, y, row + 3, col + 3 * GROUP, rows, out, hasResidual, activation, s33);
  }
}
