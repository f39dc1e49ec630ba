package fastvit4j.tests.golden;

import static org.junit.jupiter.api.Assertions.assertEquals;

import fastvit4j.model.fastvit.FastViT;
import fastvit4j.model.fastvit.Form;
import fastvit4j.model.graph.Graph;
import fastvit4j.model.tensor.Tensor;
import fastvit4j.model.tensor.Weights;
import fastvit4j.reparam.Reparameterization;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What reparameterization makes of the nine train forms, against what the public code makes. */
final class GoldenReparamTest {
  /**
   * An element of a folded tensor is a sum of at most six products of a weight, a scale and a
   * LayerScale, each below 2: some twenty roundings of 2⁻⁵³ · 2.
   */
  private static final double TOLERANCE = 1e-14;

  static List<Golden> files() {
    return Golden.all();
  }

  @ParameterizedTest
  @MethodSource("files")
  void publishedFormHasThePublicCodesValues(Golden golden) {
    Map<String, Tensor> tensors = Reparameterization.published().apply(train(golden)).tensors();
    assertEquals(golden.publishedTensors().keySet(), tensors.keySet());
    golden.publishedTensors().forEach((name, expected) -> compare(expected, tensors.get(name)));
  }

  @ParameterizedTest
  @MethodSource("files")
  void publishedFormIsTheOneThatIsBuiltDirectly(Golden golden) {
    Graph reparameterized = Reparameterization.published().apply(train(golden));
    assertSameTensors(built(golden, Form.PUBLISHED), reparameterized);
  }

  @ParameterizedTest
  @MethodSource("files")
  void inferenceFormIsTheOneThatIsBuiltDirectly(Golden golden) {
    Graph reparameterized = Reparameterization.full().apply(train(golden));
    Graph built = built(golden, Form.INFERENCE);
    assertSameTensors(built, reparameterized);
    assertEquals(kinds(built), kinds(reparameterized));
  }

  private static void compare(Golden.Sampled expected, Tensor tensor) {
    assertEquals(expected.shape(), shape(tensor), tensor.name());
    double[] values = tensor.toDoubles();
    double l2 = Math.sqrt(Arrays.stream(values).map(v -> v * v).sum());
    double expectedL2 = expected.statistics().get("l2");
    assertEquals(expectedL2, l2, 1e-12 * expectedL2, "norm of " + tensor.name());
    expected
        .samples()
        .forEach(
            (i, v) -> assertEquals(v, values[i.intValue()], TOLERANCE, tensor.name() + "@" + i));
  }

  private static void assertSameTensors(Graph expected, Graph actual) {
    assertEquals(shapes(expected), shapes(actual));
  }

  private static Map<String, List<Integer>> shapes(Graph graph) {
    Map<String, List<Integer>> shapes = new TreeMap<>();
    graph.tensors().forEach((name, tensor) -> shapes.put(name, shape(tensor)));
    return shapes;
  }

  /** How many nodes of each operator there are. */
  private static Map<String, Integer> kinds(Graph graph) {
    Map<String, Integer> kinds = new TreeMap<>();
    graph.nodes().forEach(node -> kinds.merge(node.operator().kind(), 1, Integer::sum));
    return kinds;
  }

  private static Graph train(Golden golden) {
    return FastViT.graph(golden.config(), Form.TRAIN, new Synthetic(golden.seed()));
  }

  private static Graph built(Golden golden, Form form) {
    return FastViT.graph(golden.config(), form, Weights.shapesOnly());
  }

  private static List<Integer> shape(Tensor tensor) {
    return Arrays.stream(tensor.shape()).boxed().toList();
  }
}
