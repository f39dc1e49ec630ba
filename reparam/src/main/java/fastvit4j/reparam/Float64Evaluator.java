package fastvit4j.reparam;

import fastvit4j.model.graph.Graph;
import fastvit4j.model.graph.Node;
import fastvit4j.model.operator.Shape;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Computes a graph in float64, operator by operator, in the plainest way that is still quick enough
 * to verify a network with. Values are NHWC.
 */
final class Float64Evaluator {
  private Float64Evaluator() {}

  /** A value: its shape and its elements, NHWC, which nobody changes. */
  static final class Value {
    private final Shape shape;
    private final double[] data;

    Value(Shape shape, double[] data) {
      this.shape = shape;
      this.data = data;
    }

    Shape shape() {
      return shape;
    }

    double[] data() {
      return data;
    }
  }

  /**
   * Computes the graph.
   *
   * @param input the image
   * @param wanted names of the nodes whose values are asked for
   * @return their values by name; the others are dropped once they have been read
   */
  static Map<String, Value> evaluate(Graph graph, Value input, Collection<String> wanted) {
    Map<String, Integer> readers = new HashMap<>();
    graph.consumers().forEach((value, nodes) -> readers.put(value, nodes.size()));
    wanted.forEach(value -> readers.merge(value, 1, Integer::sum));
    Map<String, Value> values = new HashMap<>();
    values.put(Graph.INPUT, input);
    for (Node node : graph.nodes()) {
      List<Value> in = new ArrayList<>();
      node.inputs().forEach(name -> in.add(values.get(name)));
      Shape out = node.operator().infer(in.stream().map(Value::shape).toList());
      double[] data = Float64Operators.compute(node.operator(), in, out);
      if (readers.get(node.name()) > 0) {
        values.put(node.name(), new Value(out, data));
      }
      for (String name : node.inputs()) {
        if (readers.merge(name, -1, Integer::sum) == 0) {
          values.remove(name);
        }
      }
    }
    Map<String, Value> asked = new LinkedHashMap<>();
    wanted.forEach(name -> asked.put(name, values.get(name)));
    return asked;
  }
}
