package fastvit4j.runtime.tornado;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fastvit4j.model.checkpoint.SyntheticWeights;
import fastvit4j.model.fastvit.FastViT;
import fastvit4j.model.fastvit.Form;
import fastvit4j.model.fastvit.Variant;
import fastvit4j.model.graph.Graph;
import fastvit4j.model.operator.Shape;
import fastvit4j.runtime.plan.Fusion;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class GraphChainTest {
  private static final DeviceTraits TRAITS =
      new DeviceTraits(false, 1L << 32, 1L << 30, 1 << 15, 256, 2);

  private static final Shape INPUT = new Shape(1, 64, 64, 3);

  private static List<LoweredTask> tasks(Variant variant) {
    Graph graph = FastViT.graph(variant.config(), Form.TRAIN, new SyntheticWeights(1));
    return Lowering.lower(
        Fusion.fuse(graph, Set.of(Graph.LOGITS)),
        graph.shapes(INPUT),
        PlanInput.floats(INPUT),
        Set.of("head.fc"),
        new WeightStore(),
        TRAITS);
  }

  @Test
  void piecesKeepToTheRuntimesTables() {
    List<LoweredTask> tasks = tasks(Variant.SA12);
    List<Integer> starts = GraphChain.cut(tasks, Map.of());
    assertEquals(0, starts.getFirst());
    for (int i = 0; i < starts.size(); i++) {
      int from = starts.get(i);
      int to = i + 1 < starts.size() ? starts.get(i + 1) : tasks.size();
      assertTrue(to > from && to - from <= GraphChain.MOST_TASKS, from + " to " + to);
      if (to < tasks.size() && !tasks.get(to).startsStage()) {
        assertTrue(
            tasks.subList(from + (to - from) / 2 + 1, to).stream()
                .noneMatch(LoweredTask::startsStage),
            "cut at " + to + " though a stage begins before");
      }
    }
  }

  @Test
  void aGraphHoldsOneGeneratedCode() {
    List<LoweredTask> tasks = tasks(Variant.T8);
    Map<String, Path> code = new HashMap<>();
    tasks.forEach(task -> code.put(task.name(), Path.of(task.kernel().label())));
    List<Integer> starts = GraphChain.cut(tasks, code);
    assertTrue(starts.size() < tasks.size(), "no graph has two tasks");
    for (int i = 0; i < starts.size(); i++) {
      int from = starts.get(i);
      int to = i + 1 < starts.size() ? starts.get(i + 1) : tasks.size();
      assertEquals(1, tasks.subList(from, to).stream().map(LoweredTask::kernel).distinct().count());
      assertTrue(
          to == tasks.size() || tasks.get(to).kernel() != tasks.get(from).kernel(),
          "cut at " + to + " within neighbours of the same code");
    }
  }
}
