package fastvit4j.kernels.tornado;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Pointwise convolution and linear layers as a matrix product: {@code y[i, j] = act(bias[j] + Σₖ
 * x[i, k] · w[k, j] + residual[i, j])}, with a row for each pixel. Source: the 1×1 convolutions of
 * the ConvFFN, the patch embeddings and the stem, and attention's projections (sections 3.2 and 3.3
 * of the paper).
 *
 * <p>Layouts: {@code x} [rows, in], {@code w} [in, out] (transposed from the checkpoint's [out,
 * in], so that neighbouring work-items read neighbouring weights), {@code bias} [out], {@code
 * residual} and {@code y} [rows, out].
 */
public final class Pointwise {
  /** Rows and columns of y that a work-group of {@link #tiled} computes. */
  public static final int TILE = 64;

  /** Steps along the reduction that a work-group of {@link #tiled} keeps in local memory. */
  public static final int DEPTH = 16;

  /** Work-items of a group of {@link #tiled} in each direction; each computes 4×4 elements. */
  public static final int GROUP = TILE / 4;

  private Pointwise() {}

  /** One element of y for each iteration. Grid: rows × out. */
  public static void parallel(
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
    for (@Parallel int i = 0; i < rows; i++) {
      for (@Parallel int j = 0; j < out; j++) {
        float sum = bias.get(j);
        for (int k = 0; k < in; k++) {
          sum += x.get(i * in + k) * w.get(k * out + j);
        }
        if (hasResidual == 1) {
          sum += residual.get(i * out + j);
        }
        y.set(i * out + j, Epilogue.activate(sum, activation));
      }
    }
  }

  /**
   * A 64×64 tile of y for each work-group of 16×16 work-items, 4×4 elements for each, with 16 steps
   * of both factors in local memory at a time.
   *
   * <pre>
   *            w [in, out]                 work-item (a, b) of a group computes
   *           +----64----+                 rows b, b + 16, b + 32, b + 48
   *        16 | local    |                 columns a, a + 16, a + 32, a + 48
   *           +----------+                 of the group's tile: neighbours in a write
   *   x    16 +----------+                 neighbouring elements
   *   +---+   |          |
   * 64|   |   | y tile   | 64
   *   +---+   +----------+
   * </pre>
   *
   * <p>Grid: ceil(out / 64) · 16 × ceil(rows / 64) · 16 work-items in groups of 16 × 16.
   */
  public static void tiled(
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
    float[] tileX = context.allocateFloatLocalArray(TILE * DEPTH);
    float[] tileW = context.allocateFloatLocalArray(DEPTH * TILE);
    int a = context.localIdx;
    int b = context.localIdy;
    int item = b * GROUP + a;
    int row0 = context.groupIdy * TILE;
    int col0 = context.groupIdx * TILE;
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
    for (int chunk = 0; chunk < in; chunk += CHUNK) {
      int stop = TornadoMath.min(chunk + CHUNK, in);
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
        for (int load = 0; load < 4; load++) {
          int e = item + load * GROUP * GROUP;
          int rx = e / DEPTH;
          int kx = e % DEPTH;
          float vx = 0.0f;
          if (row0 + rx < rows && k0 + kx < in) {
            vx = x.get((row0 + rx) * in + k0 + kx);
          }
          tileX[kx * TILE + rx] = vx;
          int kw = e / TILE;
          int cw = e % TILE;
          float vw = 0.0f;
          if (k0 + kw < in && col0 + cw < out) {
            vw = w.get((k0 + kw) * out + col0 + cw);
          }
          tileW[kw * TILE + cw] = vw;
        }
        context.localBarrier();
        for (int k = 0; k < DEPTH; k++) {
          float x0 = tileX[k * TILE + b];
          float x1 = tileX[k * TILE + b + GROUP];
          float x2 = tileX[k * TILE + b + 2 * GROUP];
          float x3 = tileX[k * TILE + b + 3 * GROUP];
          float w0 = tileW[k * TILE + a];
          float w1 = tileW[k * TILE + a + GROUP];
          float w2 = tileW[k * TILE + a + 2 * GROUP];
          float w3 = tileW[k * TILE + a + 3 * GROUP];
          p00 += x0 * w0;
          p01 += x0 * w1;
          p02 += x0 * w2;
          p03 += x0 * w3;
          p10 += x1 * w0;
          p11 += x1 * w1;
          p12 += x1 * w2;
          p13 += x1 * w3;
          p20 += x2 * w0;
          p21 += x2 * w1;
          p22 += x2 * w2;
          p23 += x2 * w3;
          p30 += x3 * w0;
          p31 += x3 * w1;
          p32 += x3 * w2;
          p33 += x3 * w3;
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
    int row = row0 + b;
    int col = col0 + a;
    Epilogue.store(bias, residual, y, row, col, rows, out, hasResidual, activation, c00);
    Epilogue.store(bias, residual, y, row, col + GROUP, rows, out, hasResidual, activation, c01);
    Epilogue.store(
        bias, residual, y, row, col + 2 * GROUP, rows, out, hasResidual, activation, c02);
    Epilogue.store(
        bias, residual, y, row, col + 3 * GROUP, rows, out, hasResidual, activation, c03);
    row += GROUP;
    Epilogue.store(bias, residual, y, row, col, rows, out, hasResidual, activation, c10);
    Epilogue.store(bias, residual, y, row, col + GROUP, rows, out, hasResidual, activation, c11);
    Epilogue.store(
        bias, residual, y, row, col + 2 * GROUP, rows, out, hasResidual, activation, c12);
    Epilogue.store(
        bias, residual, y, row, col + 3 * GROUP, rows, out, hasResidual, activation, c13);
    row += GROUP;
    Epilogue.store(bias, residual, y, row, col, rows, out, hasResidual, activation, c20);
    Epilogue.store(bias, residual, y, row, col + GROUP, rows, out, hasResidual, activation, c21);
    Epilogue.store(
        bias, residual, y, row, col + 2 * GROUP, rows, out, hasResidual, activation, c22);
    Epilogue.store(
        bias, residual, y, row, col + 3 * GROUP, rows, out, hasResidual, activation, c23);
    row += GROUP;
    Epilogue.store(bias, residual, y, row, col, rows, out, hasResidual, activation, c30);
    Epilogue.store(bias, residual, y, row, col + GROUP, rows, out, hasResidual, activation, c31);
    Epilogue.store(
        bias, residual, y, row, col + 2 * GROUP, rows, out, hasResidual, activation, c32);
    Epilogue.store(
        bias, residual, y, row, col + 3 * GROUP, rows, out, hasResidual, activation, c33);
  }

  /** Rows of y that a work-item of {@link #columns} computes. */
  public static final int ROWS = 8;

  /** Work-items of a group of {@link #columns}: neighbouring columns. */
  public static final int COLUMNS = 16;

  /**
   * Products that {@link #columns} and {@link PointwiseVectors} sum before they add them to the
   * rest. The bound of the rounding error of a sum of n products falls from n units in the last
   * place to CHUNK + n / CHUNK.
   */
  static final int CHUNK = 64;

  /**
   * Eight rows of one column of y for each work-item, without local memory: neighbouring work-items
   * read neighbouring weights, and all of a group read the same eight elements of x. On a processor
   * a group becomes one vector loop.
   *
   * <p>Grid: ceil(out / 16) · 16 × ceil(rows / 8) work-items in groups of 16 × 1.
   */
  public static void columns(
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
    int col = context.globalIdx;
    int row = context.globalIdy * ROWS;
    int wAt = TornadoMath.min(col, out - 1);
    int x0 = TornadoMath.min(row + 0, rows - 1) * in;
    int x1 = TornadoMath.min(row + 1, rows - 1) * in;
    int x2 = TornadoMath.min(row + 2, rows - 1) * in;
    int x3 = TornadoMath.min(row + 3, rows - 1) * in;
    int x4 = TornadoMath.min(row + 4, rows - 1) * in;
    int x5 = TornadoMath.min(row + 5, rows - 1) * in;
    int x6 = TornadoMath.min(row + 6, rows - 1) * in;
    int x7 = TornadoMath.min(row + 7, rows - 1) * in;
    float c0 = 0.0f;
    float c1 = 0.0f;
    float c2 = 0.0f;
    float c3 = 0.0f;
    float c4 = 0.0f;
    float c5 = 0.0f;
    float c6 = 0.0f;
    float c7 = 0.0f;
    for (int k0 = 0; k0 < in; k0 += CHUNK) {
      int end = TornadoMath.min(k0 + CHUNK, in);
      float p0 = 0.0f;
      float p1 = 0.0f;
      float p2 = 0.0f;
      float p3 = 0.0f;
      float p4 = 0.0f;
      float p5 = 0.0f;
      float p6 = 0.0f;
      float p7 = 0.0f;
      for (int k = k0; k < end; k++) {
        float weight = w.get(wAt + k * out);
        p0 += x.get(x0 + k) * weight;
        p1 += x.get(x1 + k) * weight;
        p2 += x.get(x2 + k) * weight;
        p3 += x.get(x3 + k) * weight;
        p4 += x.get(x4 + k) * weight;
        p5 += x.get(x5 + k) * weight;
        p6 += x.get(x6 + k) * weight;
        p7 += x.get(x7 + k) * weight;
      }
      c0 += p0;
      c1 += p1;
      c2 += p2;
      c3 += p3;
      c4 += p4;
      c5 += p5;
      c6 += p6;
      c7 += p7;
    }
    Epilogue.store(bias, residual, y, row, col, rows, out, hasResidual, activation, c0);
    Epilogue.store(bias, residual, y, row + 1, col, rows, out, hasResidual, activation, c1);
    Epilogue.store(bias, residual, y, row + 2, col, rows, out, hasResidual, activation, c2);
    Epilogue.store(bias, residual, y, row + 3, col, rows, out, hasResidual, activation, c3);
    Epilogue.store(bias, residual, y, row + 4, col, rows, out, hasResidual, activation, c4);
    Epilogue.store(bias, residual, y, row + 5, col, rows, out, hasResidual, activation, c5);
    Epilogue.store(bias, residual, y, row + 6, col, rows, out, hasResidual, activation, c6);
    Epilogue.store(bias, residual, y, row + 7, col, rows, out, hasResidual, activation, c7);
  }
}
