package fastvit4j.kernels.tornado;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.vectors.Float16;

/**
 * Matrix products with sixteen neighbouring columns in a vector: {@code y = act(x · w + bias +
 * residual)}, as {@link Pointwise}. For processors: a work-item is a group of its own, so that the
 * driver makes a plain loop of it whose accumulators stay in vector registers; those of a group of
 * more would be kept in memory. Source: the same convolutions as {@link Pointwise}; the register
 * tile is that of Goto and van de Geijn, Anatomy of High-Performance Matrix Multiplication (2008).
 *
 * <p>Layouts: {@code x} [rows, in], {@code w} [ceil(out / 16), in, 16] with zeros beyond the last
 * column, {@code bias} [ceil(out / 16) · 16], {@code residual} and {@code y} [rows, out].
 *
 * <p>The rows are written out one by one: only local variables of a vector type become registers.
 */
public final class PointwiseVectors {
  /** Rows of y that a work-item of {@link #rows6} computes. */
  public static final int ROWS = 6;

  private PointwiseVectors() {}

  /**
   * Six rows of sixteen columns of y for each work-item: a weight vector is read once for six
   * products. {@code out} is a multiple of 16.
   *
   * <pre>
   *                w: 16 columns, step k
   *               [ . . . . . . . . . . . . . . . . ]  one vector
   *   x: 6 rows   [ c0                              ]
   *      step k   [ …                               ]  six accumulators
   *               [ c5                              ]
   * </pre>
   *
   * <p>Grid: ceil(out / 16) × ceil(rows / 6) work-items in groups of 1 × 1.
   */
  public static void rows6(
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
    int panels = out / Lanes.COUNT;
    int panel = context.globalIdx;
    int row = context.globalIdy * ROWS;
    int r0 = row;
    int r1 = TornadoMath.min(row + 1, rows - 1);
    int r2 = TornadoMath.min(row + 2, rows - 1);
    int r3 = TornadoMath.min(row + 3, rows - 1);
    int r4 = TornadoMath.min(row + 4, rows - 1);
    int r5 = TornadoMath.min(row + 5, rows - 1);
    int x0 = r0 * in;
    int x1 = r1 * in;
    int x2 = r2 * in;
    int x3 = r3 * in;
    int x4 = r4 * in;
    int x5 = r5 * in;
    int w0 = panel * in;
    Float16 c00 = Lanes.of(0.0f);
    Float16 c10 = Lanes.of(0.0f);
    Float16 c20 = Lanes.of(0.0f);
    Float16 c30 = Lanes.of(0.0f);
    Float16 c40 = Lanes.of(0.0f);
    Float16 c50 = Lanes.of(0.0f);
    for (int k0 = 0; k0 < in; k0 += Pointwise.CHUNK) {
      int end = TornadoMath.min(k0 + Pointwise.CHUNK, in);
      Float16 p00 = Lanes.of(0.0f);
      Float16 p10 = Lanes.of(0.0f);
      Float16 p20 = Lanes.of(0.0f);
      Float16 p30 = Lanes.of(0.0f);
      Float16 p40 = Lanes.of(0.0f);
      Float16 p50 = Lanes.of(0.0f);
      for (int k = k0; k < end; k++) {
        Float16 weight0 = Lanes.load(w, w0 + k);
        Float16 s0 = Lanes.of(x.get(x0 + k));
        p00 = Lanes.plusProduct(p00, weight0, s0);
        Float16 s1 = Lanes.of(x.get(x1 + k));
        p10 = Lanes.plusProduct(p10, weight0, s1);
        Float16 s2 = Lanes.of(x.get(x2 + k));
        p20 = Lanes.plusProduct(p20, weight0, s2);
        Float16 s3 = Lanes.of(x.get(x3 + k));
        p30 = Lanes.plusProduct(p30, weight0, s3);
        Float16 s4 = Lanes.of(x.get(x4 + k));
        p40 = Lanes.plusProduct(p40, weight0, s4);
        Float16 s5 = Lanes.of(x.get(x5 + k));
        p50 = Lanes.plusProduct(p50, weight0, s5);
      }
      c00 = Float16.add(c00, p00);
      c10 = Float16.add(c10, p10);
      c20 = Float16.add(c20, p20);
      c30 = Float16.add(c30, p30);
      c40 = Float16.add(c40, p40);
      c50 = Float16.add(c50, p50);
    }
    int y0 = row * panels + panel;
    Lanes.store(y, y0, c00);
    int in1 = row + 1 < rows ? 1 : 0;
    int y1 = r1 * panels + panel;
    Lanes.storeInside(y, y1, in1, c10);
    int in2 = row + 2 < rows ? 1 : 0;
    int y2 = r2 * panels + panel;
    Lanes.storeInside(y, y2, in2, c20);
    int in3 = row + 3 < rows ? 1 : 0;
    int y3 = r3 * panels + panel;
    Lanes.storeInside(y, y3, in3, c30);
    int in4 = row + 4 < rows ? 1 : 0;
    int y4 = r4 * panels + panel;
    Lanes.storeInside(y, y4, in4, c40);
    int in5 = row + 5 < rows ? 1 : 0;
    int y5 = r5 * panels + panel;
    Lanes.storeInside(y, y5, in5, c50);
    int lines = TornadoMath.min(6, rows - row);
    Lanes.finish(bias, residual, y, y0, panels, lines, 1, panel, hasResidual, activation);
  }

  /**
   * One row of sixteen columns of y for each work-item: the classifier at batch 1.
   *
   * <p>Grid: ceil(out / 16) × rows work-items in groups of 1 × 1.
   */
  public static void row(
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
    int panel = context.globalIdx;
    int col = panel * Lanes.COUNT;
    int row = context.globalIdy;
    int wAt = panel * in;
    int x0 = row * in;
    Float16 c0 = Lanes.of(0.0f);
    for (int k0 = 0; k0 < in; k0 += Pointwise.CHUNK) {
      int end = TornadoMath.min(k0 + Pointwise.CHUNK, in);
      Float16 p0 = Lanes.of(0.0f);
      for (int k = k0; k < end; k++) {
        Float16 weight = Lanes.load(w, wAt + k);
        p0 = Lanes.plusProduct(p0, weight, Lanes.of(x.get(x0 + k)));
      }
      c0 = Float16.add(c0, p0);
    }
    Float16 shift = Lanes.load(bias, panel);
    c0 = Float16.add(c0, shift);
    if (hasResidual == 1) {
      c0 = Float16.add(c0, Lanes.loadSome(residual, row * out + col, out - col));
    }
    c0 = Lanes.activate(c0, activation);
    Lanes.storeSome(y, row * out + col, c0, out - col);
  }
}
