package fastvit4j.reparam;

import static fastvit4j.reparam.PassAssertions.assertDoesNotFire;
import static fastvit4j.reparam.PassAssertions.assertFolds;
import static fastvit4j.reparam.PassAssertions.names;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import fastvit4j.model.graph.Graph;
import fastvit4j.model.graph.GraphBuilder;
import fastvit4j.model.operator.BatchNorm;
import fastvit4j.model.operator.Conv2d;
import fastvit4j.model.operator.Relu;
import fastvit4j.model.operator.Shape;
import fastvit4j.model.tensor.DType;
import fastvit4j.model.tensor.Tensor;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FoldBatchNormTest {
  private final RandomWeights weights = new RandomWeights(1);

  @ParameterizedTest
  @CsvSource({
    // in, out, height, width, stride, padding, groups, biased
    "3, 8, 3, 3, 2, 1, 1, false",
    "6, 6, 3, 3, 1, 1, 6, false",
    "6, 12, 7, 7, 2, 3, 6, true",
    "6, 9, 5, 5, 1, 2, 3, true",
    "4, 4, 1, 1, 1, 0, 1, true",
    "4, 2, 3, 5, 1, 2, 2, false",
    "1, 1, 1, 3, 3, 0, 1, false",
  })
  void convolutionThenNorm(
      int in, int out, int height, int width, int stride, int padding, int groups, boolean biased) {
    GraphBuilder b = new GraphBuilder("test");
    Conv2d conv = weights.conv("a.conv", in, out, height, width, stride, padding, groups, biased);
    b.add("a.conv", "a", conv, Graph.INPUT);
    b.add("a.bn", "a", weights.norm("a.bn", out), "a.conv");
    b.add("a.act", "a", new Relu(), "a.bn");
    b.output("norm", "a.bn");
    b.output("act", "a.act");
    Graph folded = assertFolds(FoldBatchNorm.everywhere(), b.build(), new Shape(2, 9, 7, in), 1);
    assertEquals(List.of("a.reparam_conv", "a.act"), names(folded));
    assertEquals(
        List.of("a.reparam_conv.weight", "a.reparam_conv.bias"),
        List.copyOf(folded.tensors().keySet()));
    assertEquals("a.reparam_conv", folded.outputs().get("norm"));
  }

  @Test
  void linearThenNormAndTwoNorms() {
    GraphBuilder b = new GraphBuilder("test");
    b.add("fc", "a", weights.linear("fc", 5, 4, false), Graph.INPUT);
    b.add("bn1", "a", weights.norm("bn1", 4), "fc");
    b.add("bn2", "a", weights.norm("bn2", 4), "bn1");
    b.output("y", "bn2");
    Graph graph = b.build();
    Graph folded = assertFolds(FoldBatchNorm.everywhere(), graph, new Shape(2, 1, 3, 5), 1);
    assertEquals(List.of("fc.weight", "fc.bias"), List.copyOf(folded.tensors().keySet()));
    Fold fold = FoldBatchNorm.everywhere().apply(graph).folds().getFirst();
    assertEquals(3, fold.removed().size());
    assertEquals("bn2", fold.valueBefore());
  }

  @Test
  void keepsNamesWhereTheBlockHasMoreConvolutions() {
    GraphBuilder b = convFfn();
    Graph folded = assertFolds(FoldBatchNorm.everywhere(), b.build(), new Shape(1, 5, 6, 4), 1);
    assertEquals(List.of("m.conv.conv", "m.fc1"), names(folded));
    assertEquals(
        List.of("m.conv.conv.weight", "m.conv.conv.bias", "m.fc1.weight", "m.fc1.bias"),
        List.copyOf(folded.tensors().keySet()));
  }

  @Test
  void inBranchesLeavesConvolutionsInARow() {
    assertDoesNotFire(FoldBatchNorm.inBranches(), convFfn().build());
  }

  @Test
  void normReadTwiceIsReplacedForBothReaders() {
    GraphBuilder b = new GraphBuilder("test");
    b.add("conv", "a", weights.conv("conv", 3, 4, 3, 1, 1, false), Graph.INPUT);
    b.add("bn", "a", weights.norm("bn", 4), "conv");
    b.add("x", "b", weights.conv("x", 4, 4, 1, 1, 1, false), "bn");
    b.add("y", "c", weights.conv("y", 4, 4, 3, 1, 4, false), "bn");
    b.output("x", "x");
    b.output("y", "y");
    assertFolds(FoldBatchNorm.everywhere(), b.build(), new Shape(1, 5, 6, 3), 1);
  }

  @Test
  void choosesAnotherNameWhereItIsTaken() {
    GraphBuilder b = new GraphBuilder("test");
    b.add("a.reparam_conv", "other", new Relu(), Graph.INPUT);
    b.add("a.conv", "a", weights.conv("conv", 3, 4, 3, 1, 1, false), "a.reparam_conv");
    b.add("bn", "a", weights.norm("bn", 4), "a.conv");
    b.output("y", "bn");
    Graph folded = assertFolds(FoldBatchNorm.everywhere(), b.build(), new Shape(1, 5, 6, 3), 1);
    assertEquals(List.of("a.reparam_conv", "a.reparam_conv_2"), names(folded));
  }

  @Test
  void doesNotFoldAConvolutionReadTwice() {
    GraphBuilder b = new GraphBuilder("test");
    b.add("conv", "a", weights.conv("conv", 3, 4, 3, 1, 1, false), Graph.INPUT);
    b.add("bn", "a", weights.norm("bn", 4), "conv");
    b.add("act", "a", new Relu(), "conv");
    b.output("y", "bn");
    b.output("z", "act");
    assertDoesNotFire(FoldBatchNorm.everywhere(), b.build());
  }

  @Test
  void doesNotFoldAnOutput() {
    GraphBuilder b = new GraphBuilder("test");
    b.add("conv", "a", weights.conv("conv", 3, 4, 3, 1, 1, false), Graph.INPUT);
    b.add("bn", "a", weights.norm("bn", 4), "conv");
    b.output("conv", "conv");
    b.output("y", "bn");
    assertDoesNotFire(FoldBatchNorm.everywhere(), b.build());
  }

  @Test
  void doesNotFoldAcrossAnActivationOrIntoTheInput() {
    GraphBuilder b = new GraphBuilder("test");
    BatchNorm norm = weights.norm("bn0", 3);
    b.add("bn0", "a", norm, Graph.INPUT);
    b.add("conv", "a", weights.conv("conv", 3, 4, 3, 1, 1, false), "bn0");
    b.add("act", "a", new Relu(), "conv");
    b.add("bn", "a", weights.norm("bn", 4), "act");
    b.output("y", "bn");
    assertDoesNotFire(FoldBatchNorm.everywhere(), b.build());
  }

  /** Sessions ask for the bias, then piece by piece for the weight, which may be large. */
  @Test
  void theWeightIsReadForNothingButItself() {
    AtomicInteger read = new AtomicInteger();
    Tensor weight =
        Tensor.computed(
            "conv.weight",
            DType.F32,
            new int[] {2, 1, 1, 1},
            () -> {
              read.incrementAndGet();
              return Tensor.of("x", new float[] {3, 4}, 2).data();
            });
    GraphBuilder b = new GraphBuilder("test");
    b.add("conv", "a", new Conv2d(weight, null, 1, 0, 1), Graph.INPUT);
    b.add("bn", "a", weights.norm("bn", 2), "conv");
    b.output("y", "bn");
    Graph folded = FoldBatchNorm.everywhere().apply(b.build()).graph();
    Conv2d conv = (Conv2d) folded.nodes().getFirst().operator();
    double[] bias = conv.bias().toDoubles();
    assertEquals(0, read.get());
    double[] kernel = conv.weight().toDoubles();
    float[] second = new float[1];
    conv.weight().copyTo(1, second);
    assertEquals((float) kernel[1], second[0]);
    assertEquals(1, read.get());
    conv.bias().unload();
    conv.weight().unload();
    assertArrayEquals(kernel, conv.weight().toDoubles());
    assertArrayEquals(bias, conv.bias().toDoubles());
    assertEquals(2, read.get());
  }

  private GraphBuilder convFfn() {
    GraphBuilder b = new GraphBuilder("test");
    b.add("m.conv.conv", "m", weights.conv("m.conv.conv", 4, 4, 7, 1, 4, false), Graph.INPUT);
    b.add("m.conv.bn", "m", weights.norm("m.conv.bn", 4), "m.conv.conv");
    b.add("m.fc1", "m", weights.conv("m.fc1", 4, 8, 1, 1, 1, true), "m.conv.bn");
    b.output("y", "m.fc1");
    return b;
  }
}
