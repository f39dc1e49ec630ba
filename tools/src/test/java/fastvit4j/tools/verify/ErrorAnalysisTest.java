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
import java.util.List;
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
