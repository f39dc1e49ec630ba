package fastvit4j.tests.oracle;

import fastvit4j.model.graph.Graph;
import fastvit4j.model.graph.Node;
import fastvit4j.model.operator.Operator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/** Runs a graph in float64, node by node, forgetting each value after its last use. */
public final class Oracle {
  private Oracle() {}

  /** Every output of the graph, by the output's name. */
  public static Map<String, Values> run(Graph graph, Values input) {
    return run(graph, input, Reference::apply);
  }

  static <T> Map<String, T> run(Graph graph, T input, BiFunction<Operator, List<T>, T> apply) {
    Map<String, Integer> uses = new HashMap<>();
    graph.consumers().forEach((name, consumers) -> uses.put(name, consumers.size()));
    Map<String, T> values = new HashMap<>();
    values.put(Graph.INPUT, input);
    Map<String, T> outputs = new LinkedHashMap<>();
    for (Node node : graph.nodes()) {
      T value = apply.apply(node.operator(), node.inputs().stream().map(values::get).toList());
      values.put(node.name(), value);
      graph
          .outputs()
          .forEach(
              (name, of) -> {
                if (of.equals(node.name())) {
                  outputs.put(name, value);
                }
              });
      for (String read : node.inputs()) {
        if (uses.merge(read, -1, Integer::sum) == 0) {
          values.remove(read);
        }
      }
    }
    return outputs;
  }
}
