package fastvit4j.model.graph;

import fastvit4j.model.operator.Operator;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/** Writes a graph down, node by node. */
public final class GraphBuilder {
  private final String name;
  private final List<Node> nodes = new ArrayList<>();
  private final SequencedMap<String, String> outputs = new LinkedHashMap<>();

  /** A graph of the given name, without nodes. */
  public GraphBuilder(String name) {
    this.name = name;
  }

  /** Adds a node and returns its name, which is the name of its output. */
  public String add(String nodeName, String block, Operator operator, String... inputs) {
    nodes.add(new Node(nodeName, block, operator, List.of(inputs)));
    return nodeName;
  }

  /** Declares a value as an output that can be asked for. */
  public void output(String outputName, String value) {
    outputs.put(outputName, value);
  }

  /** The graph. */
  public Graph build() {
    return new Graph(name, nodes, outputs);
  }
}
