package fastvit4j.reparam;

import fastvit4j.model.graph.Node;
import fastvit4j.model.operator.LayerScale;
import java.util.List;

/**
 * Folds a LayerScale into the convolution or linear layer before it: {@code W' = diag(γ) · W},
 * {@code b' = γ · b}.
 */
public final class FoldLayerScale extends RewritingPass {
  @Override
  public String description() {
    return "linear, then LayerScale: W' = diag(γ) W, b' = γ b";
  }

  @Override
  boolean rewriteAt(Node root, GraphRewriter rewriter) {
    if (!(root.operator() instanceof LayerScale scale) || !rewriter.isInternal(root.input())) {
      return false;
    }
    Node projection = rewriter.node(root.input());
    if (!Projection.is(projection.operator())) {
      return false;
    }
    FoldedTensors tensors = Projection.then(projection.operator(), () -> Affine.of(scale));
    Node folded = Projection.scaled(projection, tensors);
    rewriter.replace(List.of(projection, root), root, folded, 1);
    return true;
  }
}
