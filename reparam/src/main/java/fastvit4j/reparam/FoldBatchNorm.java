package fastvit4j.reparam;

import fastvit4j.model.graph.Node;
import fastvit4j.model.operator.BatchNorm;
import java.util.List;

/**
 * Folds a batch normalisation into the convolution or linear layer before it: {@code W' = diag(s) ·
 * W}, {@code b' = s · b + t} with {@code s = weight / √(variance + eps)}, {@code t = bias − mean ·
 * s}.
 *
 * <p>A convolution that is then all that is left of its block's convolutions gets the block's name
 * and {@code .reparam_conv}, as the public code names it.
 */
public final class FoldBatchNorm extends RewritingPass {
  private final boolean everywhere;

  private FoldBatchNorm(boolean everywhere) {
    this.everywhere = everywhere;
  }

  /** Folds wherever a convolution or linear layer stands before a batch normalisation. */
  public static FoldBatchNorm everywhere() {
    return new FoldBatchNorm(true);
  }

  /**
   * Folds only in blocks whose convolutions all read the same value, because they are branches (or
   * one, without others): MobileOne blocks and patch embeddings, but not a ConvFFN. It is what the
   * public code folds.
   */
  public static FoldBatchNorm inBranches() {
    return new FoldBatchNorm(false);
  }

  @Override
  public String description() {
    return "conv, then BatchNorm: W' = diag(s) W, b' = s b + t";
  }

  @Override
  boolean rewriteAt(Node root, GraphRewriter rewriter) {
    if (!(root.operator() instanceof BatchNorm norm)) {
      return false;
    }
    Node projection = rewriter.node(root.input());
    if (projection == null
        || !Projection.is(projection.operator())
        || !rewriter.isInternal(projection.name())
        || !(everywhere || Blocks.isOneOfBranches(projection, rewriter))) {
      return false;
    }
    List<Node> region = List.of(projection, root);
    FoldedTensors tensors = Projection.then(projection.operator(), () -> Affine.of(norm));
    Node folded =
        Blocks.isOnlyConvolution(projection, rewriter)
            ? Blocks.merged(projection.block(), region, projection, tensors, rewriter)
            : Projection.with(projection, projection.input(), tensors);
    rewriter.replace(region, root, folded, 1);
    return true;
  }
}
