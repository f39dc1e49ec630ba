package fastvit4j.runtime.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fastvit4j.model.fastvit.FastViT;
import fastvit4j.model.fastvit.Form;
import fastvit4j.model.fastvit.Variant;
import fastvit4j.model.graph.Graph;
import fastvit4j.model.graph.GraphBuilder;
import fastvit4j.model.operator.Add;
import fastvit4j.model.operator.Conv2d;
import fastvit4j.model.operator.Gelu;
import fastvit4j.model.operator.Shape;
import fastvit4j.model.tensor.Tensor;
import fastvit4j.model.tensor.Weights;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PlanTest {
  private static Conv2d conv() {
    return new Conv2d(Tensor.shapeOnly("w", 3, 3, 1, 1), null, 1, 0, 1);
  }

  @Test
  void activationAndResidualFuseIntoTheConvolutionBeforeThem() {
    GraphBuilder b = new GraphBuilder("g");
    String x = b.add("a", "a", conv(), Graph.INPUT);
    String y = b.add("b", "b", conv(), x);
    String sum = b.add("sum", "b", new Add(), x, y);
    b.output(Graph.LOGITS, b.add("gelu", "b", new Gelu(), sum));
    List<FusedStep> steps = Fusion.fuse(b.build(), Set.of(Graph.LOGITS));
    assertEquals(2, steps.size());
    assertEquals("Conv2d+Add+Gelu", steps.get(1).operators());
    assertEquals("a", steps.get(1).residual());
    assertEquals("gelu", steps.get(1).output());
  }

  @Test
  void aValueThatIsAnOutputIsNotFusedAway() {
    GraphBuilder b = new GraphBuilder("g");
    String x = b.add("a", "a", conv(), Graph.INPUT);
    b.output("tap", x);
    b.output(Graph.LOGITS, b.add("gelu", "a", new Gelu(), x));
    Graph graph = b.build();
    assertEquals(1, Fusion.fuse(graph, Set.of(Graph.LOGITS)).size());
    assertEquals(2, Fusion.fuse(graph, Set.of("tap", Graph.LOGITS)).size());
    assertEquals(1, Fusion.fuse(graph, Set.of("tap")).size());
    assertThrows(IllegalArgumentException.class, () -> Fusion.fuse(graph, Set.of("none")));
  }

  @Test
  void aValueAddedToItselfStaysASum() {
    GraphBuilder b = new GraphBuilder("g");
    String x = b.add("a", "a", conv(), Graph.INPUT);
    b.output(Graph.LOGITS, b.add("sum", "a", new Add(), x, x));
    assertEquals(2, Fusion.fuse(b.build(), Set.of(Graph.LOGITS)).size());
  }

  /** Replays the steps and checks that no write lands on a value that is still needed. */
  @ParameterizedTest
  @EnumSource(Variant.class)
  void valuesThatLiveTogetherNeverOverlap(Variant variant) {
    for (Form form : Form.values()) {
      Graph graph = FastViT.graph(variant.config(), form, Weights.shapesOnly());
      Set<String> outputs = Set.of("stages.1", Graph.LOGITS);
      List<FusedStep> steps = Fusion.fuse(graph, outputs);
      Map<String, Shape> shapes = graph.shapes(new Shape(2, 64, 96, 3));
      Set<String> kept = Set.of(graph.outputs().get("stages.1"), graph.outputs().get("logits"));
      MemoryPlan plan = MemoryPlan.of(steps, shapes, kept);
      String[] owner = new String[(int) (plan.peakBytes() / 64)];
      for (FusedStep step : steps) {
        for (String value : step.reads()) {
          if (!value.equals(Graph.INPUT)) {
            assertOwned(owner, plan, shapes, value);
          }
        }
        Map<String, Long> before = new HashMap<>();
        step.reads().stream().filter(v -> !v.equals(Graph.INPUT)).forEach(v -> before.put(v, 0L));
        long from = plan.offset(step.output()) / 64;
        long to = from + (4L * shapes.get(step.output()).elements() + 63) / 64;
        for (long i = from; i < to; i++) {
          assertTrue(!before.containsKey(owner[(int) i]), step.name() + " overwrites its input");
          owner[(int) i] = step.output();
        }
      }
      kept.forEach(value -> assertOwned(owner, plan, shapes, value));
      assertTrue(plan.peakBytes() < plan.unsharedBytes() / 2);
    }
  }

  private static void assertOwned(
      String[] owner, MemoryPlan plan, Map<String, Shape> shapes, String value) {
    long from = plan.offset(value) / 64;
    long to = from + (4L * shapes.get(value).elements() + 63) / 64;
    for (long i = from; i < to; i++) {
      assertEquals(value, owner[(int) i]);
    }
  }
}
