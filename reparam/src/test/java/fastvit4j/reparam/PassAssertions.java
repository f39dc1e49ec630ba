package fastvit4j.reparam;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fastvit4j.model.graph.Graph;
import fastvit4j.model.graph.Node;
import fastvit4j.model.operator.Operator;
import fastvit4j.model.operator.Shape;
import java.util.List;

/** What tests of passes ask of a graph. */
final class PassAssertions {
  /**
   * Of a few layers in float64: sums of at most a few hundred terms move by some 2⁻⁵³ · 10² of
   * their size.
   */
  static final double SAME = 1e-12;

  private PassAssertions() {}

  /** Applies the pass, checks that all outputs stay what they are, and returns the new graph. */
  static Graph assertFolds(Pass pass, Graph graph, Shape input, int folds) {
    Rewrite rewrite = pass.apply(graph);
    assertEquals(folds, rewrite.folds().size(), rewrite.folds()::toString);
    assertSameFunction(graph, rewrite.graph(), input);
    return rewrite.graph();
  }

  static void assertSameFunction(Graph before, Graph after, Shape input) {
    for (Difference difference : new Verifier(input, 42).compare(before, after)) {
      assertTrue(difference.relative() <= SAME, difference::toString);
    }
  }

  /** The pass leaves the graph as it is. */
  static void assertDoesNotFire(Pass pass, Graph graph) {
    Rewrite rewrite = pass.apply(graph);
    assertSame(graph, rewrite.graph());
    assertTrue(rewrite.folds().isEmpty());
  }

  static List<String> names(Graph graph) {
    return graph.nodes().stream().map(Node::name).toList();
  }

  static List<String> kinds(Graph graph) {
    return graph.nodes().stream().map(node -> node.operator().kind()).toList();
  }

  static void assertNone(Graph graph, Class<? extends Operator> kind) {
    for (Node node : graph.nodes()) {
      assertFalse(kind.isInstance(node.operator()), node.name() + " is left");
    }
  }
}
