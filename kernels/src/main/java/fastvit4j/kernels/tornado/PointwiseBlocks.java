package fastvit4j.kernels.tornado;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.vectors.Float16;

/**
 * Matrix products with a block of rows and of vectors of sixteen columns for each work-item, for
 * processors: the formula, layouts and source of {@link PointwiseVectors}. A weight vector is
 * loaded once for all rows, an element of x once for all vectors. Neighbouring work-items are
 * neighbouring rows: a panel of weights stays in a cache while all rows pass.
 *
 * <p>Rows and vectors are written out one by one: only local variables of a vector type become
 * registers. Rows beyond the last are computed as the last, and not written.
 *
 * <p>Grid: ceil(rows / R) × out / (16 · V) work-items in groups of 1 × 1, for R rows and V vectors.
 */
public final class PointwiseBlocks {
  private PointwiseBlocks() {}

  /** Six rows of two vectors; {@code out} is a multiple of 32. */
  public static void rows6by2(
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
    int panel = context.globalIdy * 2;
    int row = context.globalIdx * 6;
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
    int w1 = (panel + 1) * in;
    Float16 c00 = Lanes.of(0.0f);
    Float16 c01 = Lanes.of(0.0f);
    Float16 c10 = Lanes.of(0.0f);
    Float16 c11 = Lanes.of(0.0f);
    Float16 c20 = Lanes.of(0.0f);
    Float16 c21 = Lanes.of(0.0f);
    Float16 c30 = Lanes.of(0.0f);
    Float16 c31 = Lanes.of(0.0f);
    Float16 c40 = Lanes.of(0.0f);
    Float16 c41 = Lanes.of(0.0f);
    Float16 c50 = Lanes.of(0.0f);
    Float16 c51 = Lanes.of(0.0f);
    for (int k0 = 0; k0 < in; k0 += Pointwise.CHUNK) {
      int end = TornadoMath.min(k0 + Pointwise.CHUNK, in);
      Float16 p00 = Lanes.of(0.0f);
      Float16 p01 = Lanes.of(0.0f);
      Float16 p10 = Lanes.of(0.0f);
      Float16 p11 = Lanes.of(0.0f);
      Float16 p20 = Lanes.of(0.0f);
      Float16 p21 = Lanes.of(0.0f);
      Float16 p30 = Lanes.of(0.0f);
      Float16 p31 = Lanes.of(0.0f);
      Float16 p40 = Lanes.of(0.0f);
      Float16 p41 = Lanes.of(0.0f);
      Float16 p50 = Lanes.of(0.0f);
      Float16 p51 = Lanes.of(0.0f);
      for (int k = k0; k < end; k++) {
        Float16 weight0 = Lanes.load(w, w0 + k);
        Float16 weight1 = Lanes.load(w, w1 + k);
        Float16 s0 = Lanes.of(x.get(x0 + k));
        p00 = Lanes.plusProduct(p00, weight0, s0);
        p01 = Lanes.plusProduct(p01, weight1, s0);
        Float16 s1 = Lanes.of(x.get(x1 + k));
        p10 = Lanes.plusProduct(p10, weight0, s1);
        p11 = Lanes.plusProduct(p11, weight1, s1);
        Float16 s2 = Lanes.of(x.get(x2 + k));
        p20 = Lanes.plusProduct(p20, weight0, s2);
        p21 = Lanes.plusProduct(p21, weight1, s2);
        Float16 s3 = Lanes.of(x.get(x3 + k));
        p30 = Lanes.plusProduct(p30, weight0, s3);
        p31 = Lanes.plusProduct(p31, weight1, s3);
        Float16 s4 = Lanes.of(x.get(x4 + k));
        p40 = Lanes.plusProduct(p40, weight0, s4);
        p41 = Lanes.plusProduct(p41, weight1, s4);
        Float16 s5 = Lanes.of(x.get(x5 + k));
        p50 = Lanes.plusProduct(p50, weight0, s5);
        p51 = Lanes.plusProduct(p51, weight1, s5);
      }
      c00 = Float16.add(c00, p00);
      c01 = Float16.add(c01, p01);
      c10 = Float16.add(c10, p10);
      c11 = Float16.add(c11, p11);
      c20 = Float16.add(c20, p20);
      c21 = Float16.add(c21, p21);
      c30 = Float16.add(c30, p30);
      c31 = Float16.add(c31, p31);
      c40 = Float16.add(c40, p40);
      c41 = Float16.add(c41, p41);
      c50 = Float16.add(c50, p50);
      c51 = Float16.add(c51, p51);
    }
    int y0 = row * panels + panel;
    Lanes.store(y, y0, c00);
    Lanes.store(y, y0 + 1, c01);
    int in1 = row + 1 < rows ? 1 : 0;
    int y1 = r1 * panels + panel;
    Lanes.storeInside(y, y1, in1, c10);
    Lanes.storeInside(y, y1 + 1, in1, c11);
    int in2 = row + 2 < rows ? 1 : 0;
    int y2 = r2 * panels + panel;
    Lanes.storeInside(y, y2, in2, c20);
    Lanes.storeInside(y, y2 + 1, in2, c21);
    int in3 = row + 3 < rows ? 1 : 0;
    int y3 = r3 * panels + panel;
    Lanes.storeInside(y, y3, in3, c30);
    Lanes.storeInside(y, y3 + 1, in3, c31);
    int in4 = row + 4 < rows ? 1 : 0;
    int y4 = r4 * panels + panel;
    Lanes.storeInside(y, y4, in4, c40);
    Lanes.storeInside(y, y4 + 1, in4, c41);
    int in5 = row + 5 < rows ? 1 : 0;
    int y5 = r5 * panels + panel;
    Lanes.storeInside(y, y5, in5, c50);
    Lanes.storeInside(y, y5 + 1, in5, c51);
    int lines = TornadoMath.min(6, rows - row);
    Lanes.finish(bias, residual, y, y0, panels, lines, 2, panel, hasResidual, activation);
  }

  /** Four rows of three vectors; {@code out} is a multiple of 48. */
  public static void rows4by3(
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
    int panel = context.globalIdy * 3;
    int row = context.globalIdx * 4;
    int r0 = row;
    int r1 = TornadoMath.min(row + 1, rows - 1);
    int r2 = TornadoMath.min(row + 2, rows - 1);
    int r3 = TornadoMath.min(row + 3, rows - 1);
    int x0 = r0 * in;
    int x1 = r1 * in;
    int x2 = r2 * in;
    int x3 = r3 * in;
    int w0 = panel * in;
    int w1 = (panel + 1) * in;
    int w2 = (panel + 2) * in;
    Float16 c00 = Lanes.of(0.0f);
    Float16 c01 = Lanes.of(0.0f);
    Float16 c02 = Lanes.of(0.0f);
    Float16 c10 = Lanes.of(0.0f);
    Float16 c11 = Lanes.of(0.0f);
    Float16 c12 = Lanes.of(0.0f);
    Float16 c20 = Lanes.of(0.0f);
    Float16 c21 = Lanes.of(0.0f);
    Float16 c22 = Lanes.of(0.0f);
    Float16 c30 = Lanes.of(0.0f);
    Float16 c31 = Lanes.of(0.0f);
    Float16 c32 = Lanes.of(0.0f);
    for (int k0 = 0; k0 < in; k0 += Pointwise.CHUNK) {
      int end = TornadoMath.min(k0 + Pointwise.CHUNK, in);
      Float16 p00 = Lanes.of(0.0f);
      Float16 p01 = Lanes.of(0.0f);
      Float16 p02 = Lanes.of(0.0f);
      Float16 p10 = Lanes.of(0.0f);
      Float16 p11 = Lanes.of(0.0f);
      Float16 p12 = Lanes.of(0.0f);
      Float16 p20 = Lanes.of(0.0f);
      Float16 p21 = Lanes.of(0.0f);
      Float16 p22 = Lanes.of(0.0f);
      Float16 p30 = Lanes.of(0.0f);
      Float16 p31 = Lanes.of(0.0f);
      Float16 p32 = Lanes.of(0.0f);
      for (int k = k0; k < end; k++) {
        Float16 weight0 = Lanes.load(w, w0 + k);
        Float16 weight1 = Lanes.load(w, w1 + k);
        Float16 weight2 = Lanes.load(w, w2 + k);
        Float16 s0 = Lanes.of(x.get(x0 + k));
        p00 = Lanes.plusProduct(p00, weight0, s0);
        p01 = Lanes.plusProduct(p01, weight1, s0);
        p02 = Lanes.plusProduct(p02, weight2, s0);
        Float16 s1 = Lanes.of(x.get(x1 + k));
        p10 = Lanes.plusProduct(p10, weight0, s1);
        p11 = Lanes.plusProduct(p11, weight1, s1);
        p12 = Lanes.plusProduct(p12, weight2, s1);
        Float16 s2 = Lanes.of(x.get(x2 + k));
        p20 = Lanes.plusProduct(p20, weight0, s2);
        p21 = Lanes.plusProduct(p21, weight1, s2);
        p22 = Lanes.plusProduct(p22, weight2, s2);
        Float16 s3 = Lanes.of(x.get(x3 + k));
        p30 = Lanes.plusProduct(p30, weight0, s3);
        p31 = Lanes.plusProduct(p31, weight1, s3);
        p32 = Lanes.plusProduct(p32, weight2, s3);
      }
      c00 = Float16.add(c00, p00);
      c01 = Float16.add(c01, p01);
      c02 = Float16.add(c02, p02);
      c10 = Float16.add(c10, p10);
      c11 = Float16.add(c11, p11);
      c12 = Float16.add(c12, p12);
      c20 = Float16.add(c20, p20);
      c21 = Float16.add(c21, p21);
      c22 = Float16.add(c22, p22);
      c30 = Float16.add(c30, p30);
      c31 = Float16.add(c31, p31);
      c32 = Float16.add(c32, p32);
    }
    int y0 = row * panels + panel;
    Lanes.store(y, y0, c00);
    Lanes.store(y, y0 + 1, c01);
    Lanes.store(y, y0 + 2, c02);
    int in1 = row + 1 < rows ? 1 : 0;
    int y1 = r1 * panels + panel;
    Lanes.storeInside(y, y1, in1, c10);
    Lanes.storeInside(y, y1 + 1, in1, c11);
    Lanes.storeInside(y, y1 + 2, in1, c12);
    int in2 = row + 2 < rows ? 1 : 0;
    int y2 = r2 * panels + panel;
    Lanes.storeInside(y, y2, in2, c20);
    Lanes.storeInside(y, y2 + 1, in2, c21);
    Lanes.storeInside(y, y2 + 2, in2, c22);
    int in3 = row + 3 < rows ? 1 : 0;
    int y3 = r3 * panels + panel;
    Lanes.storeInside(y, y3, in3, c30);
    Lanes.storeInside(y, y3 + 1, in3, c31);
    Lanes.storeInside(y, y3 + 2, in3, c32);
    int lines = TornadoMath.min(4, rows - row);
    Lanes.finish(bias, residual, y, y0, panels, lines, 3, panel, hasResidual, activation);
  }
}
