package fastvit4j.reparam;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fastvit4j.model.UserException;
import fastvit4j.model.fastvit.Form;
import fastvit4j.model.graph.Graph;
import fastvit4j.model.graph.GraphBuilder;
import fastvit4j.model.graph.Node;
import fastvit4j.model.operator.Conv2d;
import fastvit4j.model.operator.Linear;
import fastvit4j.model.operator.Operator;
import fastvit4j.model.operator.Shape;
import fastvit4j.model.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A verifier must find what differs, and by how much. */
class VerifierTest {
  private static final Shape IMAGE = new Shape(2, 1, 3, 2);

  private static Graph linear(String output, double... weight) {
    int rows = weight.length / 2;
    GraphBuilder b = new GraphBuilder("test");
    b.add("fc", "", new Linear(Tensor.of("fc.weight", weight, rows, 2), null), Graph.INPUT);
    b.output(output, "fc");
    return b.build();
  }

  /** A pass that is wrong by a known factor. */
  private static Pass doubling(double factor) {
    return new RewritingPass() {
      @Override
      public String description() {
        return "wrong";
      }

      @Override
      boolean rewriteAt(Node root, GraphRewriter rewriter) {
        if (!(root.operator() instanceof Linear linear) || root.name().equals("wrong")) {
          return false;
        }
        double[] scaled = linear.weight().toDoubles();
        for (int i = 0; i < scaled.length; i++) {
          scaled[i] *= factor;
        }
        Operator operator = new Linear(Tensor.of("w", scaled, linear.weight().shape()), null);
        List<Node> region = List.of(root);
        rewriter.replace(region, root, new Node("wrong", "", operator, root.inputs()), 1);
        return true;
      }
    };
  }

  @Test
  void findsTheLargestDifference() {
    Graph graph = linear("y", 1, 0, 0, 1);
    Difference difference =
        new Verifier(IMAGE, 1).compare(graph, linear("y", 1, 0, 0, 1.5)).getFirst();
    assertEquals("y", difference.name());
    assertTrue(difference.absolute() > 0 && difference.absolute() <= 1, difference::toString);
    assertTrue(difference.relative() > 0 && difference.relative() <= 0.5, difference::toString);
    Difference all =
        new Verifier(IMAGE, 1).compare(graph, linear("y", 1.25, 0, 0, 1.25)).getFirst();
    assertEquals(0.25, all.relative(), 1e-15);
    assertEquals(0, new Verifier(IMAGE, 1).compare(graph, graph).getFirst().relative());
  }

  @Test
  void rejectsAWrongPass() {
    Graph graph = linear("y", 1, 2, 3, 4);
    Reparameterization wrong =
        new Reparameterization(Form.INFERENCE, List.of(new MergeBranches(), doubling(2)));
    Verification verification = new Verifier(IMAGE, 1).verify(wrong.trace(graph));
    assertFalse(verification.holds());
    assertEquals(1, verification.worst().relative(), 1e-15);
    assertEquals(1, verification.passes().size());
    assertEquals(1, verification.passes().getFirst().folds().getFirst().relative(), 1e-15);
    Report report = Report.of(wrong.trace(graph), IMAGE, verification);
    assertTrue(report.toHtml().contains("not the same function"));
  }

  /** Two wrong passes that cancel are still wrong. */
  @Test
  void rejectsPassesThatCancel() {
    Verification verification =
        new Verification(
            IMAGE,
            1,
            List.of(new Difference("y", 0, 0)),
            List.of(
                new Verification.PassDifferences(
                    "Wrong", List.of(new Difference("y", 1, 1)), List.of())));
    assertFalse(verification.holds());
  }

  @Test
  void notANumberIsADifference() {
    Graph graph = linear("y", 1, 0, 0, 1);
    Difference difference =
        new Verifier(IMAGE, 1).compare(graph, linear("y", 1, 0, 0, Double.NaN)).getFirst();
    assertTrue(Double.isNaN(difference.absolute()));
    Difference fine = new Difference("z", 0, 0);
    List<Difference> differences = List.of(fine, difference, fine);
    assertFalse(Verification.agree(differences));
    assertTrue(Double.isNaN(Verification.worst(differences).relative()));
  }

  @Test
  void refusesOtherOutputsAndShapes() {
    Graph graph = linear("y", 1, 0, 0, 1);
    Verifier verifier = new Verifier(IMAGE, 1);
    UserException e =
        assertThrows(UserException.class, () -> verifier.compare(graph, linear("z", 1, 0)));
    assertTrue(e.getMessage().contains("[y]") && e.getMessage().contains("[z]"), e.getMessage());
    Difference shapes = verifier.compare(graph, linear("y", 1, 0)).getFirst();
    assertEquals(Double.POSITIVE_INFINITY, shapes.relative());
    Conv2d conv = new RandomWeights(1).conv("c", 3, 2, 1, 1, 1, false);
    GraphBuilder b = new GraphBuilder("test");
    b.add("c", "", conv, Graph.INPUT);
    b.output("y", "c");
    assertThrows(UserException.class, () -> verifier.compare(b.build(), b.build()));
  }
}
