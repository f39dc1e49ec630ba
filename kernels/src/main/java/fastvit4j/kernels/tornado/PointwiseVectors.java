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
    int col = context.globalIdx * Lanes.COUNT;
    int row = context.globalIdy * ROWS;
    int wAt = col * in;
    int x0 = TornadoMath.min(row + 0, rows - 1) * in;
    int x1 = TornadoMath.min(row + 1, rows - 1) * in;
    int x2 = TornadoMath.min(row + 2, rows - 1) * in;
    int x3 = TornadoMath.min(row + 3, rows - 1) * in;
    int x4 = TornadoMath.min(row + 4, rows - 1) * in;
    int x5 = TornadoMath.min(row + 5, rows - 1) * in;
    Float16 c0 = Lanes.of(0.0f);
    Float16 c1 = Lanes.of(0.0f);
    Float16 c2 = Lanes.of(0.0f);
    Float16 c3 = Lanes.of(0.0f);
    Float16 c4 = Lanes.of(0.0f);
    Float16 c5 = Lanes.of(0.0f);
    for (int k0 = 0; k0 < in; k0 += Pointwise.CHUNK) {
      int end = TornadoMath.min(k0 + Pointwise.CHUNK, in);
      Float16 p0 = Lanes.of(0.0f);
      Float16 p1 = Lanes.of(0.0f);
      Float16 p2 = Lanes.of(0.0f);
      Float16 p3 = Lanes.of(0.0f);
      Float16 p4 = Lanes.of(0.0f);
      Float16 p5 = Lanes.of(0.0f);
      for (int k = k0; k < end; k++) {
        Float16 weight = Lanes.load(w, wAt + k * Lanes.COUNT);
        p0 = Float16.add(p0, Float16.mult(weight, Lanes.of(x.get(x0 + k))));
        p1 = Float16.add(p1, Float16.mult(weight, Lanes.of(x.get(x1 + k))));
        p2 = Float16.add(p2, Float16.mult(weight, Lanes.of(x.get(x2 + k))));
        p3 = Float16.add(p3, Float16.mult(weight, Lanes.of(x.get(x3 + k))));
        p4 = Float16.add(p4, Float16.mult(weight, Lanes.of(x.get(x4 + k))));
        p5 = Float16.add(p5, Float16.mult(weight, Lanes.of(x.get(x5 + k))));
      }
      c0 = Float16.add(c0, p0);
      c1 = Float16.add(c1, p1);
      c2 = Float16.add(c2, p2);
      c3 = Float16.add(c3, p3);
      c4 = Float16.add(c4, p4);
      c5 = Float16.add(c5, p5);
    }
    Float16 shift = Lanes.load(bias, col);
    c0 = Float16.add(c0, shift);
    if (hasResidual == 1) {
      c0 = Float16.add(c0, Lanes.load(residual, TornadoMath.min(row + 0, rows - 1) * out + col));
    }
    c0 = Lanes.activate(c0, activation);
    if (row + 0 < rows) {
      Lanes.store(y, (row + 0) * out + col, c0);
    }
    c1 = Float16.add(c1, shift);
    if (hasResidual == 1) {
      c1 = Float16.add(c1, Lanes.load(residual, TornadoMath.min(row + 1, rows - 1) * out + col));
    }
    c1 = Lanes.activate(c1, activation);
    if (row + 1 < rows) {
      Lanes.store(y, (row + 1) * out + col, c1);
    }
    c2 = Float16.add(c2, shift);
    if (hasResidual == 1) {
      c2 = Float16.add(c2, Lanes.load(residual, TornadoMath.min(row + 2, rows - 1) * out + col));
    }
    c2 = Lanes.activate(c2, activation);
    if (row + 2 < rows) {
      Lanes.store(y, (row + 2) * out + col, c2);
    }
    c3 = Float16.add(c3, shift);
    if (hasResidual == 1) {
      c3 = Float16.add(c3, Lanes.load(residual, TornadoMath.min(row + 3, rows - 1) * out + col));
    }
    c3 = Lanes.activate(c3, activation);
    if (row + 3 < rows) {
      Lanes.store(y, (row + 3) * out + col, c3);
    }
    c4 = Float16.add(c4, shift);
    if (hasResidual == 1) {
      c4 = Float16.add(c4, Lanes.load(residual, TornadoMath.min(row + 4, rows - 1) * out + col));
    }
    c4 = Lanes.activate(c4, activation);
    if (row + 4 < rows) {
      Lanes.store(y, (row + 4) * out + col, c4);
    }
    c5 = Float16.add(c5, shift);
    if (hasResidual == 1) {
      c5 = Float16.add(c5, Lanes.load(residual, TornadoMath.min(row + 5, rows - 1) * out + col));
    }
    c5 = Lanes.activate(c5, activation);
    if (row + 5 < rows) {
      Lanes.store(y, (row + 5) * out + col, c5);
    }
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
    int col = context.globalIdx * Lanes.COUNT;
    int row = context.globalIdy;
    int wAt = col * in;
    int x0 = row * in;
    Float16 c0 = Lanes.of(0.0f);
    for (int k0 = 0; k0 < in; k0 += Pointwise.CHUNK) {
      int end = TornadoMath.min(k0 + Pointwise.CHUNK, in);
      Float16 p0 = Lanes.of(0.0f);
      for (int k = k0; k < end; k++) {
        Float16 weight = Lanes.load(w, wAt + k * Lanes.COUNT);
        p0 = Float16.add(p0, Float16.mult(weight, Lanes.of(x.get(x0 + k))));
      }
      c0 = Float16.add(c0, p0);
    }
    Float16 shift = Lanes.load(bias, col);
    c0 = Float16.add(c0, shift);
    if (hasResidual == 1) {
      c0 = Float16.add(c0, Lanes.loadSome(residual, row * out + col, out - col));
    }
    c0 = Lanes.activate(c0, activation);
    Lanes.storeSome(y, row * out + col, c0, out - col);
  }
}
