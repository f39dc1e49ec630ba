package fastvit4j.kernels.cpu.vector;

import static fastvit4j.kernels.cpu.vector.Lanes.SPECIES;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/** Elementary functions on vectors, exact to a few units in the last place of float32. */
final class VectorMath {
  /** Adding it rounds to an integer, which then stands in the lowest bits. */
  private static final float ROUND = 0x1.8p23f;

  private static final float LOG2E = 1.442695f;
  private static final float LN2_HIGH = 0.69314575f;
  private static final float LN2_LOW = 1.4286068e-6f;

  /** Below it, the exponential is not a normal number: results stay at e to this power, 2⁻¹²⁶. */
  private static final float EXP_LOWEST = -87.33654f;

  private static final float EXP_HIGHEST = 88.02f;

  private VectorMath() {}

  /**
   * The exponential, by {@code eˣ = 2ⁿ · eʳ} with |r| ≤ ln 2 / 2 and a polynomial of degree 6 for
   * eʳ. Relative error below 2⁻²² for x from −87.3 to 88.0; beyond, the value at that end.
   */
  static FloatVector exp(FloatVector argument) {
    FloatVector x = argument.blend(EXP_LOWEST, argument.compare(VectorOperators.LT, EXP_LOWEST));
    x = x.blend(EXP_HIGHEST, x.compare(VectorOperators.GT, EXP_HIGHEST));
    return expInRange(x);
  }

  /** The exponential of values that are in its range. */
  private static FloatVector expInRange(FloatVector x) {
    FloatVector round = FloatVector.broadcast(SPECIES, ROUND);
    FloatVector shifted = x.fma(FloatVector.broadcast(SPECIES, LOG2E), round);
    FloatVector n = shifted.sub(round);
    FloatVector r = n.fma(FloatVector.broadcast(SPECIES, -LN2_HIGH), x);
    r = n.fma(FloatVector.broadcast(SPECIES, -LN2_LOW), r);
    FloatVector p = FloatVector.broadcast(SPECIES, 0.0013813144f);
    p = p.fma(r, FloatVector.broadcast(SPECIES, 0.008369419f));
    p = p.fma(r, FloatVector.broadcast(SPECIES, 0.041668456f));
    p = p.fma(r, FloatVector.broadcast(SPECIES, 0.16666515f));
    p = p.fma(r, FloatVector.broadcast(SPECIES, 0.49999994f));
    p = p.fma(r, FloatVector.broadcast(SPECIES, 1f));
    p = p.fma(r, FloatVector.broadcast(SPECIES, 1f));
    IntVector exponent = shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23);
    return p.reinterpretAsInts().add(exponent).reinterpretAsFloats();
  }

  /**
   * The exact GELU, {@code x · Φ(x) = max(x, 0) − |x| · Q(|x|)} with the normal distribution's
   * upper tail {@code Q(t) = ½ erfc(t / √2) = e^(−t²/2) · R(t)}. R is a quotient of polynomials of
   * degree 4 and 5 with positive coefficients (relative error 1.3e-9), so nothing cancels: the
   * error is a few units in the last place of |x| · Q(|x|), on top of the rounding of the result.
   */
  static FloatVector gelu(FloatVector x) {
    FloatVector t = x.abs();
    FloatVector e = t.mul(t).mul(-0.5f);
    e = expInRange(e.blend(EXP_LOWEST, e.compare(VectorOperators.LT, EXP_LOWEST)));
    FloatVector p = FloatVector.broadcast(SPECIES, 0.0033958112f);
    p = p.fma(t, FloatVector.broadcast(SPECIES, 0.03562891f));
    p = p.fma(t, FloatVector.broadcast(SPECIES, 0.16810857f));
    p = p.fma(t, FloatVector.broadcast(SPECIES, 0.41735765f));
    p = p.fma(t, FloatVector.broadcast(SPECIES, 0.5f));
    FloatVector q = FloatVector.broadcast(SPECIES, 0.008511615f);
    q = q.fma(t, FloatVector.broadcast(SPECIES, 0.08932535f));
    q = q.fma(t, FloatVector.broadcast(SPECIES, 0.4295904f));
    q = q.fma(t, FloatVector.broadcast(SPECIES, 1.1388422f));
    q = q.fma(t, FloatVector.broadcast(SPECIES, 1.6326f));
    q = q.fma(t, FloatVector.broadcast(SPECIES, 1f));
    FloatVector half = FloatVector.broadcast(SPECIES, 0.5f);
    FloatVector positive = x.fma(half, t.mul(half));
    return t.neg().fma(e.mul(p).div(q), positive);
  }

  /** {@code 1 / (1 + e⁻ˣ)}. */
  static FloatVector sigmoid(FloatVector x) {
    return FloatVector.broadcast(SPECIES, 1f).div(exp(x.neg()).add(1f));
  }

  /** {@code x / (1 + e⁻ˣ)}. */
  static FloatVector silu(FloatVector x) {
    return x.div(exp(x.neg()).add(1f));
  }
}
