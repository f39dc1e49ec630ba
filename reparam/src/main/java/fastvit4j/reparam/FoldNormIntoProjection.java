package fastvit4j.reparam;

import fastvit4j.model.graph.Node;
import fastvit4j.model.operator.BatchNorm;
import fastvit4j.model.operator.Conv2d;
import java.util.List;

/**
 * Folds a batch normalisation into the linear layer or pointwise convolution after it, as before
 * attention's queries, keys and values: {@code W' = W · diag(s)}, {@code b' = b + W · t}. A kernel
 * that sees padding cannot take the shift, since the padding is zero after the normalisation.
 */
public final class FoldNormIntoProjection extends RewritingPass {
  @Override
  public String description() {
    return "BatchNorm, then linear: W' = W diag(s), b' = b + W t";
  }

  @Override
  boolean rewriteAt(Node root, GraphRewriter rewriter) {
    if (!Projection.is(root.operator()) || !rewriter.isInternal(root.input())) {
      return false;
    }
    Node before = rewriter.node(root.input());
    if (!(before.operator() instanceof BatchNorm norm)
        || (root.operator() instanceof Conv2d conv && !conv.isPointwise())) {
      return false;
    }
    FoldedTensors tensors = Projection.after(root.operator(), () -> Affine.of(norm));
    Node folded = Projection.with(root, before.input(), tensors);
    rewriter.replace(List.of(before, root), root, folded, 1);
    return true;
  }
}
