package fastvit4j.tests.golden;

import static org.junit.jupiter.api.Assertions.assertEquals;

import fastvit4j.model.fastvit.FastViT;
import fastvit4j.model.fastvit.Form;
import fastvit4j.model.graph.Graph;
import fastvit4j.model.tensor.Activation;
import fastvit4j.tests.oracle.Oracle;
import fastvit4j.tests.oracle.Values;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The oracle itself, and the graph it runs, against PyTorch in float64. The two sum in different
 * orders: 10⁻¹¹ of the largest value is far above what float64 loses on the way and far below any
 * mistake.
 */
final class GoldenOracleTest {
  private static final double TOLERANCE = 1e-11;

  static List<Golden> files() {
    return Golden.all();
  }

  @ParameterizedTest
  @MethodSource("files")
  void theTrainFormComputesWhatPyTorchComputes(Golden golden) {
    Synthetic synthetic = new Synthetic(golden.seed());
    Graph graph = FastViT.graph(golden.config(), Form.TRAIN, synthetic);
    var in = golden.input();
    Values input = Values.of(Activation.fromNchw(synthetic.image(in.n(), in.c(), in.h(), in.w())));
    Map<String, Values> outputs = Oracle.run(graph, input);

    golden
        .stages()
        .forEach(
            (name, stage) -> {
              Values values = outputs.get(name);
              double tolerance = TOLERANCE * values.largest();
              assertEquals(stage.statistics().get("mean"), values.mean(), tolerance, name);
              assertEquals(stage.statistics().get("std"), values.std(), tolerance, name);
              stage
                  .samples()
                  .forEach((i, v) -> assertEquals(v, values.nchw(i), tolerance, name + "@" + i));
            });
    Values logits = outputs.get(Graph.LOGITS);
    for (int n = 0; n < in.n(); n++) {
      List<Double> expected = golden.logits().get(n);
      for (int k = 0; k < expected.size(); k++) {
        // The files give twelve digits of each logit.
        double computed = logits.data()[n * expected.size() + k];
        assertEquals(expected.get(k), computed, 1e-10, "logit " + k + " of image " + n);
      }
    }
  }
}
