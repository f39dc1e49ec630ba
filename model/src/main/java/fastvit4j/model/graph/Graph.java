package fastvit4j.model.graph;

import fastvit4j.model.operator.Operator;
import fastvit4j.model.operator.Shape;
import fastvit4j.model.operator.ShapeException;
import fastvit4j.model.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * A network: an immutable list of nodes in an order in which they can be computed, with one input.
 * It knows no batch and no image size: shapes are inferred from the input's shape.
 *
 * @param name the model's name, for example {@code fastvit_t8}
 * @param nodes the nodes; each one's inputs stand before it
 * @param outputs what can be asked for: names of outputs ({@code stem}, {@code stages.0}, …, {@link
 *     #LOGITS}) to names of nodes
 */
public record Graph(String name, List<Node> nodes, SequencedMap<String, String> outputs) {
  /** The name of the network's input, an image NHWC. */
  public static final String INPUT = "input";

  /** The name of the last output. */
  public static final String LOGITS = "logits";

  /** Checks that names are unique, that inputs stand before their users, and that outputs exist. */
  public Graph {
    nodes = List.copyOf(nodes);
    outputs = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(outputs));
    Map<String, Node> seen = new LinkedHashMap<>();
    for (Node node : nodes) {
      for (String input : node.inputs()) {
        if (!input.equals(INPUT) && !seen.containsKey(input)) {
          throw new IllegalArgumentException(
              node.name() + " reads " + input + ", which is not before it");
        }
      }
      if (node.name().equals(INPUT) || seen.put(node.name(), node) != null) {
        throw new IllegalArgumentException("two nodes are named " + node.name());
      }
    }
    for (Map.Entry<String, String> output : outputs.entrySet()) {
      if (!seen.containsKey(output.getValue())) {
        throw new IllegalArgumentException(
            "output " + output.getKey() + " is " + output.getValue() + ", which is no node");
      }
    }
  }

  /**
   * The same network with another operator in a node's place, for example another head.
   *
   * @throws IllegalArgumentException if there is no such node
   */
  public Graph withOperator(String node, Operator operator) {
    if (nodes.stream().noneMatch(n -> n.name().equals(node))) {
      throw new IllegalArgumentException(name + " has no node " + node);
    }
    List<Node> others =
        nodes.stream().map(n -> n.name().equals(node) ? n.withOperator(operator) : n).toList();
    return new Graph(name, others, outputs);
  }

  /**
   * The same network with one more output, which sessions can be asked for.
   *
   * @param output its name, before those that there are
   * @param node the node whose value it is
   * @throws IllegalArgumentException if there is no such node
   */
  public Graph withOutput(String output, String node) {
    SequencedMap<String, String> more = new LinkedHashMap<>();
    more.put(output, node);
    outputs.forEach(more::putIfAbsent);
    return new Graph(name, nodes, more);
  }

  /** The nodes by name. */
  public Map<String, Node> byName() {
    Map<String, Node> byName = new LinkedHashMap<>();
    for (Node node : nodes) {
      byName.put(node.name(), node);
    }
    return byName;
  }

  /**
   * For each value, the input's included, the nodes that read it, in order; a node that reads it
   * twice stands twice.
   */
  public Map<String, List<Node>> consumers() {
    Map<String, List<Node>> consumers = new LinkedHashMap<>();
    consumers.put(INPUT, new ArrayList<>());
    for (Node node : nodes) {
      consumers.put(node.name(), new ArrayList<>());
      for (String input : node.inputs()) {
        consumers.get(input).add(node);
      }
    }
    return consumers;
  }

  /**
   * The shape of every value, the input's included.
   *
   * @throws ShapeException if the network cannot take this input; the message names the node
   */
  public Map<String, Shape> shapes(Shape input) {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    shapes.put(INPUT, input);
    for (Node node : nodes) {
      try {
        shapes.put(node.name(), node.operator().infer(inputShapes(node, shapes)));
      } catch (ShapeException e) {
        throw new ShapeException(
            name
                + " cannot take an input of "
                + input
                + ": at "
                + node.name()
                + ", "
                + e.getMessage());
      }
    }
    return shapes;
  }

  /** The cost of every node at the given input shape. */
  public List<NodeCost> costs(Shape input) {
    Map<String, Shape> shapes = shapes(input);
    List<NodeCost> costs = new ArrayList<>();
    for (Node node : nodes) {
      List<Shape> in = inputShapes(node, shapes);
      Shape out = shapes.get(node.name());
      long read = in.stream().mapToLong(s -> 4L * s.elements()).sum();
      costs.add(
          new NodeCost(
              node, out, node.operator().macs(in), parameters(node), read, 4L * out.elements()));
    }
    return costs;
  }

  /** Multiply-accumulate operations at the given input shape, for the whole batch. */
  public long macs(Shape input) {
    return costs(input).stream().mapToLong(NodeCost::macs).sum();
  }

  /** The number of trained parameters; running statistics do not count. */
  public long parameters() {
    return nodes.stream().mapToLong(Graph::parameters).sum();
  }

  /** Every tensor of the network, parameters and running statistics, by its name, in order. */
  public SequencedMap<String, Tensor> tensors() {
    SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
    for (Node node : nodes) {
      node.operator().parameters().forEach(t -> tensors.put(t.name(), t));
      node.operator().buffers().forEach(t -> tensors.put(t.name(), t));
    }
    return tensors;
  }

  private static long parameters(Node node) {
    return node.operator().parameters().stream().mapToLong(Tensor::elements).sum();
  }

  private static List<Shape> inputShapes(Node node, Map<String, Shape> shapes) {
    return node.inputs().stream().map(shapes::get).toList();
  }
}
