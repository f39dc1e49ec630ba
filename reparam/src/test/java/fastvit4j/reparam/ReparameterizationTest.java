package fastvit4j.reparam;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fastvit4j.model.Model;
import fastvit4j.model.checkpoint.ModelInfo;
import fastvit4j.model.fastvit.ActivationKind;
import fastvit4j.model.fastvit.FastViT;
import fastvit4j.model.fastvit.FastViTConfig;
import fastvit4j.model.fastvit.Form;
import fastvit4j.model.fastvit.Mixer;
import fastvit4j.model.fastvit.Normalization;
import fastvit4j.model.fastvit.Variant;
import fastvit4j.model.graph.Graph;
import fastvit4j.model.graph.Node;
import fastvit4j.model.operator.BatchNorm;
import fastvit4j.model.operator.LayerScale;
import fastvit4j.model.operator.Shape;
import fastvit4j.model.operator.Subtract;
import fastvit4j.model.tensor.DType;
import fastvit4j.model.tensor.Tensor;
import fastvit4j.model.tensor.Weights;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class ReparameterizationTest {
  private static final Shape IMAGE = new Shape(1, 64, 32, 3);

  private static Graph shapes(FastViTConfig config, Form form) {
    return FastViT.graph(config, form, Weights.shapesOnly());
  }

  /** A network of every kind of block, small enough to compute many times. */
  private static FastViTConfig small(Mixer last) {
    return FastViTConfig.of("small", List.of(8, 16, 32, 64), List.of(1, 2, 1, 1), 2, last)
        .withClasses(10);
  }

  private static FastViTConfig ablation(
      int ffnKernel,
      int embeddingKernel,
      boolean factorized,
      boolean overparameterized,
      Normalization normalization,
      Mixer third) {
    return new FastViTConfig(
        "ablation",
        List.of(8, 16, 32, 64),
        List.of(1, 1, 1, 1),
        List.of(2, 2, 2, 2),
        List.of(Mixer.REPMIXER, Mixer.REPMIXER, third, Mixer.ATTENTION),
        List.of(0, 0, 3, 7),
        ffnKernel,
        embeddingKernel,
        factorized,
        overparameterized,
        normalization,
        ActivationKind.SILU,
        2,
        7);
  }

  static Stream<FastViTConfig> configs() {
    return Stream.concat(
        Arrays.stream(Variant.values()).map(Variant::config),
        Stream.of(
            small(Mixer.REPMIXER),
            small(Mixer.ATTENTION),
            ablation(0, 3, true, true, Normalization.BATCH, Mixer.POOLING),
            ablation(5, 11, true, false, Normalization.BATCH, Mixer.REPMIXER),
            ablation(3, 7, false, true, Normalization.BATCH, Mixer.ATTENTION),
            ablation(7, 5, false, false, Normalization.LAYER, Mixer.POOLING),
            ablation(0, 7, true, true, Normalization.LAYER, Mixer.REPMIXER)));
  }

  /** Node for node what the builder builds directly: names, operators, tensors, wiring. */
  private static Map<String, String> structure(Graph graph) {
    Map<String, String> structure = new TreeMap<>();
    for (Node node : graph.nodes()) {
      List<String> tensors =
          Stream.concat(node.operator().parameters().stream(), node.operator().buffers().stream())
              .map(tensor -> tensor.name() + Arrays.toString(tensor.shape()))
              .toList();
      structure.put(
          node.name(),
          node.operator().kind() + " " + node.block() + " " + node.inputs() + " " + tensors);
    }
    graph.outputs().forEach((output, value) -> structure.put("output " + output, value));
    return structure;
  }

  @ParameterizedTest
  @MethodSource("configs")
  void publishedIsWhatTheBuilderBuilds(FastViTConfig config) {
    Graph published = Reparameterization.published().apply(shapes(config, Form.TRAIN));
    Graph built = shapes(config, Form.PUBLISHED);
    assertEquals(structure(built), structure(published));
    assertEquals(built.costs(IMAGE).size(), published.costs(IMAGE).size());
    assertEquals(built.macs(IMAGE), published.macs(IMAGE));
    assertEquals(built.parameters(), published.parameters());
  }

  @ParameterizedTest
  @MethodSource("configs")
  void fullIsWhatTheBuilderBuilds(FastViTConfig config) {
    Map<String, String> built = structure(shapes(config, Form.INFERENCE));
    Reparameterization full = Reparameterization.full();
    assertEquals(built, structure(full.apply(shapes(config, Form.TRAIN))));
    assertEquals(built, structure(full.apply(shapes(config, Form.PUBLISHED))));
  }

  @ParameterizedTest
  @EnumSource(Variant.class)
  void nothingIsLeftToFold(Variant variant) {
    Graph folded = Reparameterization.full().apply(shapes(variant.config(), Form.TRAIN));
    PassAssertions.assertNone(folded, BatchNorm.class);
    PassAssertions.assertNone(folded, LayerScale.class);
    PassAssertions.assertNone(folded, Subtract.class);
    assertSame(folded, Reparameterization.full().apply(folded));
    assertSame(folded, Reparameterization.published().apply(folded));
  }

  static Stream<FastViTConfig> smallConfigs() {
    return configs().filter(config -> config.embedDims().getFirst() == 8);
  }

  /** Random tensors in which no norm, γ or bias is near neutral; every output the same. */
  @ParameterizedTest
  @MethodSource("smallConfigs")
  void everyPassIsTheSameFunction(FastViTConfig config) {
    Graph graph = FastViT.graph(config, Form.TRAIN, new RandomWeights(9));
    for (Reparameterization reparameterization :
        List.of(Reparameterization.published(), Reparameterization.full())) {
      Verification verification = new Verifier(IMAGE, 3).verify(reparameterization.trace(graph));
      // Some 50 layers, each of which rounds as PassAssertions says.
      assertTrue(verification.worst().relative() < 1e-11, verification::toString);
      for (Verification.PassDifferences pass : verification.passes()) {
        for (Difference fold : pass.folds()) {
          assertTrue(fold.relative() < 1e-11, () -> pass.pass() + " " + fold);
        }
      }
      assertTrue(verification.holds());
    }
  }

  @Test
  void foldedTensorsAreFloat64AndRemembered() {
    Graph graph = FastViT.graph(small(Mixer.REPMIXER), Form.TRAIN, new RandomWeights(9));
    Graph folded = Reparameterization.full().apply(graph);
    Tensor weight = folded.tensors().get("stem.0.reparam_conv.weight");
    assertEquals(DType.F64, weight.dtype());
    assertSame(weight.data(), weight.data());
  }

  @Test
  void modelKeepsWhatElseItCarriesAndNeverGoesBack() {
    ModelInfo info = ModelInfo.of(small(Mixer.REPMIXER));
    Graph graph = info.architecture().graph(Form.TRAIN, Weights.shapesOnly());
    Model model = new Model(graph, Form.TRAIN, info.preprocessing(), info.labels());
    Model published = Reparameterization.published().apply(model);
    assertEquals(Form.PUBLISHED, published.form());
    assertSame(model.labels(), published.labels());
    Model full = Reparameterization.full().apply(published);
    assertEquals(Form.INFERENCE, full.form());
    assertEquals(Form.INFERENCE, Reparameterization.published().apply(full).form());
  }
}
