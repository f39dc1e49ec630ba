package fastvit4j.tests.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fastvit4j.benchmarks.OnnxRuntimeSession;
import fastvit4j.model.KnownModel;
import fastvit4j.model.KnownModels;
import fastvit4j.model.checkpoint.DampedWeights;
import fastvit4j.model.checkpoint.SyntheticWeights;
import fastvit4j.model.fastvit.FastViT;
import fastvit4j.model.fastvit.Form;
import fastvit4j.model.fastvit.Variant;
import fastvit4j.model.graph.Graph;
import fastvit4j.model.graph.Node;
import fastvit4j.model.operator.LayerScale;
import fastvit4j.model.operator.Operator;
import fastvit4j.model.operator.SelfAttention;
import fastvit4j.model.operator.Shape;
import fastvit4j.model.operator.SqueezeExcite;
import fastvit4j.model.tensor.Activation;
import fastvit4j.reparam.Reparameterization;
import fastvit4j.runtime.Devices;
import fastvit4j.runtime.Session;
import fastvit4j.runtime.SessionOptions;
import fastvit4j.tests.golden.Parity;
import fastvit4j.tests.oracle.Values;
import fastvit4j.tools.onnx.OnnxExport;
import fastvit4j.tools.onnx.OnnxOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Exported networks in ONNX Runtime, beside our own session. */
final class OnnxExportTest {
  private static final Shape INPUT = new Shape(2, 96, 64, 3);

  @ParameterizedTest
  @EnumSource(Variant.class)
  void inferenceFormAgreesWithOurSession(Variant variant) {
    Graph graph = Reparameterization.full().apply(train(variant));
    OnnxOptions options = OnnxOptions.of(INPUT);
    byte[] model = OnnxExport.bytes(graph, options);
    checkFolded(graph, OnnxFile.parse(model));
    try (OnnxRuntimeSession exported = OnnxRuntimeSession.of(model, 2)) {
      agree(graph, exported, INPUT, options);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"T8", "SA12"})
  void trainFormAgreesStageByStage(Variant variant) {
    Graph graph = train(variant);
    OnnxOptions options =
        OnnxOptions.of(INPUT).withOutputs(new LinkedHashSet<>(graph.outputs().keySet()));
    byte[] model = OnnxExport.bytes(graph, options);
    try (OnnxRuntimeSession exported = OnnxRuntimeSession.of(model, 2)) {
      agree(graph, exported, INPUT, options);
    }
    OnnxFile file = OnnxFile.parse(model);
    assertEquals(names(graph), names(file), "names of the nodes");
    assertTrue(file.initializers().containsAll(graph.tensors().keySet()), "names of the tensors");
  }

  /** One of each family of competitors; MobileOne-S4 is the one with squeeze-excite. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "mobileone_s4",
        "poolformer_s12",
        "resnet50",
        "convnext_tiny",
        "deit_tiny_patch16_224"
      })
  void competitorsAgreeToo(String name) {
    KnownModel model = KnownModels.named(name);
    Graph train = model.architecture().graph(Form.TRAIN, new DampedWeights(1));
    boolean anySize = !name.startsWith("deit");
    Shape shape = anySize ? INPUT : new Shape(1, model.size(), model.size(), 3);
    OnnxOptions options =
        OnnxOptions.of(shape).withOutputs(new LinkedHashSet<>(train.outputs().keySet()));
    for (Graph graph : List.of(train, Reparameterization.full().apply(train))) {
      byte[] onnx = OnnxExport.bytes(graph, options);
      try (OnnxRuntimeSession exported = OnnxRuntimeSession.of(onnx, 2)) {
        agree(graph, exported, shape, options);
      }
      OnnxFile file = OnnxFile.parse(onnx);
      assertEquals(names(graph), names(file), "names of the nodes");
      assertTrue(file.initializers().containsAll(graph.tensors().keySet()), "names of the tensors");
    }
  }

  @Test
  void batchAndSizeAreFree() {
    Graph graph = Reparameterization.full().apply(train(Variant.SA12));
    OnnxOptions any = OnnxOptions.of(INPUT).withAnySize();
    try (OnnxRuntimeSession free = OnnxRuntimeSession.of(OnnxExport.bytes(graph, any), 2)) {
      agree(graph, free, new Shape(3, 96, 64, 3), any);
      agree(graph, free, new Shape(1, 64, 160, 3), any);
    }
    OnnxOptions fixed = OnnxOptions.of(INPUT);
    try (OnnxRuntimeSession session = OnnxRuntimeSession.of(OnnxExport.bytes(graph, fixed), 2)) {
      agree(graph, session, INPUT.withBatch(1), fixed);
      agree(graph, session, INPUT.withBatch(8), fixed);
    }
  }

  @Test
  void weightsGoBesideTheModelWhereTheyAreTooLarge(@TempDir Path directory) throws Exception {
    Graph graph = train(Variant.SA12);
    OnnxOptions options = OnnxOptions.of(INPUT).withLargestFile(1 << 20);
    Path model = directory.resolve("sa12.onnx");
    OnnxExport.write(model, graph, options, Map.of());
    assertTrue(Files.size(model) < 1 << 20);
    assertTrue(Files.size(directory.resolve("sa12.onnx.data")) >= 4 * graph.parameters());
    assertEquals(2, directory.toFile().list().length);
    try (OnnxRuntimeSession exported = OnnxRuntimeSession.open(model, 2)) {
      agree(graph, exported, INPUT, options);
    }
  }

  /** No normalisation, no branch and no scale is left but those that are part of the network. */
  private static void checkFolded(Graph graph, OnnxFile file) {
    assertEquals(0, file.count("BatchNormalization"));
    assertEquals(0, file.count("LayerNormalization"));
    assertEquals(0, file.count("Sub"));
    assertEquals(0, file.count("Identity"));
    Set<String> factors =
        file.nodes().stream()
            .filter(node -> node.operator().equals("Mul"))
            .flatMap(node -> node.inputs().stream())
            .filter(file.initializers()::contains)
            .collect(Collectors.toSet());
    assertEquals(count(graph, SelfAttention.class), factors.size(), factors.toString());
    assertEquals(
        count(graph, SelfAttention.class) + count(graph, SqueezeExcite.class), file.count("Mul"));
    assertEquals(0, count(graph, LayerScale.class));
    Set<String> exported = names(file);
    assertEquals(names(graph), exported);
    assertFalse(exported.isEmpty());
  }

  private static long count(Graph graph, Class<? extends Operator> operator) {
    return graph.nodes().stream().filter(node -> operator.isInstance(node.operator())).count();
  }

  private static Set<String> names(Graph graph) {
    return graph.nodes().stream().map(Node::name).collect(Collectors.toSet());
  }

  /** Those of the exported nodes that are not steps of an operator. */
  private static Set<String> names(OnnxFile file) {
    return file.nodes().stream()
        .map(OnnxFile.Node::name)
        .filter(name -> !name.contains("/"))
        .collect(Collectors.toSet());
  }

  /**
   * Each side may be off float64 by what the golden files allow, relative to the largest logit, so
   * the two by twice that; a stage by as much of its largest element, as its errors are smaller.
   */
  private static void agree(
      Graph graph, OnnxRuntimeSession exported, Shape shape, OnnxOptions options) {
    Activation input =
        Activation.fromNchw(
            new SyntheticWeights(7).image(shape.n(), shape.c(), shape.h(), shape.w()));
    Map<String, Activation> actual = exported.run(input);
    assertEquals(List.copyOf(options.outputs()), List.copyOf(actual.keySet()));
    SessionOptions ours = SessionOptions.of(shape).withOutputs(options.outputs());
    try (Session session = Devices.named("cpu").compile(graph, ours)) {
      session
          .run(input)
          .forEach((name, expected) -> agree(name, Values.of(expected), actual.get(name)));
    }
  }

  private static void agree(String name, Values expected, Activation actual) {
    assertEquals(expected.shape(), actual.shape(), name);
    double allowed = 2 * Parity.allowed(expected.largest());
    double[] data = expected.data();
    for (int i = 0; i < data.length; i++) {
      assertEquals(data[i], actual.get(i), allowed, name + "[" + i + "]");
    }
  }

  private static Graph train(Variant variant) {
    return FastViT.graph(variant.config(), Form.TRAIN, new SyntheticWeights(1));
  }
}
