package fastvit4j.kernels.cpu.vector;

import static fastvit4j.kernels.cpu.vector.LaneTable.ROUND;
import static fastvit4j.kernels.cpu.vector.LaneTable.take;
import static fastvit4j.kernels.cpu.vector.Lanes.SPECIES;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * The normal distribution's upper tail, like {@link NormalTail}, for vectors of 8 floats: one
 * polynomial of degree 7 for each of 8 intervals. The coefficients are those of −Q.
 *
 * <p>Interval i is centred at i · {@link #WIDTH}. The polynomials were fitted to Q at 600 Chebyshev
 * nodes of each interval, with weights t and Lawson's reweighting, which makes the largest error
 * least; the first is ½ at 0, the last is 0 at its centre, which is also its end.
 */
final class NormalTail8 {
  /** Lanes that a vector must have. */
  static final int INTERVALS = 8;

  private static final float WIDTH = 0.875f;

  /** From here on the tail is taken to be 0; times t, it is less than 3e-9. */
  private static final int END_BITS = Float.floatToRawIntBits((INTERVALS - 1) * WIDTH);

  private static final IntVector C0 =
      LaneTable.of(
          -0.5f,
          -0.19078696f,
          -0.040059157f,
          -0.004332449f,
          -2.3262919e-4f,
          -6.071586e-6f,
          -7.604501e-8f,
          0);
  private static final IntVector C1 =
      LaneTable.of(
          0.3989423f,
          0.272055f,
          0.08627733f,
          0.01272418f,
          8.7268295e-4f,
          2.7834054e-5f,
          4.1283965e-7f,
          1.0378875e-7f);
  private static final IntVector C2 =
      LaneTable.of(
          -2.5067362e-7f,
          -0.119023725f,
          -0.075492956f,
          -0.01670042f,
          -0.0015271765f,
          -6.089333e-5f,
          -1.0844889e-6f,
          3.693789e-6f);
  private static final IntVector C3 =
      LaneTable.of(
          -0.0664867f,
          -0.010626768f,
          0.029657597f,
          0.012492324f,
          0.0016362609f,
          8.4154264e-5f,
          1.8282325e-6f,
          5.0971586e-5f);
  private static final IntVector C4 =
      LaneTable.of(
          -2.7139662e-5f,
          0.022152875f,
          -3.8522817e-4f,
          -0.0054164375f,
          -0.0011776881f,
          -8.1728926e-5f,
          -2.1983515e-6f,
          3.3379835e-4f);
  private static final IntVector C5 =
      LaneTable.of(
          0.010082977f,
          -0.0022863492f,
          -0.0043090554f,
          9.675829e-4f,
          5.7896983e-4f,
          5.902429e-5f,
          2.0451064e-6f,
          0.001122253f);
  private static final IntVector C6 =
      LaneTable.of(
          -2.3753218e-4f,
          -0.002542427f,
          0.0012422666f,
          3.1366537e-4f,
          -1.7661929e-4f,
          -3.3530432e-5f,
          -1.6670863e-6f,
          0.0018700081f);
  private static final IntVector C7 =
      LaneTable.of(
          -9.559683e-4f,
          5.871411e-4f,
          1.8377574e-4f,
          -2.2095373e-4f,
          1.8852632e-5f,
          1.3211692e-5f,
          9.510396e-7f,
          0.0012238442f);

  private NormalTail8() {}

  /**
   * {@code summand − t · Q(t)} for t ≥ 0; the product is off by 8e-9 at most before rounding. See
   * {@link NormalTail#subtractProduct}.
   */
  static FloatVector subtractProduct(FloatVector magnitude, FloatVector summand) {
    FloatVector t = magnitude.reinterpretAsInts().min(END_BITS).reinterpretAsFloats();
    FloatVector round = FloatVector.broadcast(SPECIES, ROUND);
    FloatVector shifted = t.fma(FloatVector.broadcast(SPECIES, 1 / WIDTH), round);
    IntVector i = shifted.reinterpretAsInts();
    FloatVector r = shifted.sub(round).fma(FloatVector.broadcast(SPECIES, -WIDTH), t);
    FloatVector r2 = r.mul(r);
    FloatVector lowest = r.fma(take(i, C1), take(i, C0));
    FloatVector low = r.fma(take(i, C3), take(i, C2)).fma(r2, lowest);
    FloatVector high = r.fma(take(i, C5), take(i, C4));
    FloatVector highest = r.fma(take(i, C7), take(i, C6)).fma(r2, high);
    FloatVector q = highest.fma(r2.mul(r2), low);
    return t.fma(q, summand);
  }
}
