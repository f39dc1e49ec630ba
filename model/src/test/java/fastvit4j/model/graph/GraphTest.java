package fastvit4j.model.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import fastvit4j.model.operator.Add;
import fastvit4j.model.operator.Gelu;
import fastvit4j.model.operator.Linear;
import fastvit4j.model.operator.Relu;
import fastvit4j.model.operator.Shape;
import fastvit4j.model.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

class GraphTest {
  private static Linear linear(String name) {
    return new Linear(
        Tensor.shapeOnly(name + ".weight", 3, 3), Tensor.shapeOnly(name + ".bias", 3));
  }

  private static GraphBuilder residual() {
    GraphBuilder b = new GraphBuilder("residual");
    String x = b.add("a", "block", linear("a"), Graph.INPUT);
    String y = b.add("b", "block", new Gelu(), x);
    b.output(Graph.LOGITS, b.add("sum", "block", new Add(), x, y));
    return b;
  }

  @Test
  void costsAreThoseOfTheNodes() {
    Graph graph = residual().build();
    Shape input = new Shape(2, 4, 5, 3);
    List<NodeCost> costs = graph.costs(input);
    assertEquals(40 * 9, costs.getFirst().macs());
    assertEquals(12, costs.getFirst().parameters());
    assertEquals(2 * 4 * 120, costs.getLast().bytesRead());
    assertEquals(4 * 120, costs.getLast().bytesWritten());
    assertEquals(360, graph.macs(input));
    assertEquals(12, graph.parameters());
    assertEquals(List.of("a.weight", "a.bias"), List.copyOf(graph.tensors().keySet()));
  }

  @Test
  void consumersAreListedInOrder() {
    Graph graph = residual().build();
    assertEquals(2, graph.consumers().get("a").size());
    assertEquals("a", graph.consumers().get(Graph.INPUT).getFirst().name());
    assertEquals("a", graph.byName().get("b").input());
    assertThrows(IllegalStateException.class, () -> graph.byName().get("sum").input());
    assertEquals("Relu", graph.byName().get("b").withOperator(new Relu()).operator().kind());
  }

  @Test
  void graphsThatCannotBeComputedAreRefused() {
    GraphBuilder twice = residual();
    twice.add("a", "block", new Gelu(), Graph.INPUT);
    assertThrows(IllegalArgumentException.class, twice::build);
    GraphBuilder late = new GraphBuilder("late");
    late.add("x", "block", new Gelu(), "y");
    assertThrows(IllegalArgumentException.class, late::build);
    GraphBuilder output = residual();
    output.output("tap", "nothing");
    assertThrows(IllegalArgumentException.class, output::build);
    GraphBuilder arity = residual();
    assertThrows(IllegalArgumentException.class, () -> arity.add("c", "block", new Add(), "a"));
  }
}
