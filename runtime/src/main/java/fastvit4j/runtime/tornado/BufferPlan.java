package fastvit4j.runtime.tornado;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which values share a device buffer: those whose lifetimes, from the task that writes them first
 * to the last that reads them, do not meet. A device buffer is an array of its own, not a part of
 * an arena, so that TornadoVM sees which tasks touch what. A value takes the free buffer that
 * wastes least, else makes the largest free one larger, else a new one.
 */
final class BufferPlan {
  private final Map<String, Integer> slots = new HashMap<>();
  private final List<Integer> sizes = new ArrayList<>();
  private long unshared;

  private BufferPlan() {}

  /**
   * Plans the buffers of some tasks.
   *
   * @param tasks the tasks in order
   * @param kept values that live until the end: the outputs, each with a buffer to itself
   * @param input the network's input, which has a buffer to itself
   */
  static BufferPlan of(List<LoweredTask> tasks, Set<String> kept, String input) {
    Map<String, Integer> deaths = new HashMap<>();
    for (int i = 0; i < tasks.size(); i++) {
      for (String value : tasks.get(i).reads()) {
        deaths.put(value, i);
      }
      for (LoweredTask.Value value : tasks.get(i).writes()) {
        deaths.put(value.name(), i);
      }
    }
    BufferPlan plan = new BufferPlan();
    List<Integer> free = new ArrayList<>();
    for (int i = 0; i < tasks.size(); i++) {
      for (LoweredTask.Value value : tasks.get(i).writes()) {
        if (!plan.slots.containsKey(value.name())) {
          plan.unshared += 4L * value.elements();
          int slot =
              kept.contains(value.name())
                  ? plan.fresh(value.elements())
                  : plan.take(free, value.elements());
          plan.slots.put(value.name(), slot);
        }
      }
      for (Map.Entry<String, Integer> death : deaths.entrySet()) {
        String value = death.getKey();
        if (death.getValue() == i && !kept.contains(value) && !value.equals(input)) {
          free.add(plan.slots.get(value));
        }
      }
    }
    return plan;
  }

  private int take(List<Integer> free, int elements) {
    Integer best = null;
    for (Integer slot : free) {
      if (best == null || better(sizes.get(slot), sizes.get(best), elements)) {
        best = slot;
      }
    }
    if (best == null) {
      return fresh(elements);
    }
    free.remove((Object) best);
    sizes.set(best, Math.max(sizes.get(best), elements));
    return best;
  }

  /** Of two sizes, the smaller that is enough; of two that are not, the larger. */
  private static boolean better(int size, int than, int wanted) {
    if (size >= wanted) {
      return than < wanted || size < than;
    }
    return than < wanted && size > than;
  }

  private int fresh(int elements) {
    sizes.add(elements);
    return sizes.size() - 1;
  }

  /** The buffer of a value. */
  int slot(String value) {
    return slots.get(value);
  }

  /** Elements of each buffer. */
  List<Integer> sizes() {
    return List.copyOf(sizes);
  }

  /** Bytes of all buffers. */
  long bytes() {
    return sizes.stream().mapToLong(s -> 4L * s).sum();
  }

  /** Bytes that the values would take if none shared a buffer. */
  long unsharedBytes() {
    return unshared;
  }
}
