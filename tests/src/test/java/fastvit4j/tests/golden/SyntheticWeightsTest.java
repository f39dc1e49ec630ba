package fastvit4j.tests.golden;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import fastvit4j.model.checkpoint.SyntheticWeights;
import fastvit4j.model.fastvit.FastViT;
import fastvit4j.model.fastvit.Form;
import fastvit4j.model.fastvit.Variant;
import fastvit4j.model.tensor.Tensor;
import fastvit4j.model.tensor.Weights;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The synthetic weights, written down twice, are the same bits. */
final class SyntheticWeightsTest {
  @ParameterizedTest
  @ValueSource(longs = {1, 0, -1, Long.MIN_VALUE, 1234567890123456789L})
  void everyTensorIsTheSame(long seed) {
    Map<String, Tensor> expected = tensors(new Synthetic(seed));
    Map<String, Tensor> actual = tensors(new SyntheticWeights(seed));
    assertEquals(expected.keySet(), actual.keySet());
    expected.forEach(
        (name, tensor) -> assertArrayEquals(tensor.toFloats(), actual.get(name).toFloats(), name));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, -7})
  void inputsAreTheSame(long seed) {
    assertArrayEquals(
        new Synthetic(seed).image(2, 3, 15, 33).toFloats(),
        new SyntheticWeights(seed).image(2, 3, 15, 33).toFloats());
  }

  private static Map<String, Tensor> tensors(Weights weights) {
    return FastViT.graph(Variant.SA12.config(), Form.TRAIN, weights).tensors();
  }
}
