package fastvit4j.reparam;

import fastvit4j.model.graph.Node;
import fastvit4j.model.operator.Conv2d;
import java.util.List;
import java.util.function.Supplier;

/** What a convolution is within its block, and what it is called once it is all of it. */
final class Blocks {
  private static final String MERGED = ".reparam_conv";

  private Blocks() {}

  /**
   * Whether all convolutions and linear layers of the node's block read the node's input. A node
   * whose name is not within its block's, as ResNet's first convolution, is no branch of it.
   */
  static boolean isOneOfBranches(Node projection, GraphRewriter rewriter) {
    return isWithin(projection)
        && projections(projection, rewriter).stream()
            .allMatch(other -> other.input().equals(projection.input()));
  }

  /** Whether the node is a convolution, and the only one, linear layers included, of its block. */
  static boolean isOnlyConvolution(Node projection, GraphRewriter rewriter) {
    return projection.operator() instanceof Conv2d
        && isWithin(projection)
        && projections(projection, rewriter).size() == 1;
  }

  private static boolean isWithin(Node node) {
    return node.name().startsWith(node.block() + ".");
  }

  /**
   * The convolution that a block has become.
   *
   * @param block the block
   * @param region the nodes that it replaces
   * @param like one of them: the geometry and the input
   * @param kernel its kernel
   */
  static Node merged(
      String block, List<Node> region, Node like, Supplier<Kernel> kernel, GraphRewriter rewriter) {
    int[] shape = ((Conv2d) like.operator()).weight().shape();
    return merged(block, region, like, FoldedTensors.of(shape, kernel), rewriter);
  }

  /** The same with tensors that are made otherwise. */
  static Node merged(
      String block, List<Node> region, Node like, FoldedTensors tensors, GraphRewriter rewriter) {
    String name = rewriter.freeName(block + MERGED, region);
    Conv2d conv = Projection.convolution((Conv2d) like.operator(), name, tensors);
    return new Node(name, block, conv, like.inputs());
  }

  private static List<Node> projections(Node projection, GraphRewriter rewriter) {
    return rewriter.nodesOf(projection.block()).stream()
        .filter(node -> Projection.is(node.operator()))
        .toList();
  }
}
