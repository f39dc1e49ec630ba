package fastvit4j.runtime.tornado;

import fastvit4j.model.graph.Graph;
import fastvit4j.runtime.Precision;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Decides what of a plan is stored as float16, where that is asked for: every value between kernels
 * that all have a form for it, and such kernels' weights. What comes in and goes out is float32,
 * and what a kernel touches that has no such form: those read and write little, the means over an
 * image for example, or nothing in FastViT's inference form.
 */
final class HalfStorage {
  private HalfStorage() {}

  /**
   * The launches with the arguments that they get.
   *
   * @param kept values that are read after the run
   */
  static List<LoweredTask> of(
      List<LoweredTask> tasks, Set<String> kept, WeightStore weights, DeviceTraits traits) {
    if (traits.precision() == Precision.FLOAT32) {
      return tasks;
    }
    Set<String> half = new HashSet<>();
    tasks.forEach(task -> half.addAll(task.precisions().keySet()));
    half.remove(PlanInput.PIXELS);
    if (!traits.edges()) {
      half.remove(Graph.INPUT);
      half.removeAll(kept);
    }
    for (LoweredTask task : tasks) {
      if (!task.kernel().storesHalf()) {
        half.removeAll(task.precisions().keySet());
      }
    }
    return tasks.stream()
        .map(task -> task.kernel().storesHalf() ? stored(task, half, weights) : task)
        .toList();
  }

  private static LoweredTask stored(LoweredTask task, Set<String> half, WeightStore weights) {
    return task.with(
        task.arguments().stream()
            .map(
                argument ->
                    switch (argument) {
                      case LoweredTask.Value value when half.contains(value.name()) ->
                          value.in(Precision.FLOAT16);
                      case FloatArray array -> weights.half(array);
                      default -> argument;
                    })
            .toList());
  }
}
