package fastvit4j.reparam;

import fastvit4j.model.graph.Graph;
import fastvit4j.model.graph.Node;
import fastvit4j.model.operator.Operator;
import fastvit4j.model.operator.Shape;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/**
 * Computes a graph in float64, operator by operator, in the plainest way that is still quick enough
 * to verify a network with. Values are NHWC.
 */
public final class Float64Evaluator {
  private Float64Evaluator() {}

  /** A value: its shape and its elements, NHWC, which nobody changes. */
  public static final class Value {
    private final Shape shape;
    private final double[] data;

    /** Takes the elements as they are. */
    public Value(Shape shape, double[] data) {
      this.shape = shape;
      this.data = data;
    }

    /** Batch, height, width and channels. */
    public Shape shape() {
      return shape;
    }

    /** The elements themselves, row-major. */
    public double[] data() {
      return data;
    }
  }

  /** An operator's output for these inputs. */
  public static Value apply(Operator operator, List<Value> inputs) {
    Shape out = operator.infer(inputs.stream().map(Value::shape).toList());
    return new Value(out, Float64Operators.compute(operator, inputs, out));
  }

  /**
   * Computes the graph.
   *
   * @param input the image
   * @param wanted names of the nodes whose values are asked for
   * @return their values by name; the others are dropped once they have been read
   */
  static Map<String, Value> evaluate(Graph graph, Value input, Collection<String> wanted) {
    return evaluate(graph, input, wanted, Float64Evaluator::apply);
  }

  /**
   * Computes the graph with values of any kind.
   *
   * @param input the image
   * @param apply computes an operator's output from its inputs
   * @return the graph's outputs by their names
   */
  public static <T> Map<String, T> outputs(
      Graph graph, T input, BiFunction<Operator, List<T>, T> apply) {
    Map<String, T> values = evaluate(graph, input, graph.outputs().values(), apply);
    Map<String, T> outputs = new LinkedHashMap<>();
    graph.outputs().forEach((name, value) -> outputs.put(name, values.get(value)));
    return outputs;
  }

  private static <T> Map<String, T> evaluate(
      Graph graph, T input, Collection<String> wanted, BiFunction<Operator, List<T>, T> apply) {
    Map<String, Integer> readers = new HashMap<>();
    graph.consumers().forEach((value, nodes) -> readers.put(value, nodes.size()));
    wanted.forEach(value -> readers.merge(value, 1, Integer::sum));
    Map<String, T> values = new HashMap<>();
    values.put(Graph.INPUT, input);
    for (Node node : graph.nodes()) {
      T value = apply.apply(node.operator(), node.inputs().stream().map(values::get).toList());
      if (readers.getOrDefault(node.name(), 0) > 0) {
        values.put(node.name(), value);
      }
      for (String name : node.inputs()) {
        if (readers.merge(name, -1, Integer::sum) == 0) {
          values.remove(name);
        }
      }
    }
    Map<String, T> asked = new LinkedHashMap<>();
    wanted.forEach(name -> asked.put(name, values.get(name)));
    return asked;
  }
}
