package fastvit4j.reparam;

import fastvit4j.model.graph.Graph;

/**
 * A rewriting of a graph into another that computes the same outputs. A pass recognises structure,
 * never names, so it works for every model; what it does not recognise it leaves alone. It looks at
 * shapes only: the tensors it makes are computed, in float64, when they are first read.
 */
public interface Pass {
  /** The pass's name, for example {@code FoldBatchNorm}. */
  default String name() {
    return getClass().getSimpleName();
  }

  /** What the pass does, as a formula in one line. */
  String description();

  /** Rewrites the graph wherever the pass finds its structure. */
  Rewrite apply(Graph graph);
}
