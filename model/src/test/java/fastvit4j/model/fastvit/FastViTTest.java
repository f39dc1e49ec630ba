package fastvit4j.model.fastvit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fastvit4j.model.graph.Graph;
import fastvit4j.model.operator.BatchNorm;
import fastvit4j.model.operator.LayerScale;
import fastvit4j.model.operator.Shape;
import fastvit4j.model.operator.ShapeException;
import fastvit4j.model.tensor.Weights;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class FastViTTest {
  private static final Shape IMAGE = new Shape(1, 256, 256, 3);

  private static Graph graph(FastViTConfig config, Form form) {
    return FastViT.graph(config, form, Weights.shapesOnly());
  }

  /** Parameters and MACs as the public code counts them. */
  @ParameterizedTest
  @CsvSource({
    "T8, 4026232, 3996040, 685160448",
    "SA12, 11580968, 11545320, 1937219584",
  })
  void countsAgreeWithThePublicCode(Variant variant, long train, long published, long macs) {
    assertEquals(train, graph(variant.config(), Form.TRAIN).parameters());
    Graph inference = graph(variant.config(), Form.PUBLISHED);
    assertEquals(published, inference.parameters());
    assertEquals(macs, inference.macs(IMAGE));
    assertEquals(macs, graph(variant.config(), Form.INFERENCE).macs(IMAGE));
  }

  @ParameterizedTest
  @EnumSource(Variant.class)
  void inferenceFormHasNothingLeftToFold(Variant variant) {
    Graph graph = graph(variant.config(), Form.INFERENCE);
    assertFalse(
        graph.nodes().stream()
            .anyMatch(
                n -> n.operator() instanceof BatchNorm || n.operator() instanceof LayerScale));
    assertEquals(new Shape(1, 1, 1, 1000), graph.shapes(IMAGE).get("head.fc"));
  }

  @Test
  void outputsAreTheStages() {
    Graph graph = graph(Variant.T8.config(), Form.TRAIN);
    assertEquals(
        List.of("stem", "stages.0", "stages.1", "stages.2", "stages.3", "final_conv", Graph.LOGITS),
        List.copyOf(graph.outputs().keySet()));
    assertEquals(new Shape(1, 8, 8, 384), graph.shapes(IMAGE).get(graph.outputs().get("stages.3")));
  }

  @Test
  void ablationsBuildInEveryForm() {
    FastViTConfig s12 = Variant.S12.config();
    for (Mixer mixer : Mixer.values()) {
      for (int kernel : new int[] {0, 3, 5, 9, 11}) {
        for (Normalization norm : Normalization.values()) {
          for (ActivationKind activation : ActivationKind.values()) {
            for (boolean on : new boolean[] {true, false}) {
              FastViTConfig config =
                  new FastViTConfig(
                      "ablation",
                      s12.embedDims(),
                      List.of(1, 1, 1, 1),
                      s12.mlpRatios(),
                      Collections.nCopies(4, mixer),
                      List.of(0, 7, 0, 7),
                      kernel,
                      Math.max(3, kernel),
                      on,
                      on,
                      norm,
                      activation,
                      2.0,
                      10);
              for (Form form : Form.values()) {
                Graph graph = graph(config, form);
                assertEquals(
                    new Shape(2, 1, 1, 10), graph.shapes(new Shape(2, 64, 96, 3)).get("head.fc"));
                assertTrue(graph.parameters() > 0);
              }
            }
          }
        }
      }
    }
  }

  @Test
  void anInputThatIsTooDeepOrHasOtherChannelsIsNamed() {
    Graph graph = graph(Variant.T8.config(), Form.INFERENCE);
    ShapeException e =
        assertThrows(ShapeException.class, () -> graph.shapes(new Shape(1, 64, 64, 4)));
    assertTrue(e.getMessage().contains("stem.0.reparam_conv"), e.getMessage());
    assertTrue(e.getMessage().contains("4 channels"), e.getMessage());
  }

  @Test
  void configurationsThatCannotBeBuiltAreRefused() {
    List<Integer> depths = List.of(1, 1, 1, 1);
    List<Integer> odd = List.of(48, 96, 192, 400);
    assertThrows(
        IllegalArgumentException.class,
        () -> FastViTConfig.of("x", odd, depths, 3, Mixer.REPMIXER));
    List<Integer> noHeads = List.of(12, 24, 48, 48);
    assertThrows(
        IllegalArgumentException.class,
        () -> FastViTConfig.of("x", noHeads, depths, 3, Mixer.ATTENTION));
  }
}
