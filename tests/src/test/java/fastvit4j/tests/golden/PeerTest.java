package fastvit4j.tests.golden;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import fastvit4j.model.Architecture;
import fastvit4j.model.KnownModel;
import fastvit4j.model.KnownModels;
import fastvit4j.model.fastvit.Form;
import fastvit4j.model.graph.Graph;
import fastvit4j.model.operator.Shape;
import fastvit4j.model.tensor.Activation;
import fastvit4j.model.tensor.Tensor;
import fastvit4j.model.tensor.Weights;
import fastvit4j.reparam.Reparameterization;
import fastvit4j.runtime.Device;
import fastvit4j.runtime.Session;
import fastvit4j.runtime.SessionOptions;
import fastvit4j.tests.DevicesUnderTest;
import fastvit4j.tests.oracle.Oracle;
import fastvit4j.tests.oracle.Values;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The paper's competitors against what timm says of them and computes. */
public final class PeerTest {
  /** Relative to the largest logit: sums in another order, in float64, and twelve digits given. */
  private static final double ORACLE_TOLERANCE = 1e-11;

  static List<PeerGolden> files() {
    return PeerGolden.all();
  }

  static List<KnownModel> peers() {
    return KnownModels.peers();
  }

  @ParameterizedTest
  @MethodSource("files")
  void theTrainFormHasTimmsTensors(PeerGolden golden) {
    Map<String, List<Integer>> shapes =
        shapes(golden.architecture().graph(Form.TRAIN, Weights.shapesOnly()));
    assertEquals(new TreeMap<>(golden.tensors()), shapes);
  }

  @ParameterizedTest
  @MethodSource("files")
  void parametersAndMacsAreTimms(PeerGolden golden) {
    Graph train = golden.architecture().graph(Form.TRAIN, Weights.shapesOnly());
    Graph published = golden.architecture().graph(Form.PUBLISHED, Weights.shapesOnly());
    Graph inference = golden.architecture().graph(Form.INFERENCE, Weights.shapesOnly());
    assertEquals(golden.trainParameters(), train.parameters());
    assertEquals(golden.publishedParameters(), published.parameters());
    assertEquals(golden.macs(), published.macs(golden.input()));
    assertEquals(golden.macs(), inference.macs(golden.input()));
  }

  @ParameterizedTest
  @MethodSource("peers")
  void reparameterizationMakesWhatIsBuiltDirectly(KnownModel peer) {
    Architecture architecture = peer.architecture();
    Graph train = architecture.graph(Form.TRAIN, Weights.shapesOnly());
    assertSame(
        architecture.graph(Form.PUBLISHED, Weights.shapesOnly()),
        Reparameterization.published().apply(train));
    assertSame(
        architecture.graph(Form.INFERENCE, Weights.shapesOnly()),
        Reparameterization.full().apply(train));
  }

  @ParameterizedTest
  @MethodSource("files")
  void theOracleComputesWhatTimmComputes(PeerGolden golden) {
    Graph graph = golden.architecture().graph(Form.TRAIN, new Synthetic(golden.seed()));
    double[] logits = Oracle.run(graph, Values.of(golden.image())).get(Graph.LOGITS).data();
    double tolerance = ORACLE_TOLERANCE * golden.largestLogit();
    assertEquals(golden.logits().size(), logits.length);
    for (int k = 0; k < logits.length; k++) {
      assertEquals(golden.logits().get(k), logits[k], tolerance, "logit " + k);
    }
  }

  @TestFactory
  Stream<DynamicTest> devices() {
    return files().stream()
        .flatMap(
            golden ->
                Stream.of(Form.TRAIN, Form.INFERENCE)
                    .flatMap(form -> on(form).stream().map(d -> test(golden, form, d))));
  }

  /** Plain code computes the train form in seconds, by the kernels of the inference form. */
  private static List<Device> on(Form form) {
    return DevicesUnderTest.forNetworks().stream()
        .filter(device -> form != Form.TRAIN || !device.description().contains("scalar"))
        .toList();
  }

  private static DynamicTest test(PeerGolden golden, Form form, Device device) {
    String name = golden + ", " + DevicesUnderTest.title(device) + ", " + form;
    return dynamicTest(name, () -> check(golden, form, device));
  }

  /** To four times PyTorch's own float32 error, as for FastViT. */
  private static void check(PeerGolden golden, Form form, Device device) {
    Graph train = golden.architecture().graph(Form.TRAIN, new Synthetic(golden.seed()));
    Graph graph = form == Form.TRAIN ? train : Reparameterization.full().apply(train);
    Activation logits;
    try (Session session = device.compile(graph, SessionOptions.of(golden.input()))) {
      logits = session.run(golden.image()).get(Graph.LOGITS);
    }
    assertEquals(new Shape(1, 1, 1, golden.logits().size()), logits.shape());
    double bound = Parity.TIMES_PYTORCH * golden.float32Error();
    double worst = 0;
    for (int k = 0; k < golden.logits().size(); k++) {
      assertEquals(golden.logits().get(k), logits.get(k), bound, "logit " + k);
      worst = Math.max(worst, Math.abs(golden.logits().get(k) - logits.get(k)));
    }
    System.out.printf(
        "%s, %s, %s: %.2f of the error allowed%n",
        golden, form, DevicesUnderTest.title(device), worst / bound);
  }

  private static void assertSame(Graph expected, Graph actual) {
    assertEquals(shapes(expected), shapes(actual));
    assertEquals(kinds(expected), kinds(actual));
  }

  private static Map<String, List<Integer>> shapes(Graph graph) {
    Map<String, List<Integer>> shapes = new TreeMap<>();
    for (Tensor tensor : graph.tensors().values()) {
      shapes.put(tensor.name(), Arrays.stream(tensor.shape()).boxed().toList());
    }
    return shapes;
  }

  private static Map<String, Integer> kinds(Graph graph) {
    Map<String, Integer> kinds = new TreeMap<>();
    graph.nodes().forEach(node -> kinds.merge(node.operator().kind(), 1, Integer::sum));
    return kinds;
  }
}
