package fastvit4j.tests.oracle;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import fastvit4j.model.operator.AvgPool2d;
import fastvit4j.model.operator.Conv2d;
import fastvit4j.model.operator.Gelu;
import fastvit4j.model.operator.LayerNorm;
import fastvit4j.model.operator.MaxPool2d;
import fastvit4j.model.operator.Operator;
import fastvit4j.model.operator.SelfAttention;
import fastvit4j.model.operator.Shape;
import fastvit4j.model.operator.Silu;
import fastvit4j.model.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The oracle against numbers worked out by hand, or taken from tables. What FastViT is made of is
 * checked against PyTorch in the golden files' tests besides.
 */
final class OracleTest {
  private static final double ROUNDING = 1e-14;

  /** Abramowitz and Stegun, table 7.1, and the complement's asymptote. */
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "0.5, 0.5204998778130465",
    "1, 0.8427007929497149",
    "2, 0.9953222650189527",
    "3.5, 0.9999992569016276",
    "5.9, 0.9999999999999999"
  })
  void errorFunction(double x, double expected) {
    assertEquals(expected, Erf.erf(x), ROUNDING);
    assertEquals(-expected, Erf.erf(-x), ROUNDING);
  }

  @Test
  void activations() {
    Values x = values(new Shape(1, 1, 1, 3), -1, 0, 2);
    close(apply(new Gelu(), x), -0.15865525393145705, 0, 1.9544997361036416);
    close(apply(new Silu(), x), -0.2689414213699951, 0, 1.7615941559557649);
  }

  /** A 2×2 kernel with stride 2 and padding 1 on a 2×2 image, two inputs, two outputs. */
  @Test
  void convolution() {
    float[] weight = {1, 2, 3, 4, 10, 20, 30, 40, -1, 0, 0, 0, 0, 0, 0, 5};
    Conv2d conv =
        new Conv2d(
            Tensor.of("w", weight, 2, 2, 2, 2), Tensor.of("b", new float[] {100, 0}, 2), 2, 1, 1);
    Values x = values(new Shape(1, 2, 2, 2), 1, 2, 3, 4, 5, 6, 7, 8);
    // Each of the four outputs sees one pixel, with another corner of the kernel.
    close(
        apply(conv, x),
        4 * 1 + 40 * 2 + 100,
        5 * 2, //
        3 * 3 + 30 * 4 + 100,
        0, //
        2 * 5 + 20 * 6 + 100,
        0, //
        1 * 7 + 10 * 8 + 100,
        -7);
  }

  /** Three outputs of each of two inputs: output o belongs to input o / 3. */
  @Test
  void channelMultiplier() {
    Conv2d conv =
        new Conv2d(Tensor.of("w", new float[] {1, 2, 3, 4, 5, 6}, 6, 1, 1, 1), null, 1, 0, 2);
    close(apply(conv, values(new Shape(1, 1, 1, 2), 10, 100)), 10, 20, 30, 400, 500, 600);
  }

  @Test
  void layerNorm() {
    LayerNorm norm =
        new LayerNorm(
            Tensor.of("w", new float[] {1, 2}, 2), Tensor.of("b", new float[] {0, 1}, 2), 3);
    // Mean 4, variance 1: both deviations are halved.
    close(apply(norm, values(new Shape(1, 1, 1, 2), 3, 5)), -0.5, 2);
  }

  /** Windows at the border hold fewer pixels. */
  @Test
  void pooling() {
    Values x = values(new Shape(1, 2, 3, 1), -1, -2, -3, -4, -5, -6);
    close(apply(new AvgPool2d(3, 2, 1), x), -3, -4);
    close(apply(new MaxPool2d(3, 2, 1), x), -1, -2);
  }

  /** Queries of zero weigh all values alike; a query that matches one key takes its value. */
  @Test
  void attention() {
    SelfAttention one = new SelfAttention(1, 1);
    Shape two = new Shape(1, 1, 2, 3);
    close(apply(one, values(two, 0, 7, 2, 0, -3, 4)), 3, 3);
    double e = Math.exp(-2);
    close(apply(one, values(two, 1, 2, 5, 0, 0, 9)), (5 + 9 * e) / (1 + e), (5 + 9) / 2.0);
  }

  private static Values apply(Operator operator, Values x) {
    return Reference.apply(operator, List.of(x));
  }

  private static Values values(Shape shape, double... data) {
    return new Values(shape, data);
  }

  private static void close(Values actual, double... expected) {
    assertArrayEquals(expected, actual.data(), 1e-13);
  }
}
