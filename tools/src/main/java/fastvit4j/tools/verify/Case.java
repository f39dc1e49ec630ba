package fastvit4j.tools.verify;

import fastvit4j.model.graph.Graph;
import fastvit4j.model.graph.GraphBuilder;
import fastvit4j.model.operator.Conv2d;
import fastvit4j.model.operator.Operator;
import fastvit4j.model.operator.Shape;
import fastvit4j.model.tensor.Activation;

/**
 * A small graph and the input to run it with.
 *
 * @param name what is tested, unique
 * @param graph the graph; all its outputs are compared
 * @param given its input, a batch or pictures
 */
public record Case(String name, Graph graph, SessionInput given) {
  /** Name of the node that a case is about. */
  static final String TESTED = "tested";

  /** One operator alone. */
  static Case of(String name, Operator operator, Shape input) {
    GraphBuilder b = new GraphBuilder("one_operator");
    b.output(Graph.LOGITS, b.add(TESTED, TESTED, operator, Graph.INPUT));
    return of(name, b, input);
  }

  /** A graph of several operators. */
  static Case of(String name, GraphBuilder builder, Shape input) {
    String fullName = name + " on " + input;
    RandomTensors random = new RandomTensors(fullName.hashCode());
    return new Case(fullName, builder.build(), SessionInput.of(random.input(input)));
  }

  /** A graph of several operators that is given pictures. */
  static Case ofPictures(String name, GraphBuilder builder, Shape input) {
    String fullName = name + " on pictures, " + input;
    RandomTensors random = new RandomTensors(fullName.hashCode());
    return new Case(fullName, builder.build(), SessionInput.of(random.pictures(input)));
  }

  /** The input as a batch: pictures normalised. */
  public Activation input() {
    return switch (given) {
      case SessionInput.Batch batch -> batch.batch();
      case SessionInput.Pictures pictures -> pictures.pixels().normalised();
    };
  }

  /** What the case counts as in a table: an operator, by its kind, or several in one step. */
  String group() {
    return graph.nodes().stream()
        .filter(node -> node.name().equals(TESTED))
        .findFirst()
        .map(node -> kind(node.operator()))
        .orElse("fused operators");
  }

  private static String kind(Operator operator) {
    if (!(operator instanceof Conv2d conv)) {
      return operator.kind();
    }
    String kind = conv.isPointwise() ? "pointwise" : conv.isDepthwise() ? "depthwise" : "dense";
    return operator.kind() + ", " + kind;
  }
}
