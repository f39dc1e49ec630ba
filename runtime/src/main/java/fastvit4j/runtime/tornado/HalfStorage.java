package fastvit4j.runtime.tornado;

import fastvit4j.runtime.Precision;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Decides what of a plan is stored as float16, where that is asked for: every value between kernels
 * that all have a form for it, and such kernels' weights. What comes in and goes out is float32,
 * and what a kernel touches that has no such form: one with parallel loops.
 */
final class HalfStorage {
  private final WeightStore weights;
  private final Set<Integer> halfSteps;
  private final Set<String> half = new HashSet<>();

  private HalfStorage(WeightStore weights, Set<Integer> halfSteps) {
    this.weights = weights;
    this.halfSteps = halfSteps;
  }

  /**
   * The launches with the arguments that they get.
   *
   * @param halfSteps the steps whose candidates are for float16
   * @param full values that are float32 in any case
   */
  static List<LoweredTask> of(
      List<LoweredTask> tasks, Set<Integer> halfSteps, Set<String> full, WeightStore weights) {
    return new HalfStorage(weights, halfSteps).of(tasks, full);
  }

  private List<LoweredTask> of(List<LoweredTask> tasks, Set<String> full) {
    tasks.forEach(task -> half.addAll(task.precisions().keySet()));
    half.removeAll(full);
    tasks.stream()
        .filter(task -> !hasHalfForm(task))
        .forEach(task -> half.removeAll(task.precisions().keySet()));
    return tasks.stream().map(task -> hasHalfForm(task) ? stored(task) : task).toList();
  }

  private boolean hasHalfForm(LoweredTask task) {
    return halfSteps.contains(task.step()) && task.kernel().usesContext();
  }

  private LoweredTask stored(LoweredTask task) {
    return task.with(task.arguments().stream().map(this::stored).toList());
  }

  private Object stored(Object argument) {
    return switch (argument) {
      case LoweredTask.Value value when half.contains(value.name()) -> value.in(Precision.FLOAT16);
      case FloatArray array -> weights.half(array);
      default -> argument;
    };
  }
}
