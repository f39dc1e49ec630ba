package fastvit4j.benchmarks;

import fastvit4j.model.fastvit.Variant;
import fastvit4j.model.graph.Graph;
import fastvit4j.model.graph.GraphBuilder;
import fastvit4j.model.graph.Node;
import fastvit4j.model.operator.Conv2d;
import fastvit4j.model.operator.Linear;
import fastvit4j.model.operator.Operator;
import fastvit4j.model.operator.SelfAttention;
import fastvit4j.model.operator.Shape;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Every distinct shape of the operators that a network spends its time in, as a graph of its own.
 */
final class Operators {
  /**
   * An operator at one shape.
   *
   * @param workload the operator alone
   * @param count how often the network has it
   */
  record Occurring(Workload workload, int count) {
    private Occurring again() {
      return new Occurring(workload, count + 1);
    }
  }

  private Operators() {}

  /** A network's operators, each shape once, on one picture. */
  static Collection<Occurring> of(Variant variant, int size, int threads) {
    Graph graph = Workload.graph(variant);
    Map<String, Shape> shapes = graph.shapes(new Shape(1, size, size, 3));
    Map<String, Occurring> found = new LinkedHashMap<>();
    for (Node node : graph.nodes()) {
      String what = describe(node.operator());
      if (what != null) {
        Shape shape = shapes.get(node.input());
        String name = variant.name().toLowerCase(Locale.ROOT) + " " + what;
        found.compute(
            what + " " + shape,
            (_, known) ->
                known == null
                    ? new Occurring(Workload.of(name, alone(node, name), shape, threads), 1)
                    : known.again());
      }
    }
    return found.values();
  }

  private static Graph alone(Node node, String name) {
    GraphBuilder builder = new GraphBuilder(name);
    builder.output(
        Graph.LOGITS, builder.add("operator", node.block(), node.operator(), Graph.INPUT));
    return builder.build();
  }

  /** For example {@code 7x7 s2 depthwise 48 to 96}; null for what costs next to nothing. */
  private static String describe(Operator operator) {
    return switch (operator) {
      case Conv2d conv -> {
        String window =
            conv.isPointwise()
                ? "pointwise"
                : conv.kernelHeight()
                    + "x"
                    + conv.kernelWidth()
                    + (conv.stride() == 1 ? "" : " s" + conv.stride())
                    + (conv.isDepthwise() ? " depthwise" : "");
        yield window + " " + conv.inChannels() + " to " + conv.outChannels();
      }
      case Linear linear -> "linear " + linear.inChannels() + " to " + linear.outChannels();
      case SelfAttention attention ->
          "attention " + attention.heads() + " heads of " + attention.headDim();
      default -> null;
    };
  }
}
