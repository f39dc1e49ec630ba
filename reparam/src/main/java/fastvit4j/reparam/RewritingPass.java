package fastvit4j.reparam;

import fastvit4j.model.graph.Graph;
import fastvit4j.model.graph.Node;

/** A pass that tries every node as the last one of its structure, until none fits any more. */
abstract class RewritingPass implements Pass {
  @Override
  public final Rewrite apply(Graph graph) {
    GraphRewriter rewriter = new GraphRewriter(graph);
    boolean changed;
    do {
      changed = false;
      // From the end, so that a tree of additions is seen whole before its subtrees.
      for (String name : rewriter.names().reversed()) {
        Node root = rewriter.node(name);
        changed |= root != null && rewriteAt(root, rewriter);
      }
    } while (changed);
    return rewriter.result();
  }

  /** Rewrites the structure that ends at {@code root}, if there is one, and says whether it did. */
  abstract boolean rewriteAt(Node root, GraphRewriter rewriter);
}
