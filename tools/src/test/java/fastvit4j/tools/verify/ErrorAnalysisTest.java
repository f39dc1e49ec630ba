package fastvit4j.tools.verify;

import static org.junit.jupiter.api.Assertions.assertTrue;

import fastvit4j.model.operator.Conv2d;
import fastvit4j.model.operator.Shape;
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
}
