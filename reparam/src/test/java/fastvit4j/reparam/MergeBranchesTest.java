package fastvit4j.reparam;

import static fastvit4j.reparam.PassAssertions.assertDoesNotFire;
import static fastvit4j.reparam.PassAssertions.assertFolds;
import static fastvit4j.reparam.PassAssertions.names;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import fastvit4j.model.graph.Graph;
import fastvit4j.model.graph.GraphBuilder;
import fastvit4j.model.operator.Add;
import fastvit4j.model.operator.Conv2d;
import fastvit4j.model.operator.Operator;
import fastvit4j.model.operator.Relu;
import fastvit4j.model.operator.Shape;
import fastvit4j.model.tensor.DType;
import fastvit4j.model.tensor.Tensor;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MergeBranchesTest {
  private static final MergeBranches PASS = new MergeBranches();
  private final RandomWeights weights = new RandomWeights(2);

  /** Convolutions of the input, added in a row. */
  private GraphBuilder sum(Operator... branches) {
    GraphBuilder b = new GraphBuilder("test");
    for (int i = 0; i < branches.length; i++) {
      b.add("a.b" + i, "a", branches[i], Graph.INPUT);
    }
    String sum = "a.b0";
    for (int i = 1; i < branches.length; i++) {
      sum =
          b.add(
              "a.add" + i,
              "a",
              new Add(),
              i % 2 == 0 ? sum : "a.b" + i,
              i % 2 == 0 ? "a.b" + i : sum);
    }
    b.output("y", sum);
    return b;
  }

  private static Conv2d merged(Graph graph) {
    assertEquals(List.of("a.reparam_conv"), names(graph));
    assertEquals(
        List.of("a.reparam_conv.weight", "a.reparam_conv.bias"),
        List.copyOf(graph.tensors().keySet()));
    assertEquals("a.reparam_conv", graph.outputs().get("y"));
    return (Conv2d) graph.nodes().getFirst().operator();
  }

  @ParameterizedTest
  @CsvSource({
    // in, out, large, small, stride, groups
    "3, 8, 3, 1, 2, 1",
    "6, 6, 3, 1, 1, 6",
    "6, 12, 7, 3, 2, 6", // a patch embedding
    "6, 9, 11, 5, 1, 3",
    "5, 5, 1, 1, 1, 1",
    "4, 8, 5, 5, 3, 2",
  })
  void twoConvolutions(int in, int out, int large, int small, int stride, int groups) {
    Shape input = new Shape(2, 13, 10, in);
    for (boolean largeFirst : new boolean[] {true, false}) {
      Conv2d a = weights.conv("a.b0", in, out, largeFirst ? large : small, stride, groups, true);
      Conv2d c = weights.conv("a.b1", in, out, largeFirst ? small : large, stride, groups, false);
      Conv2d conv = merged(assertFolds(PASS, sum(a, c).build(), input, 1));
      assertEquals(large, conv.kernelHeight());
      assertEquals(stride, conv.stride());
      assertEquals(groups, conv.groups());
    }
  }

  @ParameterizedTest
  @CsvSource({"6, 3, 6", "6, 3, 1", "6, 5, 3", "4, 1, 1", "4, 1, 2", "1, 7, 1"})
  void mobileOneBlock(int channels, int kernel, int groups) {
    Graph graph =
        sum(
                weights.norm("a.b0", channels),
                weights.conv("a.b1", channels, channels, 1, 1, groups, true),
                weights.conv("a.b2", channels, channels, kernel, 1, groups, true),
                weights.conv("a.b3", channels, channels, kernel, 1, groups, false))
            .build();
    merged(assertFolds(PASS, graph, new Shape(2, 7, 9, channels), 1));
    assertEquals(4, PASS.apply(graph).folds().getFirst().branches());
  }

  @Test
  void balancedTreeWithTheValueItself() {
    GraphBuilder b = new GraphBuilder("test");
    b.add("x", "x", new Relu(), Graph.INPUT);
    b.add("a.n", "a", weights.norm("a.n", 4), "x");
    b.add("a.c", "a", weights.conv("a.c", 4, 4, 3, 1, 2, true), "x");
    b.add("a.d", "a", weights.conv("a.d", 4, 4, 1, 1, 2, true), "x");
    b.add("a.l", "a", new Add(), "x", "a.c");
    b.add("a.r", "a", new Add(), "a.d", "a.n");
    b.add("a.s", "a", new Add(), "a.l", "a.r");
    b.output("y", "a.s");
    b.output("x", "x");
    Graph folded = assertFolds(PASS, b.build(), new Shape(1, 6, 5, 4), 1);
    assertEquals(List.of("x", "a.reparam_conv"), names(folded));
  }

  @Test
  void nonSquareKernels() {
    Conv2d tall = weights.conv("a.b0", 4, 4, 5, 3, 1, 1, 1, true);
    Conv2d small = weights.conv("a.b1", 4, 4, 3, 1, 1, 0, 1, true);
    Conv2d conv = merged(assertFolds(PASS, sum(small, tall).build(), new Shape(1, 7, 9, 4), 1));
    assertEquals(5, conv.kernelHeight());
    assertEquals(3, conv.kernelWidth());
  }

  /** The convolution of a chain is the input of the branches, and one of them. */
  @Test
  void valueThatIsItselfAConvolution() {
    GraphBuilder b = new GraphBuilder("test");
    b.add("c", "c", weights.conv("c", 3, 4, 3, 1, 1, true), Graph.INPUT);
    b.add("a.d", "a", weights.conv("a.d", 4, 4, 3, 1, 1, true), "c");
    b.add("a.s", "a", new Add(), "c", "a.d");
    b.output("y", "a.s");
    Graph folded = assertFolds(PASS, b.build(), new Shape(1, 6, 5, 3), 1);
    assertEquals(List.of("c", "a.reparam_conv"), names(folded));
  }

  /** An inner sum that is an output stays, and what it adds becomes one. */
  @Test
  void innerSumThatIsAnOutput() {
    GraphBuilder b = new GraphBuilder("test");
    b.add("a.c", "a", weights.conv("a.c", 4, 4, 3, 1, 1, true), Graph.INPUT);
    b.add("a.d", "a", weights.conv("a.d", 4, 4, 1, 1, 1, true), Graph.INPUT);
    b.add("a.s", "a", new Add(), "a.c", "a.d");
    b.add("a.t", "a", new Add(), "a.s", "a.s");
    b.output("inner", "a.s");
    b.output("y", "a.t");
    Graph folded = assertFolds(PASS, b.build(), new Shape(1, 6, 5, 4), 1);
    assertEquals(List.of("a.reparam_conv", "a.t"), names(folded));
    assertEquals("a.reparam_conv", folded.outputs().get("inner"));
  }

  @Test
  void doesNotMergeDifferentInputs() {
    GraphBuilder b = new GraphBuilder("test");
    b.add("x", "x", new Relu(), Graph.INPUT);
    b.add("c", "a", weights.conv("c", 4, 4, 3, 1, 1, true), Graph.INPUT);
    b.add("d", "a", weights.conv("d", 4, 4, 3, 1, 1, true), "x");
    b.add("s", "a", new Add(), "c", "d");
    b.output("y", "s");
    assertDoesNotFire(PASS, b.build());
  }

  @Test
  void doesNotMergeDifferentGeometry() {
    Conv2d dense = weights.conv("a.b0", 4, 4, 3, 1, 1, true);
    Conv2d depthwise = weights.conv("a.b1", 4, 4, 3, 1, 4, true);
    assertDoesNotFire(PASS, sum(dense, depthwise).build());
    // Equal outputs for an input of 4 rows, but windows that start elsewhere.
    Conv2d strided = weights.conv("a.b0", 4, 4, 1, 1, 3, 0, 1, true);
    Conv2d other = weights.conv("a.b1", 4, 4, 1, 1, 2, 0, 1, true);
    assertDoesNotFire(PASS, sum(strided, other).build());
    // 3x3 with padding 1 and 2x2 with padding 0, stride 2: equal outputs for odd extents only.
    Conv2d centred = weights.conv("a.b0", 4, 4, 3, 3, 2, 1, 1, true);
    Conv2d misaligned = weights.conv("a.b1", 4, 4, 2, 2, 2, 0, 1, true);
    assertDoesNotFire(PASS, sum(centred, misaligned).build());
    // Aligned in one direction alone; equal outputs for an input of 5 by 5.
    Conv2d large = weights.conv("a.b0", 4, 4, 3, 3, 4, 1, 1, true);
    Conv2d flat = weights.conv("a.b1", 4, 4, 1, 3, 4, 1, 1, true);
    assertDoesNotFire(PASS, sum(large, flat).build());
    Conv2d narrow = weights.conv("a.b1", 4, 4, 3, 1, 4, 1, 1, true);
    assertDoesNotFire(PASS, sum(large, narrow).build());
    // 5x3 and 3x5: neither holds the other.
    Conv2d tall = weights.conv("a.b0", 4, 4, 5, 3, 1, 2, 1, true);
    Conv2d wide = weights.conv("a.b1", 4, 4, 3, 5, 1, 2, 1, true);
    assertDoesNotFire(PASS, sum(tall, wide).build());
  }

  @Test
  void doesNotMergeASkipThatIsNotCentred() {
    GraphBuilder b = new GraphBuilder("test");
    Conv2d even = weights.conv("c", 4, 4, 3, 3, 1, 0, 1, true);
    b.add("c", "a", even, Graph.INPUT);
    b.add("n", "a", weights.norm("n", 4), Graph.INPUT);
    b.add("s", "a", new Add(), "c", "n");
    b.output("y", "s");
    assertDoesNotFire(PASS, b.build());
  }

  @Test
  void doesNotMergeNormsAlone() {
    assertDoesNotFire(PASS, sum(weights.norm("a.b0", 4), weights.norm("a.b1", 4)).build());
  }

  @Test
  void doesNotMergeABranchThatIsReadTwiceOrAnOutput() {
    GraphBuilder b =
        sum(weights.conv("a.b0", 4, 4, 3, 1, 1, true), weights.conv("a.b1", 4, 4, 1, 1, 1, true));
    b.add("z", "z", new Relu(), "a.b1");
    b.output("z", "z");
    assertDoesNotFire(PASS, b.build());
    GraphBuilder o =
        sum(weights.conv("a.b0", 4, 4, 3, 1, 1, true), weights.conv("a.b1", 4, 4, 1, 1, 1, true));
    o.output("branch", "a.b0");
    assertDoesNotFire(PASS, o.build());
  }

  @Test
  void doesNotMergeAnActivation() {
    GraphBuilder b = new GraphBuilder("test");
    b.add("c", "a", weights.conv("c", 4, 4, 3, 1, 1, true), Graph.INPUT);
    b.add("r", "a", new Relu(), Graph.INPUT);
    b.add("s", "a", new Add(), "c", "r");
    b.output("y", "s");
    assertDoesNotFire(PASS, b.build());
  }

  /** Sessions ask for the bias, then the weight, and let go of both. */
  @Test
  void aKernelIsComputedOnceForWeightAndBias() {
    AtomicInteger read = new AtomicInteger();
    Tensor weight =
        Tensor.computed(
            "a.b0.weight",
            DType.F32,
            new int[] {2, 1, 1, 1},
            () -> {
              read.incrementAndGet();
              return Tensor.of("x", new float[] {3, 4}, 2).data();
            });
    Conv2d counted = new Conv2d(weight, null, 1, 0, 1);
    Graph graph = sum(counted, weights.conv("a.b1", 1, 2, 1, 1, 1, true)).build();
    Conv2d conv = merged(PASS.apply(graph).graph());
    assertEquals(0, read.get());
    double[] bias = conv.bias().toDoubles();
    double[] kernel = conv.weight().toDoubles();
    assertEquals(1, read.get());
    conv.bias().unload();
    conv.weight().unload();
    assertArrayEquals(kernel, conv.weight().toDoubles());
    assertArrayEquals(bias, conv.bias().toDoubles());
    assertEquals(2, read.get());
    conv.weight().unload();
    assertArrayEquals(kernel, conv.weight().toDoubles());
    assertEquals(3, read.get());
  }
}
