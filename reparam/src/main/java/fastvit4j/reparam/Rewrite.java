package fastvit4j.reparam;

import fastvit4j.model.graph.Graph;
import java.util.List;

/**
 * What a pass did.
 *
 * @param graph the graph after the pass
 * @param folds the places where it changed
 */
public record Rewrite(Graph graph, List<Fold> folds) {
  /** Copies the list. */
  public Rewrite {
    folds = List.copyOf(folds);
  }
}
