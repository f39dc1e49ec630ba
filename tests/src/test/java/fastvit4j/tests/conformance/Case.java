package fastvit4j.tests.conformance;

import fastvit4j.model.graph.Graph;
import fastvit4j.model.graph.GraphBuilder;
import fastvit4j.model.operator.Operator;
import fastvit4j.model.operator.Shape;
import fastvit4j.model.tensor.Activation;

/**
 * A small graph and the input to run it with.
 *
 * @param name what is tested, unique
 * @param graph the graph; all its outputs are compared
 * @param input its input
 */
record Case(String name, Graph graph, Activation input) {
  /** One operator alone. */
  static Case of(String name, Operator operator, Shape input) {
    GraphBuilder b = new GraphBuilder("one_operator");
    b.output(Graph.LOGITS, b.add("tested", "tested", operator, Graph.INPUT));
    return of(name, b, input);
  }

  /** A graph of several operators. */
  static Case of(String name, GraphBuilder builder, Shape input) {
    String fullName = name + " on " + input;
    return new Case(fullName, builder.build(), new RandomTensors(fullName.hashCode()).input(input));
  }
}
