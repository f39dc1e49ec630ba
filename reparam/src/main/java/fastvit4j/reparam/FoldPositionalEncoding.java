package fastvit4j.reparam;

import fastvit4j.model.graph.Node;
import fastvit4j.model.operator.Add;
import fastvit4j.model.operator.Conv2d;
import java.util.List;
import java.util.function.Supplier;

/**
 * Folds a conditional positional encoding, {@code x + DW(x)}, into one depthwise convolution:
 * {@code W' = I + W}, {@code b' = b}.
 */
public final class FoldPositionalEncoding extends RewritingPass {
  @Override
  public String description() {
    return "x + DW(x): W' = I + W, b' = b";
  }

  @Override
  boolean rewriteAt(Node root, GraphRewriter rewriter) {
    if (!(root.operator() instanceof Add)) {
      return false;
    }
    String first = root.inputs().get(0);
    String second = root.inputs().get(1);
    return fold(root, first, second, rewriter) || fold(root, second, first, rewriter);
  }

  private static boolean fold(Node root, String x, String encoding, GraphRewriter rewriter) {
    Node node = rewriter.node(encoding);
    if (node == null
        || !(node.operator() instanceof Conv2d conv)
        || !node.input().equals(x)
        || !rewriter.isInternal(encoding)
        || !conv.isDepthwise()
        || !Windows.keepsShape(conv)) {
      return false;
    }
    List<Node> region = List.of(node, root);
    Supplier<Kernel> kernel =
        () -> Kernel.dirac(conv.inChannels(), conv.groups()).plus(Kernel.of(conv));
    rewriter.replace(region, root, Blocks.merged(root.block(), region, node, kernel, rewriter), 2);
    return true;
  }
}
