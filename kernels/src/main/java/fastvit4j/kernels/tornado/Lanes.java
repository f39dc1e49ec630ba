package fastvit4j.kernels.tornado;

import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;
import uk.ac.manchester.tornado.api.types.vectors.Float16;

/**
 * Sixteen neighbouring channels in one vector: how they are read, activated and written. Inlined
 * into the kernels by TornadoVM's compiler. On a processor the vector is a register, or two.
 */
public final class Lanes {
  /** Numbers in a vector. */
  public static final int COUNT = 16;

  private static final float INV_SQRT2 = 0.70710677f;

  private Lanes() {}

  /** Sixteen times the same number. */
  static Float16 of(float v) {
    return new Float16(v, v, v, v, v, v, v, v, v, v, v, v, v, v, v, v);
  }

  /** Elements {@code 16 · place} to {@code 16 · place + 15}: one load. */
  static Float16 load(FloatArray x, int place) {
    return new VectorFloat16(x).get(place);
  }

  /**
   * Channels {@code 16 · panel} to {@code 16 · panel + 15} of the pixel in a column of an image's
   * line, or zeros beside the image.
   *
   * @param line place of the line's first pixel
   * @param panels vectors of a pixel
   */
  static Float16 pixel(FloatArray x, int line, int column, int width, int panels, int panel) {
    int inside = inside(column, width);
    return Float16.mult(load(x, (line + inside) * panels + panel), of(mask(column, inside)));
  }

  /** The column, or the nearest one of the image. */
  private static int inside(int column, int width) {
    return TornadoMath.min(TornadoMath.max(column, 0), width - 1);
  }

  /**
   * 1 if the column is {@link #inside} the image, else 0; without a branch: vectors that are kept
   * across one end in memory.
   */
  private static float mask(int column, int inside) {
    return 1 - TornadoMath.min(TornadoMath.max(column - inside, inside - column), 1);
  }

  /** Elements from {@code at} on; the last of {@code count} stands for those beyond it. */
  static Float16 loadSome(FloatArray x, int at, int count) {
    return new Float16(
        x.get(at + TornadoMath.min(0, count - 1)),
        x.get(at + TornadoMath.min(1, count - 1)),
        x.get(at + TornadoMath.min(2, count - 1)),
        x.get(at + TornadoMath.min(3, count - 1)),
        x.get(at + TornadoMath.min(4, count - 1)),
        x.get(at + TornadoMath.min(5, count - 1)),
        x.get(at + TornadoMath.min(6, count - 1)),
        x.get(at + TornadoMath.min(7, count - 1)),
        x.get(at + TornadoMath.min(8, count - 1)),
        x.get(at + TornadoMath.min(9, count - 1)),
        x.get(at + TornadoMath.min(10, count - 1)),
        x.get(at + TornadoMath.min(11, count - 1)),
        x.get(at + TornadoMath.min(12, count - 1)),
        x.get(at + TornadoMath.min(13, count - 1)),
        x.get(at + TornadoMath.min(14, count - 1)),
        x.get(at + TornadoMath.min(15, count - 1)));
  }

  /** Writes elements {@code 16 · place} to {@code 16 · place + 15}. */
  static void store(FloatArray y, int place, Float16 v) {
    new VectorFloat16(y).set(place, v);
  }

  /** {@code sum + a · b}. */
  static Float16 plusProduct(Float16 sum, Float16 a, Float16 b) {
    return Float16.add(sum, Float16.mult(a, b));
  }

  /**
   * {@code y = act(y + bias + residual)} for lines of neighbouring vectors, in a loop: written out
   * for each vector, the activation would be too much for TornadoVM's compiler.
   *
   * @param first the first line's place in y and residual
   * @param step from a line's place to the next
   * @param shift the place of a line's bias
   */
  static void finish(
      FloatArray bias,
      FloatArray residual,
      FloatArray y,
      int first,
      int step,
      int lines,
      int vectors,
      int shift,
      int hasResidual,
      int activation) {
    for (int line = 0; line < lines; line++) {
      for (int i = 0; i < vectors; i++) {
        int place = first + line * step + i;
        Float16 v = Float16.add(load(y, place), load(bias, shift + i));
        if (hasResidual == 1) {
          v = Float16.add(v, load(residual, place));
        }
        store(y, place, activate(v, activation));
      }
    }
  }

  /** {@link #store} if {@code inside} is 1. */
  static void storeInside(FloatArray y, int place, int inside, Float16 v) {
    if (inside == 1) {
      store(y, place, v);
    }
  }

  /** Writes the first {@code count} elements. */
  static void storeSome(FloatArray y, int at, Float16 v, int count) {
    storeOne(y, at + 0, v.get(0), count - 0);
    storeOne(y, at + 1, v.get(1), count - 1);
    storeOne(y, at + 2, v.get(2), count - 2);
    storeOne(y, at + 3, v.get(3), count - 3);
    storeOne(y, at + 4, v.get(4), count - 4);
    storeOne(y, at + 5, v.get(5), count - 5);
    storeOne(y, at + 6, v.get(6), count - 6);
    storeOne(y, at + 7, v.get(7), count - 7);
    storeOne(y, at + 8, v.get(8), count - 8);
    storeOne(y, at + 9, v.get(9), count - 9);
    storeOne(y, at + 10, v.get(10), count - 10);
    storeOne(y, at + 11, v.get(11), count - 11);
    storeOne(y, at + 12, v.get(12), count - 12);
    storeOne(y, at + 13, v.get(13), count - 13);
    storeOne(y, at + 14, v.get(14), count - 14);
    storeOne(y, at + 15, v.get(15), count - 15);
  }

  private static void storeOne(FloatArray y, int at, float v, int left) {
    if (left > 0) {
      y.set(at, v);
    }
  }

  /** {@link Epilogue#activate} in every lane. */
  static Float16 activate(Float16 x, int kind) {
    Float16 y = x;
    if (kind == Epilogue.GELU) {
      y = gelu(x);
    }
    if (kind == Epilogue.RELU) {
      y =
          new Float16(
              TornadoMath.max(x.get(0), 0.0f),
              TornadoMath.max(x.get(1), 0.0f),
              TornadoMath.max(x.get(2), 0.0f),
              TornadoMath.max(x.get(3), 0.0f),
              TornadoMath.max(x.get(4), 0.0f),
              TornadoMath.max(x.get(5), 0.0f),
              TornadoMath.max(x.get(6), 0.0f),
              TornadoMath.max(x.get(7), 0.0f),
              TornadoMath.max(x.get(8), 0.0f),
              TornadoMath.max(x.get(9), 0.0f),
              TornadoMath.max(x.get(10), 0.0f),
              TornadoMath.max(x.get(11), 0.0f),
              TornadoMath.max(x.get(12), 0.0f),
              TornadoMath.max(x.get(13), 0.0f),
              TornadoMath.max(x.get(14), 0.0f),
              TornadoMath.max(x.get(15), 0.0f));
    }
    if (kind == Epilogue.SILU) {
      y =
          Float16.div(
              x,
              Float16.add(
                  of(1.0f),
                  new Float16(
                      TornadoMath.exp(-x.get(0)),
                      TornadoMath.exp(-x.get(1)),
                      TornadoMath.exp(-x.get(2)),
                      TornadoMath.exp(-x.get(3)),
                      TornadoMath.exp(-x.get(4)),
                      TornadoMath.exp(-x.get(5)),
                      TornadoMath.exp(-x.get(6)),
                      TornadoMath.exp(-x.get(7)),
                      TornadoMath.exp(-x.get(8)),
                      TornadoMath.exp(-x.get(9)),
                      TornadoMath.exp(-x.get(10)),
                      TornadoMath.exp(-x.get(11)),
                      TornadoMath.exp(-x.get(12)),
                      TornadoMath.exp(-x.get(13)),
                      TornadoMath.exp(-x.get(14)),
                      TornadoMath.exp(-x.get(15)))));
    }
    return y;
  }

  /** {@code x · ½ (1 + erf(x / √2))}. */
  private static Float16 gelu(Float16 x) {
    Float16 scaled = Float16.mult(x, of(INV_SQRT2));
    Float16 t =
        new Float16(
            clamp(scaled.get(0)),
            clamp(scaled.get(1)),
            clamp(scaled.get(2)),
            clamp(scaled.get(3)),
            clamp(scaled.get(4)),
            clamp(scaled.get(5)),
            clamp(scaled.get(6)),
            clamp(scaled.get(7)),
            clamp(scaled.get(8)),
            clamp(scaled.get(9)),
            clamp(scaled.get(10)),
            clamp(scaled.get(11)),
            clamp(scaled.get(12)),
            clamp(scaled.get(13)),
            clamp(scaled.get(14)),
            clamp(scaled.get(15)));
    return Float16.mult(Float16.add(x, Float16.mult(x, erf(t))), of(0.5f));
  }

  private static float clamp(float x) {
    return TornadoMath.max(-4.0f, TornadoMath.min(4.0f, x));
  }

  /**
   * The error function between -4 and 4, where its absolute value is 1 but for 1.5e-8, as a
   * quotient of polynomials: no exponential function, which would be computed lane by lane. Off by
   * up to 4.2e-7, or 7 · 2⁻²⁴. Coefficients: Eigen, {@code erf_impl_float}, a minimax
   * approximation.
   */
  private static Float16 erf(Float16 t) {
    Float16 s = Float16.mult(t, t);
    Float16 p = of(-2.7261424e-10f);
    p = Float16.add(Float16.mult(p, s), of(2.7706815e-8f));
    p = Float16.add(Float16.mult(p, s), of(-2.101024e-6f));
    p = Float16.add(Float16.mult(p, s), of(-5.6925062e-5f));
    p = Float16.add(Float16.mult(p, s), of(-7.3499064e-4f));
    p = Float16.add(Float16.mult(p, s), of(-2.9546e-3f));
    p = Float16.add(Float16.mult(p, s), of(-1.6096033e-2f));
    Float16 q = of(-1.45660715e-5f);
    q = Float16.add(Float16.mult(q, s), of(-2.1337405e-4f));
    q = Float16.add(Float16.mult(q, s), of(-1.682827e-3f));
    q = Float16.add(Float16.mult(q, s), of(-7.3733293e-3f));
    q = Float16.add(Float16.mult(q, s), of(-1.4264739e-2f));
    return Float16.div(Float16.mult(t, p), q);
  }
}
