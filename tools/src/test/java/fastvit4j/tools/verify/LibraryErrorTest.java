package fastvit4j.tools.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fastvit4j.model.operator.Conv2d;
import fastvit4j.model.operator.Gelu;
import fastvit4j.model.operator.Linear;
import fastvit4j.model.operator.Shape;
import fastvit4j.model.tensor.Tensor;
import fastvit4j.reparam.Float64Evaluator.Value;
import fastvit4j.runtime.Precision;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LibraryErrorTest {
  private static final int ROWS = 5;
  private static final int OUT = 7;

  /** A number with so many bits behind the point, the others cut off. */
  private static float cut(double value, int bits) {
    return Float.intBitsToFloat(Float.floatToRawIntBits((float) value) & (-1 << (23 - bits)));
  }

  /** A number with 24 bits, the others cut off. */
  private static float towardsZero(double value) {
    float nearest = (float) value;
    return Math.abs(nearest) <= Math.abs(value)
        ? nearest
        : nearest > 0 ? Math.nextDown(nearest) : Math.nextUp(nearest);
  }

  /** Factors with so many bits, and sums in float32 that are cut off. */
  private static double[] product(double[] x, float[] w, int in, int bits) {
    double[] y = new double[ROWS * OUT];
    for (int i = 0; i < y.length; i++) {
      float sum = 0;
      for (int k = 0; k < in; k++) {
        double exact = (double) cut(x[i / OUT * in + k], bits) * cut(w[i % OUT * in + k], bits);
        sum = towardsZero(sum + exact);
      }
      y[i] = sum;
    }
    return y;
  }

  private static double fraction(Bounded exact, double[] got) {
    double fraction = 0;
    for (int i = 0; i < got.length; i++) {
      double off = Math.abs(got[i] - exact.value().data()[i]);
      fraction = Math.max(fraction, off / (exact.error().data()[i] + Float.MIN_NORMAL));
    }
    return fraction;
  }

  private static double[] random(SplittableRandom random, int length, double from, double to) {
    return random.doubles(length, from, to).map(v -> (float) v).toArray();
  }

  private static float[] floats(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }

  /**
   * With factors of one sign, nothing cancels: cut to 10 bits they stay within the bound, and reach
   * a good part of it; cut to the 7 bits of bfloat16, or with a factor left out, they do not.
   */
  @ParameterizedTest
  @ValueSource(ints = {1, 3, 17, 384, 1537})
  void tf32StaysWithinItsBoundAndFewerBitsDoNot(int in) {
    SplittableRandom random = new SplittableRandom(in);
    double[] x = random(random, ROWS * in, 1, 2);
    float[] w = floats(random(random, OUT * in, 0.5, 1));
    Bounded input = Bounded.exact(new Value(new Shape(ROWS, 1, 1, in), x));
    Bounded exact =
        LibraryError.tf32(new Conv2d(Tensor.of("w", w, OUT, in, 1, 1), null, 1, 0, 1), input);
    double fraction = fraction(exact, product(x, w, in, 10));
    assertTrue(fraction > 0.3 && fraction <= 1, "TF32: " + fraction);
    assertTrue(fraction(exact, product(x, w, in, 7)) > 1, "bfloat16");
    double[] without = product(x, w, in, 10);
    for (int i = 0; i < without.length; i++) {
      without[i] -= (double) cut(x[i / OUT * in], 10) * cut(w[i % OUT * in], 10);
    }
    assertTrue(in > 384 || fraction(exact, without) > 1, "a factor left out");
    Bounded linear = LibraryError.tf32(new Linear(Tensor.of("w", w, OUT, in), null), input);
    assertEquals(
        Arrays.stream(exact.error().data()).sum(), Arrays.stream(linear.error().data()).sum());
  }

  /** Random signs, an input that is off already, and float32 sums from before. */
  @Test
  void tf32OfWhatIsOffAlreadyStaysWithinItsBound() {
    int in = 96;
    SplittableRandom random = new SplittableRandom(2);
    double[] x = random(random, ROWS * in, -2, 2);
    float[] w = floats(random(random, OUT * in, -1, 1));
    double[] off = new double[x.length];
    double[] moved = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      off[i] = 0x1p-8;
      moved[i] = x[i] + random.nextDouble(-off[i], off[i]);
    }
    Shape shape = new Shape(ROWS, 1, 1, in);
    Bounded exact =
        LibraryError.tf32(
            new Linear(Tensor.of("w", w, OUT, in), null),
            new Bounded(new Value(shape, x), new Value(shape, off)));
    double fraction = fraction(exact, product(moved, w, in, 10));
    assertTrue(fraction > 0.01 && fraction <= 1, "" + fraction);
  }

  @Test
  void onlyProductsWithoutBiasAreOfTf32() {
    Bounded one = Bounded.exact(new Value(new Shape(1, 1, 1, 1), new double[] {1}));
    Tensor weight = Tensor.of("w", new float[] {1}, 1, 1, 1, 1);
    Tensor bias = Tensor.of("b", new float[] {1}, 1);
    for (Conv2d other :
        List.of(new Conv2d(weight, bias, 1, 0, 1), new Conv2d(weight, null, 2, 0, 1))) {
      assertThrows(IllegalArgumentException.class, () -> LibraryError.tf32(other, one));
    }
  }

  private static Value line(double from, double to, int steps) {
    double[] x = new double[steps + 1];
    Arrays.setAll(x, i -> from + (to - from) * i / steps);
    return new Value(new Shape(1, 1, steps + 1, 1), x);
  }

  /** The numbers that the bound rests on: the slope, and the distance of the two formulas. */
  @Test
  void theTwoFormulasOfGeluAreAsFarApartAsTheBoundSays() {
    Value x = line(-12, 12, 480_000);
    double[] exact = Values.apply(new Gelu(), x).data();
    double steepest = 0;
    double largest = 0;
    for (int i = 1; i < exact.length; i++) {
      double at = x.data()[i];
      double tanh = LibraryError.tanhGelu(at);
      double step = at - x.data()[i - 1];
      steepest = Math.max(steepest, Math.abs(tanh - LibraryError.tanhGelu(x.data()[i - 1])) / step);
      double apart = Math.abs(tanh - exact[i]);
      assertTrue(apart <= Math.abs(at) * 0x1p-12 + 1e-15, "at " + at);
      largest = Math.max(largest, apart);
    }
    assertTrue(steepest > 1.128 && steepest < ErrorAnalysis.SLOPE, "slope " + steepest);
    assertTrue(largest > 4.7e-4 && largest < 4.8e-4, "apart " + largest);
  }

  /** The formula in float32 with a tanh that is as far off as PTX's may be, either way. */
  @Test
  void geluByTheHardwaresTanhStaysWithinItsBoundAndAWorseOneDoesNot() {
    Value x = line(-8, 8, 4000);
    Value stored = Values.map(x, v -> (float) v);
    Bounded exact = LibraryError.tanhGelu(Bounded.exact(stored), Precision.FLOAT32);
    for (double sign : new double[] {-1, 1}) {
      double fraction = fraction(exact, gelu(stored, 1 + sign * 0x1p-11));
      assertTrue(fraction > 0.9 && fraction <= 1, "" + fraction);
      assertTrue(fraction(exact, gelu(stored, 1 + sign * 0x1p-10)) > 1);
    }
    assertTrue(fraction(exact, new double[stored.data().length]) > 1, "zeros");
    double[] relu = Values.map(stored, v -> Math.max(v, 0)).data();
    assertTrue(fraction(exact, relu) > 1, "ReLU");
  }

  private static double[] gelu(Value of, double offBy) {
    double[] y = new double[of.data().length];
    for (int i = 0; i < y.length; i++) {
      float x = (float) of.data()[i];
      float argument = 0.7978846f * (x + 0.044715f * x * x * x);
      float tanh = (float) (Math.tanh(argument) * offBy);
      y[i] = 0.5f * x * (1 + tanh);
    }
    return y;
  }

  /** What comes in off goes on by the slope, and what is stored as float16 is rounded once more. */
  @Test
  void geluPassesErrorsOn() {
    Shape shape = new Shape(1, 1, 1, 1);
    Bounded in =
        new Bounded(
            new Value(shape, new double[] {Math.sqrt(2)}), new Value(shape, new double[] {0.1}));
    double single = LibraryError.tanhGelu(in, Precision.FLOAT32).error().data()[0];
    double half = LibraryError.tanhGelu(in, Precision.FLOAT16).error().data()[0];
    double moved = LibraryError.tanhGelu(Math.sqrt(2) + 0.1) - LibraryError.tanhGelu(Math.sqrt(2));
    assertTrue(single > moved && single < moved + 2e-3, single + " of " + moved);
    assertTrue(half > single + 1.3 * 0x1p-11 && half < single + 1.6 * 0x1p-11, "" + half);
  }
}
