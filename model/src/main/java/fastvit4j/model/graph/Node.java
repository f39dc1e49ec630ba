package fastvit4j.model.graph;

import fastvit4j.model.operator.Operator;
import java.util.List;

/**
 * An operator in its place in a network. Its output is a value of the node's name.
 *
 * @param name unique in the graph, as the public code names the module, for example {@code
 *     stages.0.blocks.1.mlp.fc1}
 * @param block the block of the paper that the node belongs to, a prefix of the name, for example
 *     {@code stages.0.blocks.1.mlp}
 * @param operator what is computed
 * @param inputs names of the nodes whose outputs are the operator's inputs, or {@link Graph#INPUT}
 */
public record Node(String name, String block, Operator operator, List<String> inputs) {
  /** Copies the inputs and checks their number. */
  public Node {
    inputs = List.copyOf(inputs);
    if (inputs.size() != operator.arity()) {
      throw new IllegalArgumentException(
          name
              + ": "
              + operator.kind()
              + " takes "
              + operator.arity()
              + " inputs, not "
              + inputs.size());
    }
  }

  /** The only input of a node that has one. */
  public String input() {
    if (inputs.size() != 1) {
      throw new IllegalStateException(name + " has " + inputs.size() + " inputs");
    }
    return inputs.getFirst();
  }

  /** The same node with another operator. */
  public Node withOperator(Operator other) {
    return new Node(name, block, other, inputs);
  }
}
