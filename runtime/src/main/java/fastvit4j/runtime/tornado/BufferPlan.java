package fastvit4j.runtime.tornado;

import fastvit4j.runtime.Precision;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Which values share a device buffer: those whose lifetimes, from the task that writes them first
 * to the last that reads them, do not meet. A device buffer is an array of its own, not a part of
 * an arena, so that TornadoVM sees which tasks touch what. A value takes the free buffer that
 * wastes least of those that store what it does, else makes the largest free one larger, else a new
 * one.
 */
final class BufferPlan {
  private final Map<String, Integer> slots = new HashMap<>();
  private final List<Integer> sizes = new ArrayList<>();
  private final List<Precision> precisions = new ArrayList<>();
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
          plan.unshared += (long) value.precision().bytes() * value.elements();
          int slot = kept.contains(value.name()) ? plan.fresh(value) : plan.take(free, value);
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

  private int take(List<Integer> free, LoweredTask.Value value) {
    int elements = value.elements();
    Integer best = null;
    for (Integer slot : free) {
      boolean alike = precisions.get(slot) == value.precision();
      if (alike && (best == null || better(sizes.get(slot), sizes.get(best), elements))) {
        best = slot;
      }
    }
    if (best == null) {
      return fresh(value);
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

  private int fresh(LoweredTask.Value value) {
    sizes.add(value.elements());
    precisions.add(value.precision());
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

  /** How the elements of each buffer are stored. */
  List<Precision> precisions() {
    return List.copyOf(precisions);
  }

  private LongStream bytesOfEach() {
    return IntStream.range(0, sizes.size())
        .mapToLong(slot -> (long) precisions.get(slot).bytes() * sizes.get(slot));
  }

  /** Bytes of all buffers. */
  long bytes() {
    return bytesOfEach().sum();
  }

  /** Bytes of the largest buffer. */
  long largest() {
    return bytesOfEach().max().orElse(0);
  }

  /** Bytes that the values would take if none shared a buffer. */
  long unsharedBytes() {
    return unshared;
  }
}
