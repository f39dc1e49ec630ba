package fastvit4j.tests.reparam;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fastvit4j.model.fastvit.ActivationKind;
import fastvit4j.model.fastvit.FastViT;
import fastvit4j.model.fastvit.FastViTConfig;
import fastvit4j.model.fastvit.Form;
import fastvit4j.model.fastvit.Mixer;
import fastvit4j.model.fastvit.Normalization;
import fastvit4j.model.fastvit.Variant;
import fastvit4j.model.graph.Graph;
import fastvit4j.model.operator.Shape;
import fastvit4j.model.tensor.Activation;
import fastvit4j.reparam.Reparameterization;
import fastvit4j.reparam.Reparameterization.Step;
import fastvit4j.tests.golden.Synthetic;
import fastvit4j.tests.oracle.Oracle;
import fastvit4j.tests.oracle.Values;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The graph before and after each pass computes the same on the oracle, which shares no code with
 * the passes or their own verifier: for the seven variants and for the paper's ablations.
 */
final class SameFunctionTest {
  /**
   * Of an output's largest value. Folding changes the order of sums of up to 2¹³ terms, in up to 2⁶
   * layers: about 2¹⁹ · 2⁻⁵³ in the worst case. A forgotten eps alone is 5 · 10⁻⁶.
   */
  private static final double TOLERANCE = 1e-10;

  private static final Shape INPUT = new Shape(1, 64, 96, 3);

  static List<FastViTConfig> configs() {
    List<FastViTConfig> configs = new ArrayList<>();
    Arrays.stream(Variant.values()).map(Variant::config).forEach(configs::add);
    configs.add(ablation("dense", 7, 7, false, true, Normalization.BATCH, ActivationKind.GELU));
    configs.add(ablation("plain", 7, 7, true, false, Normalization.BATCH, ActivationKind.RELU));
    configs.add(ablation("layer_norm", 7, 7, true, true, Normalization.LAYER, ActivationKind.SILU));
    configs.add(ablation("small", 3, 3, true, true, Normalization.BATCH, ActivationKind.GELU));
    configs.add(ablation("large", 11, 9, true, true, Normalization.BATCH, ActivationKind.GELU));
    configs.add(ablation("no_conv", 0, 5, true, true, Normalization.BATCH, ActivationKind.GELU));
    return configs;
  }

  @ParameterizedTest
  @MethodSource("configs")
  void everyPassKeepsTheFunction(FastViTConfig config) {
    Graph train = FastViT.graph(config, Form.TRAIN, new Synthetic(7));
    Values input =
        Values.of(Activation.fromNchw(new Synthetic(7).image(INPUT.n(), 3, INPUT.h(), INPUT.w())));
    Map<String, Values> expected = Oracle.run(train, input);
    for (Reparameterization pipeline :
        List.of(Reparameterization.published(), Reparameterization.full())) {
      Graph current = train;
      for (Step step : pipeline.trace(train).steps()) {
        assertEquals(current.tensors().keySet(), step.before().tensors().keySet());
        current = step.after();
        if (!step.folds().isEmpty()) {
          compare(step.pass().name(), expected, Oracle.run(current, input));
        }
      }
      assertTrue(current.nodes().size() < train.nodes().size());
    }
  }

  private static void compare(
      String pass, Map<String, Values> expected, Map<String, Values> actual) {
    assertEquals(expected.keySet(), actual.keySet(), pass);
    expected.forEach(
        (name, values) -> {
          double tolerance = TOLERANCE * values.largest();
          double[] computed = actual.get(name).data();
          for (int i = 0; i < computed.length; i++) {
            if (!(Math.abs(computed[i] - values.data()[i]) <= tolerance)) {
              throw new AssertionError(
                  "after %s, %s[%d] is %s, not %s"
                      .formatted(pass, name, i, computed[i], values.data()[i]));
            }
          }
        });
  }

  /** A narrow network with all three mixers. */
  private static FastViTConfig ablation(
      String name,
      int convFfnKernel,
      int patchEmbeddingKernel,
      boolean factorized,
      boolean overparameterized,
      Normalization normalization,
      ActivationKind activation) {
    return new FastViTConfig(
        name,
        List.of(16, 32, 64, 128),
        List.of(1, 2, 1, 1),
        List.of(3, 2, 3, 4),
        List.of(Mixer.REPMIXER, Mixer.POOLING, Mixer.ATTENTION, Mixer.REPMIXER),
        List.of(0, 3, 7, 0),
        convFfnKernel,
        patchEmbeddingKernel,
        factorized,
        overparameterized,
        normalization,
        activation,
        2.0,
        10);
  }
}
