package fastvit4j.reparam;

import fastvit4j.model.graph.Node;
import java.util.List;

/**
 * One place in a graph where a pass replaced several nodes by one.
 *
 * @param block the block of the node that came
 * @param branches parallel branches that became one; 1 where the nodes stood in a row
 * @param removed the nodes that went, of the graph before the pass
 * @param added the node that came, of the graph after the pass; it may carry the name of one that
 *     went
 * @param valueBefore the name, before the pass, of the value that {@code added} computes
 */
public record Fold(String block, int branches, List<Node> removed, Node added, String valueBefore) {
  /** Copies the list. */
  public Fold {
    removed = List.copyOf(removed);
  }
}
