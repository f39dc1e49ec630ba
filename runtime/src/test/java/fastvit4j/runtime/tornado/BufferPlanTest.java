package fastvit4j.runtime.tornado;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fastvit4j.model.checkpoint.SyntheticWeights;
import fastvit4j.model.fastvit.FastViT;
import fastvit4j.model.fastvit.Form;
import fastvit4j.model.fastvit.Variant;
import fastvit4j.model.graph.Graph;
import fastvit4j.model.operator.Shape;
import fastvit4j.runtime.plan.FusedStep;
import fastvit4j.runtime.plan.Fusion;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BufferPlanTest {
  private static final DeviceTraits TRAITS =
      new DeviceTraits(false, 1L << 32, 1L << 30, 1 << 15, 256, 2);

  private static LoweredTask task(String write, int elements, String read) {
    return task(write, elements, Kernel.ACTIVATION, read, List.of(elements, 0));
  }

  private static LoweredTask sum(String write, int elements, String a, String b) {
    return task(write, elements, Kernel.SUM, a, List.of(TaskList.value(b), elements, 1.0f));
  }

  private static LoweredTask task(
      String write, int elements, Kernel kernel, String read, List<Object> others) {
    List<Object> arguments = new ArrayList<>();
    arguments.add(TaskList.value(read));
    arguments.addAll(others);
    int at = kernel.parameters().indexOf('w');
    if (at >= 0) {
      arguments.add(at, TaskList.value(write));
    }
    return new LoweredTask(
        "t_" + write, 0, kernel, arguments, elements, LaunchGrid.loops(elements), false);
  }

  @Test
  void aDeadValuesBufferIsTakenAgain() {
    List<LoweredTask> tasks =
        List.of(task("a", 10, "input"), task("b", 20, "a"), task("c", 8, "b"), task("d", 5, "c"));
    BufferPlan plan = BufferPlan.of(tasks, Set.of("d"), "input");
    assertEquals(plan.slot("a"), plan.slot("c"));
    assertNotEquals(plan.slot("a"), plan.slot("b"));
    assertEquals(List.of(10, 20, 5), plan.sizes());
    assertEquals(4 * 43, plan.unsharedBytes());
  }

  @Test
  void aValueWrittenTwiceKeepsItsBuffer() {
    List<LoweredTask> tasks =
        List.of(
            task("s", 4, "input"),
            task("s", 4, Kernel.SOFTMAX, "s", List.of(2, 2)),
            sum("y", 4, "s", "input"));
    BufferPlan plan = BufferPlan.of(tasks, Set.of("y"), "input");
    assertEquals(2, plan.sizes().size());
  }

  @ParameterizedTest
  @EnumSource(names = {"T8", "SA12"})
  void noTaskWritesABufferThatIsStillNeeded(Variant variant) {
    Graph graph = FastViT.graph(variant.config(), Form.TRAIN, new SyntheticWeights(1));
    Shape input = new Shape(1, 32, 32, 3);
    List<FusedStep> steps = Fusion.fuse(graph, Set.of(Graph.LOGITS));
    List<LoweredTask> tasks =
        Lowering.lower(
            steps,
            graph.shapes(input),
            PlanInput.floats(input),
            Set.of("head.fc"),
            new WeightStore(),
            TRAITS);
    BufferPlan plan = BufferPlan.of(tasks, Set.of("head.fc"), Graph.INPUT);
    Map<Integer, String> holds = new HashMap<>();
    for (LoweredTask task : tasks) {
      for (String value : task.reads()) {
        if (!value.equals(Graph.INPUT)) {
          assertEquals(value, holds.get(plan.slot(value)), task.name());
        }
      }
      boolean inPlace = task.reads().contains(task.write());
      boolean overwritesItsInput =
          task.reads().stream()
              .filter(v -> !v.equals(Graph.INPUT))
              .anyMatch(v -> plan.slot(v) == plan.slot(task.write()));
      assertTrue(inPlace || !overwritesItsInput, task.name());
      assertTrue(plan.sizes().get(plan.slot(task.write())) >= task.elements());
      holds.put(plan.slot(task.write()), task.write());
    }
    assertTrue(plan.bytes() < plan.unsharedBytes() / 2);
  }

  @Test
  void taskTimesAreReadFromTheProfileLog() {
    String log =
        """
        { "g0": { "TOTAL_KERNEL_TIME": "32438", "COPY_IN_TIME": "7", "COPY_OUT_TIME": "50",
          "g0.t1_activation": { "METHOD": "Elementwise.activation", "TASK_KERNEL_TIME": "20230" },
          "g0.t0_affine": { "METHOD": "Elementwise.affine", "TASK_KERNEL_TIME": "12208" } } }
        """;
    assertEquals(Map.of("t0_affine", 12208L, "t1_activation", 20230L), ProfileLog.kernelNanos(log));
    assertEquals(57, ProfileLog.transferNanos(log));
  }
}
