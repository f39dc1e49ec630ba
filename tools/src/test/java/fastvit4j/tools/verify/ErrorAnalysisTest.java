package fastvit4j.tools.verify;

import static org.junit.jupiter.api.Assertions.assertTrue;

import fastvit4j.model.KnownModels;
import fastvit4j.model.graph.Graph;
import fastvit4j.model.operator.Conv2d;
import fastvit4j.model.operator.Shape;
import fastvit4j.model.operator.SqueezeExcite;
import fastvit4j.model.tensor.Activation;
import fastvit4j.model.tensor.Tensor;
import fastvit4j.reparam.Float64Evaluator.Value;
import fastvit4j.runtime.Precision;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ErrorAnalysisTest {
  /** A sum of products in float32 stays within the bound, and the bound within reason. */
  @Test
  void boundsHoldForFloat32() {
    int fanIn = 1000;
    float[] weight = new float[fanIn];
    double[] input = new double[fanIn];
    float sum = 0;
    for (int i = 0; i < fanIn; i++) {
      weight[i] = 0.7f + i % 3;
      input[i] = (float) (1.1 + i % 7);
      sum += weight[i] * (float) input[i];
    }
    Conv2d conv = new Conv2d(Tensor.of("w", weight, 1, fanIn, 1, 1), null, 1, 0, 1);
    Value x = new Value(new Shape(1, 1, 1, fanIn), input);
    Bounded y = ErrorAnalysis.apply(conv, List.of(Bounded.exact(x)));
    double exact = y.value().data()[0];
    double bound = y.error().data()[0];
    assertTrue(Math.abs(sum - exact) <= bound);
    assertTrue(bound < 1e-4 * exact, () -> "the bound is " + bound);
    assertTrue(Math.abs(sum - exact) > 0, "float32 did not round");
  }

  /** The sum so far and some products as a tensor core adds them: shifted, cut off, cut again. */
  private static double addOnTensorCore(double sum, double[] products, int from, int to) {
    double largest = Math.abs(sum);
    for (int i = from; i < to; i++) {
      largest = Math.max(largest, Math.abs(products[i]));
    }
    double total = cut(sum, largest);
    for (int i = from; i < to; i++) {
      total += cut(products[i], largest);
    }
    return cut(total, Math.abs(total));
  }

  /** A number without what is below the 24 bits of another. */
  private static double cut(double number, double of) {
    double unit = of == 0 ? 1 : Math.scalb(1.0, Math.getExponent(of) - 23);
    return unit * (double) (long) (number / unit);
  }

  /**
   * Sums of tensor cores in blocks of 4, 8 and 16: random ones, and one of a large product and
   * others that are all cut off, which is as bad as it gets.
   */
  @Test
  void boundsHoldForTensorCores() {
    int fanIn = 1536;
    SplittableRandom random = new SplittableRandom(8);
    for (int trial = 0; trial < 60; trial++) {
      boolean worst = trial % 10 == 0;
      float[] weight = new float[fanIn];
      double[] input = new double[fanIn];
      double[] products = new double[fanIn];
      for (int i = 0; i < fanIn; i++) {
        weight[i] = half(worst ? (i == 0 ? 1 : 0x1p-12) : random.nextDouble(-1, 2));
        input[i] = half(worst ? (i == 0 ? 1 : 0x1p-11 * (1 - 0x1p-11)) : random.nextDouble(-1, 2));
        products[i] = weight[i] * input[i];
      }
      int block = 4 << trial % 3;
      double sum = 0;
      double magnitude = 0;
      for (int i = 0; i < fanIn; i += block) {
        sum = addOnTensorCore(sum, products, i, i + block);
      }
      for (double product : products) {
        magnitude += Math.abs(product);
      }
      Conv2d conv = new Conv2d(Tensor.of("w", weight, 1, fanIn, 1, 1), null, 1, 0, 1);
      Value x = new Value(new Shape(1, 1, 1, fanIn), input);
      Bounded y = ErrorAnalysis.apply(conv, List.of(Bounded.exact(x)), Precision.FLOAT16);
      double error = Math.abs(sum - y.value().data()[0]);
      // What is left of the bound without the roundings of weights and of the result.
      double sums = ErrorAnalysis.CUT * fanIn * ErrorAnalysis.U * magnitude;
      assertTrue(error <= sums, "off by " + error + " in blocks of " + block);
      assertTrue(sums < y.error().data()[0]);
      assertTrue(!worst || error > 1.9 * fanIn * ErrorAnalysis.U * magnitude, "off by " + error);
    }
  }

  private static float half(double value) {
    return Float.float16ToFloat(Float.floatToFloat16((float) value));
  }

  /** Gates are between 0 and 1, however far their arguments are off. */
  @Test
  void gatesOfLargeArgumentsAreBounded() {
    float huge = 1e30f;
    SqueezeExcite excite =
        new SqueezeExcite(
            Tensor.of("reduce", new float[] {huge, -huge, huge, huge}, 2, 2, 1, 1),
            Tensor.of("b1", new float[] {0, 0}, 2),
            Tensor.of("expand", new float[] {huge, -huge, -huge, huge}, 2, 2, 1, 1),
            Tensor.of("b2", new float[] {0, 0}, 2));
    Value x = new Value(new Shape(1, 1, 1, 2), new double[] {3, 3.0000001});
    Value off = new Value(x.shape(), new double[] {1e-3, 1e-3});
    Bounded y = ErrorAnalysis.apply(excite, List.of(new Bounded(x, off)));
    for (int i = 0; i < 2; i++) {
      double bound = y.error().data()[i];
      assertTrue(bound > 0 && bound < 3.01, "the bound is " + bound);
    }
  }

  /** Whole networks are verified with weights by which their bounds mean something. */
  @Test
  void networksWithSqueezeExciteHaveBounds() {
    Graph graph = Networks.inference(KnownModels.named("mobileone_s4").architecture());
    Activation image = Networks.image(graph, 224);
    Networks.bounds(graph, image)
        .forEach(
            (name, bounded) -> {
              double largest = 0;
              for (double value : bounded.value().data()) {
                largest = Math.max(largest, Math.abs(value));
              }
              double bound = bounded.error().data()[0];
              assertTrue(bound > 0 && bound < 1e-2 * largest, name + ": " + bound);
            });
  }
}
