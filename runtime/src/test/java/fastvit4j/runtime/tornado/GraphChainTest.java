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
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
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
        new WeightStore(),
        TRAITS);
  }

  @Test
  void piecesKeepToTheRuntimesTables() {
    List<LoweredTask> tasks = tasks(Variant.SA12);
    List<Integer> starts = GraphChain.cut(tasks, false);
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
  void generatedCodeHasAGraphForEachTask() {
    List<LoweredTask> tasks = tasks(Variant.T8);
    assertEquals(IntStream.range(0, tasks.size()).boxed().toList(), GraphChain.cut(tasks, true));
  }
}
