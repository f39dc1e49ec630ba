package fastvit4j.reparam;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import fastvit4j.model.graph.Graph;
import fastvit4j.model.graph.GraphBuilder;
import fastvit4j.model.operator.Add;
import fastvit4j.model.operator.AvgPool2d;
import fastvit4j.model.operator.BatchNorm;
import fastvit4j.model.operator.Conv2d;
import fastvit4j.model.operator.Gelu;
import fastvit4j.model.operator.GlobalAveragePool;
import fastvit4j.model.operator.LayerNorm;
import fastvit4j.model.operator.LayerScale;
import fastvit4j.model.operator.Linear;
import fastvit4j.model.operator.MaxPool2d;
import fastvit4j.model.operator.Operator;
import fastvit4j.model.operator.Relu;
import fastvit4j.model.operator.SelfAttention;
import fastvit4j.model.operator.Shape;
import fastvit4j.model.operator.Silu;
import fastvit4j.model.operator.SqueezeExcite;
import fastvit4j.model.operator.Subtract;
import fastvit4j.model.tensor.Tensor;
import fastvit4j.reparam.Float64Evaluator.Value;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every operator against numbers worked out by hand, or by the formula element by element. */
class Float64EvaluatorTest {
  /** A few roundings of numbers about 1. */
  private static final double TINY = 1e-14;

  private static Value value(int n, int h, int w, int c, double... data) {
    return new Value(new Shape(n, h, w, c), data);
  }

  private static double[] compute(Operator operator, Value... inputs) {
    List<Value> in = List.of(inputs);
    return Float64Operators.compute(
        operator, in, operator.infer(in.stream().map(Value::shape).toList()));
  }

  private static Tensor vector(double... values) {
    return Tensor.of("v", values, values.length);
  }

  @Test
  void elementByElement() {
    Value x = value(1, 1, 2, 2, -1, 2, 0, 1);
    Value y = value(1, 1, 2, 2, 5, 7, 11, 13);
    assertArrayEquals(new double[] {4, 9, 11, 14}, compute(new Add(), x, y));
    assertArrayEquals(new double[] {-6, -5, -11, -12}, compute(new Subtract(), x, y));
    assertArrayEquals(new double[] {0, 2, 0, 1}, compute(new Relu(), x));
    // Φ(1) = 0.8413447460685429, Φ(2) = 0.9772498680518208
    double[] gelu = {-(1 - 0.8413447460685429), 2 * 0.9772498680518208, 0, 0.8413447460685429};
    assertArrayEquals(gelu, compute(new Gelu(), x), TINY);
    double e = Math.E;
    double[] silu = {-1 / (1 + e), 2 * e * e / (1 + e * e), 0, e / (1 + e)};
    assertArrayEquals(silu, compute(new Silu(), x), TINY);
  }

  @Test
  void channelByChannel() {
    Value x = value(1, 1, 2, 2, -1, 2, 0, 1);
    assertArrayEquals(new double[] {-3, 10, 0, 5}, compute(new LayerScale(vector(3, 5)), x), TINY);
    BatchNorm norm = new BatchNorm(vector(3, 5), vector(7, 11), vector(1, 2), vector(3, 8), 1);
    double[] expected = {-2 / 2.0 * 3 + 7, 11, -1 / 2.0 * 3 + 7, -1 / 3.0 * 5 + 11};
    assertArrayEquals(expected, compute(norm, x), TINY);
    LayerNorm layer = new LayerNorm(vector(3, 5), vector(7, 11), 1.75);
    // Means 0.5 and 0.5; variances 2.25 and 0.25: deviations 2 and √2.
    double r = 0.5 / Math.sqrt(2);
    double[] normed = {-0.75 * 3 + 7, 0.75 * 5 + 11, -r * 3 + 7, r * 5 + 11};
    assertArrayEquals(normed, compute(layer, x), TINY);
  }

  @Test
  void pooling() {
    Value x = value(2, 2, 2, 1, -1, -2, -3, -4, 1, 2, 3, 8);
    assertArrayEquals(new double[] {-2.5, 3.5}, compute(new GlobalAveragePool(), x), TINY);
    double[] means = {-2.5, -2.5, -2.5, -2.5, 3.5, 3.5, 3.5, 3.5};
    assertArrayEquals(means, compute(new AvgPool2d(3, 1, 1), x), TINY);
    double[] maxima = {-1, -1, -1, -1, 8, 8, 8, 8};
    assertArrayEquals(maxima, compute(new MaxPool2d(3, 1, 1), x));
    assertArrayEquals(new double[] {-1, 8}, compute(new MaxPool2d(2, 2, 0), x));
    Value row = value(1, 1, 3, 1, 1, 2, 6);
    assertArrayEquals(new double[] {1.5, 4}, compute(new AvgPool2d(3, 2, 1), row), TINY);
  }

  @Test
  void squeezeExcite() {
    Value x = value(1, 1, 2, 2, 1, 2, 3, 6);
    SqueezeExcite excite =
        new SqueezeExcite(
            Tensor.of("r", new double[] {1, 1}, 1, 2, 1, 1),
            vector(-5),
            Tensor.of("e", new double[] {1, -1}, 2, 1, 1, 1),
            vector(-1, 3));
    // The means are 2 and 4, the hidden value max(6 − 5, 0) = 1, the gates σ(0) and σ(2).
    double gate = 1 / (1 + Math.exp(-2));
    double[] expected = {0.5, 2 * gate, 1.5, 6 * gate};
    assertArrayEquals(expected, compute(excite, x), TINY);
  }

  @Test
  void attention() {
    // Two heads of one channel, two tokens: [q0 q1 k0 k1 v0 v1].
    Value x = value(1, 1, 2, 6, 1, 0, Math.log(3), 9, 10, 20, 2, 1, 0, 7, 30, 40);
    double[] y = compute(new SelfAttention(2, 1), x);
    // Head 0: token 0 weighs e^ln3 : e^0 = 3 : 1, token 1 9 : 1. Head 1: even, and e² : 1.
    double e2 = Math.exp(2);
    double[] expected = {(3 * 10 + 30) / 4.0, 30, (9 * 10 + 30) / 10.0, (e2 * 20 + 40) / (e2 + 1)};
    assertArrayEquals(expected, y, 1e-12);
    Value single = value(1, 1, 1, 12, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
    assertArrayEquals(new double[] {9, 10, 11, 12}, compute(new SelfAttention(2, 2), single), TINY);
  }

  @Test
  void scoresAreDividedByTheRootOfTheChannels() {
    // One head of four channels: q · k = 2 ln 3 for token 0, 0 for token 1.
    double k = Math.log(3) / 2;
    Value x =
        value(
            1, 1, 2, 12, 1, 1, 1, 1, k, k, k, k, 10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 30, 0, 0, 0);
    assertEquals((3 * 10 + 30) / 4.0, compute(new SelfAttention(1, 4), x)[0], 1e-12);
  }

  @Test
  void linear() {
    Tensor weight = Tensor.of("w", new double[] {1, 2, 3, 4, 5, 6}, 3, 2);
    Value x = value(1, 1, 2, 2, 1, 10, -1, 0);
    double[] expected = {121, 243, 365, 99, 197, 295};
    assertArrayEquals(expected, compute(new Linear(weight, vector(100, 200, 300)), x));
    double[] unbiased = {21, 43, 65, -1, -3, -5};
    assertArrayEquals(unbiased, compute(new Linear(weight, null), x));
  }

  @ParameterizedTest
  @CsvSource({
    // in, out, height, width, stride, padding, groups, biased
    "3, 4, 3, 3, 1, 1, 1, true",
    "4, 8, 7, 7, 2, 3, 4, true",
    "6, 4, 3, 1, 2, 1, 2, false",
    "1, 3, 2, 4, 3, 2, 1, true",
    "5, 5, 1, 1, 2, 0, 5, false",
  })
  void convolution(
      int in, int out, int height, int width, int stride, int padding, int groups, boolean biased) {
    Conv2d conv =
        new RandomWeights(5).conv("c", in, out, height, width, stride, padding, groups, biased);
    double[] data = new RandomWeights(6).tensor("x", 2, 6, 7, in).toDoubles();
    Value x = value(2, 6, 7, in, data);
    Shape shape = conv.infer(List.of(x.shape()));
    double[] y = compute(conv, x);
    for (int i = 0; i < y.length; i++) {
      // Sums of at most 7·7·6 terms below 2.
      assertEquals(direct(conv, x, shape, i), y[i], 1e-13);
    }
  }

  /** Output element {@code i} by the formula of {@link Conv2d}. */
  private static double direct(Conv2d conv, Value x, Shape out, int i) {
    int o = i % out.c();
    int q = i / out.c() % out.w();
    int p = i / out.c() / out.w() % out.h();
    int n = i / out.c() / out.w() / out.h();
    int channels = conv.weight().dim(1);
    int first = o / (conv.outChannels() / conv.groups()) * channels;
    double sum = conv.bias() == null ? 0 : conv.bias().getDouble(o);
    for (int c = 0; c < channels; c++) {
      for (int r = 0; r < conv.kernelHeight(); r++) {
        for (int s = 0; s < conv.kernelWidth(); s++) {
          int row = p * conv.stride() + r - conv.padding();
          int col = q * conv.stride() + s - conv.padding();
          if (row >= 0 && row < x.shape().h() && col >= 0 && col < x.shape().w()) {
            int at = ((n * x.shape().h() + row) * x.shape().w() + col) * x.shape().c() + first + c;
            int tap = ((o * channels + c) * conv.kernelHeight() + r) * conv.kernelWidth() + s;
            sum += conv.weight().getDouble(tap) * x.data()[at];
          }
        }
      }
    }
    return sum;
  }

  @Test
  void keepsWhatIsWanted() {
    GraphBuilder b = new GraphBuilder("test");
    b.add("a", "", new Relu(), Graph.INPUT);
    b.add("b", "", new Add(), "a", "a");
    b.add("unread", "", new Relu(), "a");
    b.add("c", "", new Subtract(), "b", Graph.INPUT);
    b.output("c", "c");
    Value x = value(1, 1, 1, 2, 3, -4);
    Map<String, Value> values = Float64Evaluator.evaluate(b.build(), x, List.of("a", "c"));
    assertEquals(List.of("a", "c"), List.copyOf(values.keySet()));
    assertArrayEquals(new double[] {3, 0}, values.get("a").data());
    assertArrayEquals(new double[] {3, 4}, values.get("c").data());
    assertEquals("[3.0, -4.0]", Arrays.toString(x.data()));
  }
}
