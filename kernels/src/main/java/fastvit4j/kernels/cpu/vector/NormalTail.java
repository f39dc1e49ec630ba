package fastvit4j.kernels.cpu.vector;

import static fastvit4j.kernels.cpu.vector.LaneTable.ROUND;
import static fastvit4j.kernels.cpu.vector.LaneTable.take;
import static fastvit4j.kernels.cpu.vector.Lanes.SPECIES;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * The normal distribution's upper tail {@code Q(t) = ½ erfc(t / √2)}, for vectors of 16 floats: one
 * polynomial of degree 5 for each of 16 intervals, whose coefficients stand in six vectors, from
 * which one instruction each takes those of every lane's interval. The coefficients are those of
 * −Q.
 *
 * <p>Interval i is centred at i · {@link #WIDTH}. The polynomials were fitted to Q at 400 Chebyshev
 * nodes of each interval by least squares, errors weighted with t; the first is ½ at 0, the last is
 * 0 at its centre, which is also its end.
 */
final class NormalTail {
  /** Lanes that a vector must have. */
  static final int INTERVALS = 16;

  private static final float WIDTH = 0.40625f;

  /*
   * As vectors, the compiler keeps these in registers; numbers it reads and spreads again for every
   * vector of arguments.
   */
  private static final FloatVector ROUNDING = FloatVector.broadcast(SPECIES, ROUND);
  private static final FloatVector SCALE = FloatVector.broadcast(SPECIES, 1 / WIDTH);
  private static final FloatVector MINUS_WIDTH = FloatVector.broadcast(SPECIES, -WIDTH);

  /** From here on the tail is taken to be 0; times t, it is less than 4e-9. */
  private static final IntVector END =
      FloatVector.broadcast(SPECIES, (INTERVALS - 1) * WIDTH).reinterpretAsInts();

  private static final IntVector C0 =
      LaneTable.of(
          -0.5f,
          -0.34227946f,
          -0.2082524f,
          -0.11146955f,
          -0.052081276f,
          -0.021114817f,
          -0.007394606f,
          -0.0022293008f,
          -5.7702546e-04f,
          -1.2796621e-04f,
          -2.4275132e-05f,
          -3.933955e-06f,
          -5.440565e-07f,
          -6.415569e-08f,
          -6.4461254e-09f,
          0);
  private static final IntVector C1 =
      LaneTable.of(
          0.39894226f,
          0.36734337f,
          0.28678665f,
          0.18983229f,
          0.10653828f,
          0.050695065f,
          0.020452674f,
          0.006996147f,
          0.0020290473f,
          4.989418e-04f,
          1.040237e-04f,
          1.8388213e-05f,
          2.7559533e-06f,
          3.5021102e-07f,
          3.773236e-08f,
          5.7996704e-08f);
  private static final IntVector C2 =
      LaneTable.of(
          6.486956e-07f,
          -0.07461425f,
          -0.11650442f,
          -0.115678325f,
          -0.08656335f,
          -0.051488426f,
          -0.0249273f,
          -0.009947663f,
          -0.0032970214f,
          -9.119832e-04f,
          -2.1122921e-04f,
          -4.106254e-05f,
          -6.711419e-06f,
          -9.2348034e-07f,
          -1.0708386e-07f,
          1.4983738e-06f);
  private static final IntVector C3 =
      LaneTable.of(
          -0.06650254f,
          -0.051111203f,
          -0.016240738f,
          0.015355335f,
          0.029130312f,
          0.026411453f,
          0.016844291f,
          0.008263724f,
          0.003233879f,
          0.0010285007f,
          2.6877964e-04f,
          5.812674e-05f,
          1.0453276e-05f,
          1.5686984e-06f,
          1.9695311e-07f,
          1.7042104e-05f);
  private static final IntVector C4 =
      LaneTable.of(
          9.695131e-05f,
          0.017463436f,
          0.0225426f,
          0.014554333f,
          0.0026576445f,
          -0.004749773f,
          -0.0060708947f,
          -0.0042159506f,
          -0.0020897114f,
          -7.974915e-04f,
          -2.422344e-04f,
          -5.9623093e-05f,
          -1.2023595e-05f,
          -2.0010746e-06f,
          -2.7626697e-07f,
          8.393188e-05f);
  private static final IntVector C5 =
      LaneTable.of(
          0.009671599f,
          0.0060439683f,
          -0.001293662f,
          -0.0058156797f,
          -0.005171921f,
          -0.0019961402f,
          4.376723e-04f,
          0.0011486087f,
          8.633353e-04f,
          4.2325258e-04f,
          1.5420324e-04f,
          4.3850974e-05f,
          9.9766185e-06f,
          1.842519e-06f,
          2.7883812e-07f,
          1.5058793e-04f);

  private NormalTail() {}

  /**
   * {@code summand − t · Q(t)} for t ≥ 0; the product is off by 6e-9 at most before rounding.
   *
   * <p>What a processor can compute meanwhile is limited, so the chain of operations is kept short:
   * the polynomial is evaluated in three steps, and the minimum is one of integers, whose order is
   * that of the floats' bits. It makes of NaN a number, but then the summand is NaN.
   */
  static FloatVector subtractProduct(FloatVector magnitude, FloatVector summand) {
    FloatVector t = magnitude.reinterpretAsInts().min(END).reinterpretAsFloats();
    FloatVector shifted = t.fma(SCALE, ROUNDING);
    IntVector i = shifted.reinterpretAsInts();
    FloatVector r = shifted.sub(ROUNDING).fma(MINUS_WIDTH, t);
    FloatVector r2 = r.mul(r);
    FloatVector low = r.fma(take(i, C1), take(i, C0));
    FloatVector middle = r.fma(take(i, C3), take(i, C2));
    FloatVector high = r.fma(take(i, C5), take(i, C4));
    FloatVector q = high.fma(r2, middle).fma(r2, low);
    return t.fma(q, summand);
  }
}
