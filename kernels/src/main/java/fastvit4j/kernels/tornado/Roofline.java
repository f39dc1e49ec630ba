package fastvit4j.kernels.tornado;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.enums.MMAShape;
import uk.ac.manchester.tornado.api.types.HalfFloat;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.vectors.Float16;

/**
 * What a device can do at most: multiply-adds in registers, by themselves and as matrices, and
 * copying. They compute nothing of use; what other kernels reach is told as a part of what these
 * do.
 */
public final class Roofline {
  /** Multiply-adds of a work-item in each round. */
  public static final int EACH_ROUND = 8 * Lanes.COUNT;

  /** The same without vectors. */
  public static final int EACH_ROUND_ALONE = 16;

  /** Work-items of a group that multiplies matrices. */
  public static final int MATRIX_GROUP = 128;

  private static final int MATRICES = 8;

  /** Sums of 16 × 8 for each warp of such a group and each of its matrices. */
  public static final int MATRIX_SUMS = MATRIX_GROUP / 32 * MATRICES * 16 * 8;

  /** Multiply-adds of such a group in each round. */
  public static final int EACH_MATRIX_ROUND = 16 * MATRIX_SUMS;

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

  /**
   * The same in sixteen numbers by themselves, for GPUs: their work-items compute no vectors, and
   * TornadoVM's CUDA back end has none of sixteen.
   *
   * @param x two numbers that are not known before, the first below 1
   * @param y one for each work-item
   */
  public static void multiplyAddsAlone(
      KernelContext context, FloatArray x, FloatArray y, int rounds) {
    int item = context.globalIdx;
    float m = x.get(0);
    float a = x.get(1);
    float r0 = 0.05f;
    float r1 = 0.10f;
    float r2 = 0.15f;
    float r3 = 0.20f;
    float r4 = 0.25f;
    float r5 = 0.30f;
    float r6 = 0.35f;
    float r7 = 0.40f;
    float r8 = 0.45f;
    float r9 = 0.50f;
    float r10 = 0.55f;
    float r11 = 0.60f;
    float r12 = 0.65f;
    float r13 = 0.70f;
    float r14 = 0.75f;
    float r15 = 0.80f;
    for (int i = 0; i < rounds; i++) {
      r0 = r0 * m + a;
      r1 = r1 * m + a;
      r2 = r2 * m + a;
      r3 = r3 * m + a;
      r4 = r4 * m + a;
      r5 = r5 * m + a;
      r6 = r6 * m + a;
      r7 = r7 * m + a;
      r8 = r8 * m + a;
      r9 = r9 * m + a;
      r10 = r10 * m + a;
      r11 = r11 * m + a;
      r12 = r12 * m + a;
      r13 = r13 * m + a;
      r14 = r14 * m + a;
      r15 = r15 * m + a;
    }
    float first = r0 + r1 + r2 + r3 + r4 + r5 + r6 + r7;
    y.set(item, first + r8 + r9 + r10 + r11 + r12 + r13 + r14 + r15);
  }

  /**
   * y[w, j, ·, ·] = j + 16 · rounds · x[0]² for each warp w and eight matrices j of 16 × 8: to
   * each, the product of two matrices of which every element is x[0] is added in each round, on
   * tensor cores. In groups of {@link #MATRIX_GROUP}.
   *
   * @param x a number that is not known before, of those that float16 has
   */
  public static void matrixMultiplyAdds(
      KernelContext context, FloatArray x, FloatArray y, int rounds) {
    int[] tile = context.allocateIntLocalArray(MATRIX_GROUP);
    int item = context.localIdx;
    int group = context.groupIdx;
    int bits = Halves.bits(x, 0);
    tile[item] = bits | (bits << 16);
    context.localBarrier();
    HalfFloat[] a = context.mmaLoadA(tile, 16, 0);
    HalfFloat[] b = context.mmaLoadB(tile, 16, 0);
    float[] c0 = context.mmaFragment(0.0f);
    float[] c1 = context.mmaFragment(1.0f);
    float[] c2 = context.mmaFragment(2.0f);
    float[] c3 = context.mmaFragment(3.0f);
    float[] c4 = context.mmaFragment(4.0f);
    float[] c5 = context.mmaFragment(5.0f);
    float[] c6 = context.mmaFragment(6.0f);
    float[] c7 = context.mmaFragment(7.0f);
    for (int i = 0; i < rounds; i++) {
      c0 = context.mma(a, b, c0, MMAShape.M16N8K16);
      c1 = context.mma(a, b, c1, MMAShape.M16N8K16);
      c2 = context.mma(a, b, c2, MMAShape.M16N8K16);
      c3 = context.mma(a, b, c3, MMAShape.M16N8K16);
      c4 = context.mma(a, b, c4, MMAShape.M16N8K16);
      c5 = context.mma(a, b, c5, MMAShape.M16N8K16);
      c6 = context.mma(a, b, c6, MMAShape.M16N8K16);
      c7 = context.mma(a, b, c7, MMAShape.M16N8K16);
    }
    int row = (group * (MATRIX_GROUP / 32) + item / 32) * MATRICES * 16;
    context.mmaStore(c0, y, row, 0, 8);
    context.mmaStore(c1, y, row + 16, 0, 8);
    context.mmaStore(c2, y, row + 32, 0, 8);
    context.mmaStore(c3, y, row + 48, 0, 8);
    context.mmaStore(c4, y, row + 64, 0, 8);
    context.mmaStore(c5, y, row + 80, 0, 8);
    context.mmaStore(c6, y, row + 96, 0, 8);
    context.mmaStore(c7, y, row + 112, 0, 8);
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
