package fastvit4j.tests.golden;

import static org.junit.jupiter.api.Assertions.assertEquals;

import fastvit4j.model.fastvit.FastViT;
import fastvit4j.model.fastvit.Form;
import fastvit4j.model.graph.Graph;
import fastvit4j.model.tensor.Tensor;
import fastvit4j.model.tensor.Weights;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the golden files say of each variant without its values: names, shapes and counts. */
final class GoldenCountsTest {
  static List<Golden> files() {
    return Golden.all();
  }

  @ParameterizedTest
  @MethodSource("files")
  void theTrainFormHasThePublicCodesTensors(Golden golden) {
    Map<String, Tensor> tensors = graph(golden, Form.TRAIN).tensors();
    assertEquals(sorted(golden.trainTensors().keySet()), sorted(tensors.keySet()));
    golden
        .trainTensors()
        .forEach((name, shape) -> assertEquals(shape, shape(tensors.get(name)), name));
  }

  @ParameterizedTest
  @MethodSource("files")
  void thePublishedFormHasThePublicCodesTensors(Golden golden) {
    Map<String, Tensor> tensors = graph(golden, Form.PUBLISHED).tensors();
    assertEquals(sorted(golden.publishedTensors().keySet()), sorted(tensors.keySet()));
    golden
        .publishedTensors()
        .forEach((name, tensor) -> assertEquals(tensor.shape(), shape(tensors.get(name)), name));
  }

  @ParameterizedTest
  @MethodSource("files")
  void parametersAreCountedExactly(Golden golden) {
    assertEquals(golden.trainParameters(), graph(golden, Form.TRAIN).parameters());
    assertEquals(golden.publishedParameters(), graph(golden, Form.PUBLISHED).parameters());
  }

  @ParameterizedTest
  @MethodSource("files")
  void macsAreCountedExactly(Golden golden) {
    assertEquals(golden.macs(), graph(golden, Form.PUBLISHED).macs(golden.input()));
    assertEquals(golden.macs(), graph(golden, Form.INFERENCE).macs(golden.input()));
  }

  private static Graph graph(Golden golden, Form form) {
    return FastViT.graph(golden.config(), form, Weights.shapesOnly());
  }

  private static List<Integer> shape(Tensor tensor) {
    return Arrays.stream(tensor.shape()).boxed().toList();
  }

  private static List<String> sorted(Iterable<String> names) {
    List<String> sorted = new ArrayList<>();
    names.forEach(sorted::add);
    sorted.sort(null);
    return sorted;
  }
}
