package fastvit4j.reparam;

import fastvit4j.model.graph.Node;
import fastvit4j.model.operator.LayerScale;
import fastvit4j.model.operator.Operator;
import java.util.List;
import java.util.function.Supplier;

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
    Operator operator = projection.operator();
    Supplier<Kernel> kernel = () -> Projection.kernel(operator).then(Affine.of(scale));
    Node folded = Projection.withScaledKernel(projection, kernel);
    rewriter.replace(List.of(projection, root), root, folded, 1);
    return true;
  }
}
