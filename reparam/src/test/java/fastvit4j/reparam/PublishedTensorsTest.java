package fastvit4j.reparam;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import fastvit4j.model.checkpoint.SyntheticWeights;
import fastvit4j.model.fastvit.FastViT;
import fastvit4j.model.fastvit.Form;
import fastvit4j.model.fastvit.Variant;
import fastvit4j.model.graph.Graph;
import fastvit4j.model.tensor.Tensor;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The published inference form, tensor by tensor, against what the public PyTorch code folds the
 * same synthetic weights (seed 1) into, in float64. The resources hold, for each tensor, its name,
 * shape, Euclidean norm, and some elements as index:value.
 */
class PublishedTensorsTest {
  /**
   * A folded element is a sum of at most four products of a few factors, each rounded once or twice
   * on either side: some ten half units in the last place of its largest term, which is below 4.
   */
  private static final double ELEMENT = 1e-14;

  /** A norm adds up to 10⁶ squares, pairwise at best: relative to itself. */
  private static final double NORM = 1e-12;

  private static List<String> lines(String variant) throws IOException {
    String name = "fastvit_" + variant + "_published.tsv.gz";
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(PublishedTensorsTest.class.getResourceAsStream(name)),
                StandardCharsets.UTF_8))) {
      return reader.lines().toList();
    }
  }

  @ParameterizedTest
  @CsvSource({"T8, 3996040", "SA12, 11545320"})
  void tensorsOfThePublicCode(Variant variant, long parameters) throws IOException {
    Graph train = FastViT.graph(variant.config(), Form.TRAIN, new SyntheticWeights(1));
    Graph published = Reparameterization.published().apply(train);
    assertEquals(parameters, published.parameters());
    Map<String, Tensor> tensors = published.tensors();
    List<String> lines = lines(variant.name().toLowerCase(Locale.ROOT));
    assertEquals(
        new TreeSet<>(lines.stream().map(line -> line.split("\t")[0]).toList()),
        new TreeSet<>(tensors.keySet()));
    for (String line : lines) {
      String[] fields = line.split("\t");
      check(tensors.get(fields[0]), fields);
    }
  }

  private static void check(Tensor tensor, String[] fields) {
    int[] shape = Arrays.stream(fields[1].split("x")).mapToInt(Integer::parseInt).toArray();
    assertArrayEquals(shape, tensor.shape(), tensor::toString);
    double[] values = tensor.toDoubles();
    for (int i = 3; i < fields.length; i++) {
      String[] sample = fields[i].split(":");
      double expected = Double.parseDouble(sample[1]);
      assertEquals(expected, values[Integer.parseInt(sample[0])], ELEMENT, tensor::toString);
    }
    double norm = Math.sqrt(Arrays.stream(values).map(v -> v * v).sum());
    double expected = Double.parseDouble(fields[2]);
    assertEquals(expected, norm, NORM * expected, tensor::toString);
  }
}
