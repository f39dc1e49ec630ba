package fastvit4j.kernels.tornado;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.vectors.Float16;

/**
 * What a device can do at most: multiply-adds in registers, and copying. They compute nothing of
 * use; what other kernels reach is told as a part of what these do.
 */
public final class Roofline {
  /** Multiply-adds of a work-item in each round. */
  public static final int EACH_ROUND = 8 * Lanes.COUNT;

  private Roofline() {}

  /**
   * y[i] = Σ₈ rₖ after {@code rounds} times r ← r · x[0] + x[1] in eight vectors of sixteen; i is
   * the work-item.
   *
   * @param x two numbers that are not known before, the first below 1
   * @param y sixteen for each work-item
   */
  public static void multiplyAdds(KernelContext context, FloatArray x, FloatArray y, int rounds) {
    int item = context.globalIdx;
    Float16 m = Lanes.of(x.get(0));
    Float16 a = Lanes.of(x.get(1));
    Float16 r0 = Lanes.of(0.1f);
    Float16 r1 = Lanes.of(0.2f);
    Float16 r2 = Lanes.of(0.3f);
    Float16 r3 = Lanes.of(0.4f);
    Float16 r4 = Lanes.of(0.5f);
    Float16 r5 = Lanes.of(0.6f);
    Float16 r6 = Lanes.of(0.7f);
    Float16 r7 = Lanes.of(0.8f);
    for (int i = 0; i < rounds; i++) {
      r0 = Float16.add(a, Float16.mult(r0, m));
      r1 = Float16.add(a, Float16.mult(r1, m));
      r2 = Float16.add(a, Float16.mult(r2, m));
      r3 = Float16.add(a, Float16.mult(r3, m));
      r4 = Float16.add(a, Float16.mult(r4, m));
      r5 = Float16.add(a, Float16.mult(r5, m));
      r6 = Float16.add(a, Float16.mult(r6, m));
      r7 = Float16.add(a, Float16.mult(r7, m));
    }
    r0 = Float16.add(Float16.add(r0, r1), Float16.add(r2, r3));
    r4 = Float16.add(Float16.add(r4, r5), Float16.add(r6, r7));
    Lanes.store(y, item, Float16.add(r0, r4));
  }

  /** y[i] = x[i], a work-item for each: neighbours copy neighbours. */
  public static void copy(KernelContext context, FloatArray x, FloatArray y) {
    int i = context.globalIdx;
    y.set(i, x.get(i));
  }

  /** y[i] = x[i], each work-item a run of {@code vectors} times sixteen. */
  public static void copyVectors(KernelContext context, FloatArray x, FloatArray y, int vectors) {
    int from = context.globalIdx * vectors;
    for (int i = 0; i < vectors; i++) {
      Lanes.store(y, from + i, Lanes.load(x, from + i));
    }
  }
}
