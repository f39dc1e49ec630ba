package fastvit4j.reparam;

import static fastvit4j.reparam.PassAssertions.assertDoesNotFire;
import static fastvit4j.reparam.PassAssertions.assertFolds;
import static fastvit4j.reparam.PassAssertions.names;
import static org.junit.jupiter.api.Assertions.assertEquals;

import fastvit4j.model.graph.Graph;
import fastvit4j.model.graph.GraphBuilder;
import fastvit4j.model.operator.Add;
import fastvit4j.model.operator.Conv2d;
import fastvit4j.model.operator.Operator;
import fastvit4j.model.operator.Relu;
import fastvit4j.model.operator.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The passes that fold two nodes: positional encoding, normalisation before, LayerScale after. */
class SmallFoldsTest {
  private final RandomWeights weights = new RandomWeights(4);

  private GraphBuilder chain(String firstName, Operator first, String secondName, Operator second) {
    GraphBuilder b = new GraphBuilder("test");
    b.add(firstName, "a", first, Graph.INPUT);
    b.add(secondName, "a", second, firstName);
    b.output("y", secondName);
    return b;
  }

  private GraphBuilder encoding(Conv2d conv, boolean skipFirst) {
    GraphBuilder b = new GraphBuilder("test");
    b.add("p.conv", "p", conv, Graph.INPUT);
    b.add(
        "p.add",
        "p",
        new Add(),
        skipFirst ? Graph.INPUT : "p.conv",
        skipFirst ? "p.conv" : Graph.INPUT);
    b.output("y", "p.add");
    return b;
  }

  @ParameterizedTest
  @CsvSource({"5, 7, true, true", "4, 3, false, false", "1, 1, true, false"})
  void positionalEncoding(int channels, int kernel, boolean biased, boolean skipFirst) {
    Conv2d conv = weights.conv("p.conv", channels, channels, kernel, 1, channels, biased);
    Graph graph = encoding(conv, skipFirst).build();
    Graph folded =
        assertFolds(new FoldPositionalEncoding(), graph, new Shape(2, 6, 9, channels), 1);
    assertEquals(List.of("p.reparam_conv"), names(folded));
  }

  @Test
  void positionalEncodingStays() {
    FoldPositionalEncoding pass = new FoldPositionalEncoding();
    assertDoesNotFire(pass, encoding(weights.conv("p.conv", 4, 4, 3, 1, 1, true), true).build());
    Conv2d unpadded = weights.conv("p.conv", 4, 4, 3, 3, 1, 0, 4, true);
    assertDoesNotFire(pass, encoding(unpadded, true).build());
    GraphBuilder tapped = encoding(weights.conv("p.conv", 4, 4, 3, 1, 4, true), true);
    tapped.output("conv", "p.conv");
    assertDoesNotFire(pass, tapped.build());
    GraphBuilder otherSkip = new GraphBuilder("test");
    otherSkip.add("x", "a", new Relu(), Graph.INPUT);
    otherSkip.add("c", "a", weights.conv("c", 4, 4, 3, 1, 4, true), "x");
    otherSkip.add("s", "a", new Add(), Graph.INPUT, "c");
    otherSkip.output("y", "s");
    assertDoesNotFire(pass, otherSkip.build());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void normBeforeLinear(boolean biased) {
    Graph graph =
        chain("n", weights.norm("n", 6), "qkv", weights.linear("qkv", 6, 9, biased)).build();
    Graph folded = assertFolds(new FoldNormIntoProjection(), graph, new Shape(2, 3, 4, 6), 1);
    assertEquals(List.of("qkv"), names(folded));
    assertEquals(List.of("qkv.weight", "qkv.bias"), List.copyOf(folded.tensors().keySet()));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void normBeforePointwiseConvolution(boolean biased) {
    Conv2d conv = weights.conv("c", 5, 7, 1, 1, 1, biased);
    Graph graph = chain("n", weights.norm("n", 5), "c", conv).build();
    Graph folded = assertFolds(new FoldNormIntoProjection(), graph, new Shape(2, 3, 4, 5), 1);
    assertEquals(List.of("c.weight", "c.bias"), List.copyOf(folded.tensors().keySet()));
  }

  @Test
  void normStays() {
    FoldNormIntoProjection pass = new FoldNormIntoProjection();
    // Zeros outside the image come after the normalisation, so the shift is not a constant.
    Conv2d padded = weights.conv("c", 5, 7, 3, 1, 1, true);
    assertDoesNotFire(pass, chain("n", weights.norm("n", 5), "c", padded).build());
    GraphBuilder tapped =
        chain("n", weights.norm("n", 6), "qkv", weights.linear("qkv", 6, 9, true));
    tapped.output("norm", "n");
    assertDoesNotFire(pass, tapped.build());
    GraphBuilder read = chain("n", weights.norm("n", 6), "qkv", weights.linear("qkv", 6, 9, true));
    read.add("z", "z", new Relu(), "n");
    read.output("z", "z");
    assertDoesNotFire(pass, read.build());
    assertDoesNotFire(
        pass, chain("n", new Relu(), "qkv", weights.linear("qkv", 6, 9, true)).build());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void layerScaleAfterLinear(boolean biased) {
    Graph graph =
        chain("fc", weights.linear("fc", 6, 4, biased), "g", weights.layerScale("g", 4)).build();
    Graph folded = assertFolds(new FoldLayerScale(), graph, new Shape(2, 3, 4, 6), 1);
    assertEquals(List.of("fc"), names(folded));
    assertEquals("fc", folded.outputs().get("y"));
    assertEquals(
        biased ? List.of("fc.weight", "fc.bias") : List.of("fc.weight"),
        List.copyOf(folded.tensors().keySet()));
  }

  @Test
  void layerScaleAfterConvolution() {
    Conv2d conv = weights.conv("c", 6, 4, 3, 2, 2, true);
    Graph graph = chain("c", conv, "g", weights.layerScale("g", 4)).build();
    assertFolds(new FoldLayerScale(), graph, new Shape(2, 5, 4, 6), 1);
  }

  @Test
  void layerScaleStays() {
    FoldLayerScale pass = new FoldLayerScale();
    assertDoesNotFire(pass, chain("r", new Relu(), "g", weights.layerScale("g", 4)).build());
    GraphBuilder tapped =
        chain("fc", weights.linear("fc", 6, 4, true), "g", weights.layerScale("g", 4));
    tapped.output("fc", "fc");
    assertDoesNotFire(pass, tapped.build());
    GraphBuilder read =
        chain("fc", weights.linear("fc", 6, 4, true), "g", weights.layerScale("g", 4));
    read.add("z", "z", new Relu(), "fc");
    read.output("z", "z");
    assertDoesNotFire(pass, read.build());
    GraphBuilder first = new GraphBuilder("test");
    first.add("g", "a", weights.layerScale("g", 4), Graph.INPUT);
    first.output("y", "g");
    assertDoesNotFire(pass, first.build());
  }

  /** Tensors whose names do not end as PyTorch's do get a bias named after the node. */
  @Test
  void biasNameOfAnUnusualWeight() {
    Conv2d conv = new Conv2d(weights.tensor("kernel", 4, 3, 1, 1), null, 1, 0, 1);
    GraphBuilder b = chain("c", conv, "n", weights.norm("n", 4));
    b.add("d", "a", weights.conv("d", 4, 4, 1, 1, 1, false), "n");
    b.output("y", "d");
    Graph graph = b.build();
    Graph folded = assertFolds(FoldBatchNorm.everywhere(), graph, new Shape(1, 2, 2, 3), 1);
    assertEquals(List.of("kernel", "c.bias", "d.weight"), List.copyOf(folded.tensors().keySet()));
  }
}
