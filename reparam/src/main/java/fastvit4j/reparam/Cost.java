package fastvit4j.reparam;

import fastvit4j.model.graph.NodeCost;
import java.util.Collection;

/**
 * What a set of nodes costs at a given input shape.
 *
 * @param nodes how many they are
 * @param parameters trained numbers
 * @param macs multiply-accumulate operations
 * @param bytesRead bytes of float32 activations read
 * @param bytesWritten bytes of float32 activations written
 */
public record Cost(int nodes, long parameters, long macs, long bytesRead, long bytesWritten) {
  static final Cost NOTHING = new Cost(0, 0, 0, 0, 0);

  static Cost of(Collection<NodeCost> costs) {
    Cost sum = NOTHING;
    for (NodeCost c : costs) {
      sum = sum.plus(new Cost(1, c.parameters(), c.macs(), c.bytesRead(), c.bytesWritten()));
    }
    return sum;
  }

  Cost plus(Cost other) {
    return new Cost(
        nodes + other.nodes,
        parameters + other.parameters,
        macs + other.macs,
        bytesRead + other.bytesRead,
        bytesWritten + other.bytesWritten);
  }

  /** Bytes of activations that go through memory: read and written. */
  public long traffic() {
    return bytesRead + bytesWritten;
  }
}
