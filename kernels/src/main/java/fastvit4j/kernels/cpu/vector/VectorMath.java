package fastvit4j.kernels.cpu.vector;

import static fastvit4j.kernels.cpu.vector.LaneTable.ROUND;
import static fastvit4j.kernels.cpu.vector.Lanes.SPECIES;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/** Elementary functions on vectors, exact to a few units in the last place of float32. */
final class VectorMath {
  private static final float LOG2E = 1.442695f;
  private static final float LN2_HIGH = 0.69314575f;
  private static final float LN2_LOW = 1.4286068e-6f;

  /** Below it, the exponential is not a normal number: results stay at e to this power, 2⁻¹²⁶. */
  private static final float EXP_LOWEST = -87.33654f;

  private static final float EXP_HIGHEST = 88.02f;

  /** The least power of two that is a normal number. */
  private static final float LOWEST_POWER = -126;

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
   * upper tail {@code Q(t) = ½ erfc(t / √2)}. Roundings add a few units in the last place of {@code
   * |x| · Q(|x|)}.
   */
  static FloatVector gelu(FloatVector x) {
    FloatVector t = x.abs();
    // Not max, which in Java tells 0 from -0 and takes five instructions.
    FloatVector positive = x.blend(0f, x.compare(VectorOperators.LT, 0f));
    return switch (Lanes.LENGTH) {
      case NormalTail.INTERVALS -> NormalTail.subtractProduct(t, positive);
      case NormalTail8.INTERVALS -> NormalTail8.subtractProduct(t, positive);
      default -> subtractTail(t, positive);
    };
  }

  /**
   * {@code summand − t · Q(t)} for t ≥ 0 by {@code Q(t) = 2^S(t)}. The logarithm S is so nearly a
   * parabola that a polynomial of degree 8 holds it: the product is off by 1e-8 at most, and falls
   * with Q beyond the fitted 0 to 9. There is no division, which would cost as much as all the
   * rest.
   */
  private static FloatVector subtractTail(FloatVector t, FloatVector summand) {
    FloatVector t2 = t.mul(t);
    FloatVector t4 = t2.mul(t2);
    FloatVector low = polynomial(-0.052635096f, -0.45915952f, -1.1511114f, -1f, t, t2);
    FloatVector high =
        polynomial(2.736543e-5f, -1.2821169e-4f, -2.7997204e-4f, 0.0072558927f, t, t2);
    FloatVector s = t4.fma(FloatVector.broadcast(SPECIES, -1.8434616e-6f), high).fma(t4, low);
    return t.neg().fma(powerOfTwo(s), summand);
  }

  /**
   * {@code 2ˢ} for s up to 127, and 2⁻¹²⁶ for s below −126. A method of its own, as C2 does not
   * inline one of more than 325 bytes, and a vector that passes a call is an object.
   */
  private static FloatVector powerOfTwo(FloatVector power) {
    FloatVector s = power.blend(LOWEST_POWER, power.compare(VectorOperators.LT, LOWEST_POWER));
    FloatVector round = FloatVector.broadcast(SPECIES, ROUND);
    FloatVector shifted = s.add(round);
    FloatVector r = s.sub(shifted.sub(round));
    // 2^r for |r| ≤ ½, relative error 2e-9 before rounding.
    FloatVector r2 = r.mul(r);
    FloatVector highest =
        r2.fma(
            FloatVector.broadcast(SPECIES, 1.5353347e-4f), linear(0.0013398875f, 0.009618438f, r));
    FloatVector high = highest.fma(r2, linear(0.055503324f, 0.24022648f, r));
    FloatVector p = r2.fma(high, linear(0.6931472f, 1f, r));
    IntVector exponent = shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23);
    return p.reinterpretAsInts().add(exponent).reinterpretAsFloats();
  }

  /**
   * {@code c₃x³ + c₂x² + c₁x + c₀}, as {@code (c₃x + c₂)x² + (c₁x + c₀)}: what a processor can
   * compute meanwhile is limited, so a chain of multiply-adds is as slow as it is long.
   */
  private static FloatVector polynomial(
      float c3, float c2, float c1, float c0, FloatVector x, FloatVector x2) {
    return linear(c3, c2, x).fma(x2, linear(c1, c0, x));
  }

  private static FloatVector linear(float c1, float c0, FloatVector x) {
    return x.fma(FloatVector.broadcast(SPECIES, c1), FloatVector.broadcast(SPECIES, c0));
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
