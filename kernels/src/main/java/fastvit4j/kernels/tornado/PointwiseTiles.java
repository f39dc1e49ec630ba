package fastvit4j.kernels.tornado;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Matrix products for GPUs: {@code y = act(x · w + bias + residual)}, as {@link Pointwise}, with
 * tiles of both factors in local memory, a tile of y in each work-item's registers, and the next
 * step along the reduction on its way from global memory while the one at hand is multiplied
 * (double buffering: one barrier a step). Source: the same convolutions as {@link Pointwise}; the
 * two levels of tiles are those of Volkov and Demmel, Benchmarking GPUs to Tune Dense Linear
 * Algebra (2008).
 *
 * <p>Layouts: {@code x} [rows, in], {@code w} [in, out], {@code bias} [out], {@code residual} and
 * {@code y} [rows, out].
 *
 * <pre>
 *              w: 64 columns             work-item (a, b) of a group computes
 *             +-------------+            rows 8 b to 8 b + 7,
 *        step |             |            columns a, a + 16, a + 32, a + 48
 *             +-------------+            of the tile: a write is one of 16 neighbours,
 *   +----+    +-------------+            a read of x the same for all of them
 *   |    |    |             |
 * x |    |    |      y      |
 *   +----+    +-------------+
 * </pre>
 *
 * <p>Columns of x's tile in local memory are four elements longer than they need be, so that
 * work-items that write neighbouring ones do not meet in one memory bank.
 */
public final class PointwiseTiles {
  /** Columns of y that a work-group computes. */
  public static final int COLS = 64;

  /** Rows of y that a work-group computes. */
  public static final int ROWS = 128;

  /** Work-items of a group in each direction. */
  public static final int GROUP = 16;

  /** Steps along the reduction between two barriers. */
  public static final int DEPTH = 8;

  private static final int STRIDE = ROWS + 4;

  /** Bytes of local memory of a group. */
  public static final int BYTES = 2 * 4 * DEPTH * (STRIDE + COLS);

  private PointwiseTiles() {}

  /**
   * A 128×64 tile of y for each work-group of 16×16 work-items, 8×4 elements for each: 12 elements
   * from local memory for 32 products. For products of many rows.
   *
   * <p>Grid: ceil(out / 64) · 16 × ceil(rows / 128) · 16 work-items in groups of 16 × 16. Local
   * memory: {@link #BYTES} bytes.
   */
  public static void wide(
      KernelContext context,
      FloatArray x,
      FloatArray w,
      FloatArray bias,
      FloatArray residual,
      FloatArray y,
      int rows,
      int in,
      int out,
      int hasResidual,
      int activation) {

    float[] tileX = context.allocateFloatLocalArray(2 * DEPTH * STRIDE);
    float[] tileW = context.allocateFloatLocalArray(2 * DEPTH * COLS);
    int a = context.localIdx;
    int b = context.localIdy;
    int item = b * GROUP + a;
    int row0 = context.groupIdy * ROWS;
    int col0 = context.groupIdx * COLS;
    int rx = item / DEPTH;
    int kx = item % DEPTH;
    int kw = item / COLS;
    int cw = item % COLS;
    int ry = b * 8;
    int xPlace = kx * STRIDE + rx;
    int wPlace = kw * COLS + cw;

    float x0 = Tiles.element(x, row0 + rx, 0 + kx, rows, in);
    float x1 = Tiles.element(x, row0 + rx + 32, 0 + kx, rows, in);
    float x2 = Tiles.element(x, row0 + rx + 64, 0 + kx, rows, in);
    float x3 = Tiles.element(x, row0 + rx + 96, 0 + kx, rows, in);
    float w0 = Tiles.element(w, 0 + kw, col0 + cw, in, out);
    float w1 = Tiles.element(w, 0 + kw + 4, col0 + cw, in, out);
    tileX[xPlace] = x0;
    tileX[xPlace + 32] = x1;
    tileX[xPlace + 64] = x2;
    tileX[xPlace + 96] = x3;
    tileW[wPlace] = w0;
    tileW[wPlace + 4 * COLS] = w1;
    context.localBarrier();
    int side = 0;
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
    float c40 = 0.0f;
    float c41 = 0.0f;
    float c42 = 0.0f;
    float c43 = 0.0f;
    float c50 = 0.0f;
    float c51 = 0.0f;
    float c52 = 0.0f;
    float c53 = 0.0f;
    float c60 = 0.0f;
    float c61 = 0.0f;
    float c62 = 0.0f;
    float c63 = 0.0f;
    float c70 = 0.0f;
    float c71 = 0.0f;
    float c72 = 0.0f;
    float c73 = 0.0f;
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
      float p40 = 0.0f;
      float p41 = 0.0f;
      float p42 = 0.0f;
      float p43 = 0.0f;
      float p50 = 0.0f;
      float p51 = 0.0f;
      float p52 = 0.0f;
      float p53 = 0.0f;
      float p60 = 0.0f;
      float p61 = 0.0f;
      float p62 = 0.0f;
      float p63 = 0.0f;
      float p70 = 0.0f;
      float p71 = 0.0f;
      float p72 = 0.0f;
      float p73 = 0.0f;
      for (int k0 = chunk; k0 < stop; k0 += DEPTH) {
        x0 = Tiles.element(x, row0 + rx, k0 + DEPTH + kx, rows, in);
        x1 = Tiles.element(x, row0 + rx + 32, k0 + DEPTH + kx, rows, in);
        x2 = Tiles.element(x, row0 + rx + 64, k0 + DEPTH + kx, rows, in);
        x3 = Tiles.element(x, row0 + rx + 96, k0 + DEPTH + kx, rows, in);
        w0 = Tiles.element(w, k0 + DEPTH + kw, col0 + cw, in, out);
        w1 = Tiles.element(w, k0 + DEPTH + kw + 4, col0 + cw, in, out);
        for (int k = 0; k < DEPTH; k++) {
          int xAt = (side * DEPTH + k) * STRIDE + ry;
          int wAt = (side * DEPTH + k) * COLS + a;
          float f0 = tileX[xAt];
          float f1 = tileX[xAt + 1];
          float f2 = tileX[xAt + 2];
          float f3 = tileX[xAt + 3];
          float f4 = tileX[xAt + 4];
          float f5 = tileX[xAt + 5];
          float f6 = tileX[xAt + 6];
          float f7 = tileX[xAt + 7];
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
          p40 += f4 * g0;
          p41 += f4 * g1;
          p42 += f4 * g2;
          p43 += f4 * g3;
          p50 += f5 * g0;
          p51 += f5 * g1;
          p52 += f5 * g2;
          p53 += f5 * g3;
          p60 += f6 * g0;
          p61 += f6 * g1;
          p62 += f6 * g2;
          p63 += f6 * g3;
          p70 += f7 * g0;
          p71 += f7 * g1;
          p72 += f7 * g2;
          p73 += f7 * g3;
        }
        side = 1 - side;
        tileX[side * DEPTH * STRIDE + xPlace] = x0;
        tileX[side * DEPTH * STRIDE + xPlace + 32] = x1;
        tileX[side * DEPTH * STRIDE + xPlace + 64] = x2;
        tileX[side * DEPTH * STRIDE + xPlace + 96] = x3;
        tileW[side * DEPTH * COLS + wPlace] = w0;
        tileW[side * DEPTH * COLS + wPlace + 4 * COLS] = w1;
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
      c40 += p40;
      c41 += p41;
      c42 += p42;
      c43 += p43;
      c50 += p50;
      c51 += p51;
      c52 += p52;
      c53 += p53;
      c60 += p60;
      c61 += p61;
      c62 += p62;
      c63 += p63;
      c70 += p70;
      c71 += p71;
      c72 += p72;
      c73 += p73;
    }
    int row = row0 + ry;
    int col = col0 + a;
    Epilogue.store(bias, residual, y, row, col, rows, out, hasResidual, activation, c00);
    Epilogue.store(
        bias, residual, y, row, col + 1 * GROUP, rows, out, hasResidual, activation, c01);
    Epilogue.store(
        bias, residual, y, row, col + 2 * GROUP, rows, out, hasResidual, activation, c02);
    Epilogue.store(
        bias, residual, y, row, col + 3 * GROUP, rows, out, hasResidual, activation, c03);
    Epilogue.store(bias, residual, y, row + 1, col, rows, out, hasResidual, activation, c10);
    Epilogue.store(
        bias, residual, y, row + 1, col + 1 * GROUP, rows, out, hasResidual, activation, c11);
    Epilogue.store(
        bias, residual, y, row + 1, col + 2 * GROUP, rows, out, hasResidual, activation, c12);
    Epilogue.store(
        bias, residual, y, row + 1, col + 3 * GROUP, rows, out, hasResidual, activation, c13);
    Epilogue.store(bias, residual, y, row + 2, col, rows, out, hasResidual, activation, c20);
    Epilogue.store(
        bias, residual, y, row + 2, col + 1 * GROUP, rows, out, hasResidual, activation, c21);
    Epilogue.store(
        bias, residual, y, row + 2, col + 2 * GROUP, rows, out, hasResidual, activation, c22);
    Epilogue.store(
        bias, residual, y, row + 2, col + 3 * GROUP, rows, out, hasResidual, activation, c23);
    Epilogue.store(bias, residual, y, row + 3, col, rows, out, hasResidual, activation, c30);
    Epilogue.store(
        bias, residual, y, row + 3, col + 1 * GROUP, rows, out, hasResidual, activation, c31);
    Epilogue.store(
        bias, residual, y, row + 3, col + 2 * GROUP, rows, out, hasResidual, activation, c32);
    Epilogue.store(
        bias, residual, y, row + 3, col + 3 * GROUP, rows, out, hasResidual, activation, c33);
    Epilogue.store(bias, residual, y, row + 4, col, rows, out, hasResidual, activation, c40);
    Epilogue.store(
        bias, residual, y, row + 4, col + 1 * GROUP, rows, out, hasResidual, activation, c41);
    Epilogue.store(
        bias, residual, y, row + 4, col + 2 * GROUP, rows, out, hasResidual, activation, c42);
    Epilogue.store(
        bias, residual, y, row + 4, col + 3 * GROUP, rows, out, hasResidual, activation, c43);
    Epilogue.store(bias, residual, y, row + 5, col, rows, out, hasResidual, activation, c50);
    Epilogue.store(
        bias, residual, y, row + 5, col + 1 * GROUP, rows, out, hasResidual, activation, c51);
    Epilogue.store(
        bias, residual, y, row + 5, col + 2 * GROUP, rows, out, hasResidual, activation, c52);
    Epilogue.store(
        bias, residual, y, row + 5, col + 3 * GROUP, rows, out, hasResidual, activation, c53);
    Epilogue.store(bias, residual, y, row + 6, col, rows, out, hasResidual, activation, c60);
    Epilogue.store(
        bias, residual, y, row + 6, col + 1 * GROUP, rows, out, hasResidual, activation, c61);
    Epilogue.store(
        bias, residual, y, row + 6, col + 2 * GROUP, rows, out, hasResidual, activation, c62);
    Epilogue.store(
        bias, residual, y, row + 6, col + 3 * GROUP, rows, out, hasResidual, activation, c63);
    Epilogue.store(bias, residual, y, row + 7, col, rows, out, hasResidual, activation, c70);
    Epilogue.store(
        bias, residual, y, row + 7, col + 1 * GROUP, rows, out, hasResidual, activation, c71);
    Epilogue.store(
        bias, residual, y, row + 7, col + 2 * GROUP, rows, out, hasResidual, activation, c72);
    Epilogue.store(
        bias, residual, y, row + 7, col + 3 * GROUP, rows, out, hasResidual, activation, c73);
  }
}
