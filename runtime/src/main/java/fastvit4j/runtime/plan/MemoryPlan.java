package fastvit4j.runtime.plan;

import fastvit4j.model.graph.Graph;
import fastvit4j.model.operator.Shape;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Where each value of a plan lives in one arena. Two values share memory if their lifetimes, from
 * the step that writes them to the last that reads them, do not meet. The largest values are placed
 * first, each at the lowest place that is free during its whole life. The network's input is the
 * caller's memory and has no place.
 */
public final class MemoryPlan {
  /** Places are multiples of a cache line. */
  private static final long ALIGNMENT = 64;

  private final Map<String, Long> offsets;
  private final long peakBytes;
  private final long unsharedBytes;

  private MemoryPlan(Map<String, Long> offsets, long peakBytes, long unsharedBytes) {
    this.offsets = Map.copyOf(offsets);
    this.peakBytes = peakBytes;
    this.unsharedBytes = unsharedBytes;
  }

  /**
   * Plans the memory of some steps.
   *
   * @param steps the steps in order
   * @param shapes the shape of every value
   * @param kept values that live until the end: the outputs
   */
  public static MemoryPlan of(List<FusedStep> steps, Map<String, Shape> shapes, Set<String> kept) {
    Map<String, Integer> births = new HashMap<>();
    Map<String, Integer> deaths = new HashMap<>();
    for (int i = 0; i < steps.size(); i++) {
      births.put(steps.get(i).output(), i);
      deaths.put(steps.get(i).output(), i);
      for (String value : steps.get(i).reads()) {
        deaths.put(value, i);
      }
    }
    kept.forEach(value -> deaths.put(value, steps.size()));
    List<Place> values = new ArrayList<>();
    for (FusedStep step : steps) {
      String value = step.output();
      long bytes = aligned(4L * shapes.get(value).elements());
      values.add(new Place(value, births.get(value), deaths.get(value), bytes, 0));
    }
    return place(values);
  }

  private static MemoryPlan place(List<Place> values) {
    List<Place> largestFirst = new ArrayList<>(values);
    largestFirst.sort(Comparator.comparingLong(Place::bytes).reversed());
    List<Place> placed = new ArrayList<>();
    Map<String, Long> offsets = new HashMap<>();
    long peak = 0;
    for (Place value : largestFirst) {
      long offset = 0;
      for (Place other : placed) {
        if (other.meets(value) && offset + value.bytes > other.offset) {
          offset = Math.max(offset, other.offset + other.bytes);
        }
      }
      Place here = value.at(offset);
      placed.add(here);
      placed.sort(Comparator.comparingLong(Place::offset));
      offsets.put(value.name, offset);
      peak = Math.max(peak, offset + value.bytes);
    }
    long unshared = values.stream().mapToLong(Place::bytes).sum();
    return new MemoryPlan(offsets, peak, unshared);
  }

  /**
   * Where a value begins, in bytes from the arena's start: a multiple of 64.
   *
   * @throws IllegalArgumentException if no step writes the value; {@link Graph#INPUT} is the
   *     caller's
   */
  public long offset(String value) {
    Long offset = offsets.get(value);
    if (offset == null) {
      throw new IllegalArgumentException(value + " has no place in the arena");
    }
    return offset;
  }

  /** Bytes of the arena. */
  public long peakBytes() {
    return peakBytes;
  }

  /** Bytes that the values would take if none shared memory. */
  public long unsharedBytes() {
    return unsharedBytes;
  }

  private static long aligned(long bytes) {
    return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }

  private record Place(String name, int birth, int death, long bytes, long offset) {
    boolean meets(Place other) {
      return birth <= other.death && other.birth <= death;
    }

    Place at(long place) {
      return new Place(name, birth, death, bytes, place);
    }
  }
}
