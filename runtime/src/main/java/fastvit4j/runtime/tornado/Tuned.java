package fastvit4j.runtime.tornado;

import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The fastest candidates on a device, by measurement: the name of one by {@link Problem#text()};
 * {@link #UNFUSED} where neighbouring steps are faster one by one.
 */
final class Tuned {
  /** What stands for no fusion. */
  static final String UNFUSED = "unfused";

  /** Where nothing was measured. */
  static final Tuned NOTHING = new Tuned(Map.of());

  private Supplier<Map<String, String>> source;
  private Map<String, String> names;
  private Supplier<Optional<Limits>> measuring;
  private Optional<Limits> limits;

  /** What is known. */
  Tuned(Map<String, String> names) {
    this.names = Map.copyOf(names);
    this.limits = Optional.empty();
  }

  private Tuned(Supplier<Map<String, String>> source, Supplier<Optional<Limits>> measuring) {
    this.source = source;
    this.measuring = measuring;
  }

  /** What is looked up when a kernel is first chosen. */
  static Tuned later(Supplier<Map<String, String>> names, Supplier<Optional<Limits>> limits) {
    return new Tuned(names, limits);
  }

  /** The device's limits, if they were measured and kept. */
  synchronized Optional<Limits> limits() {
    if (limits == null) {
      limits = measuring.get();
      measuring = null;
    }
    return limits;
  }

  /** The fastest candidate's name, or null if the problem was not tuned. */
  String name(Problem problem) {
    Map<String, String> all = names();
    return all.isEmpty() ? null : all.get(problem.text());
  }

  /** All names. */
  synchronized Map<String, String> names() {
    if (names == null) {
      names = Map.copyOf(source.get());
      source = null;
    }
    return names;
  }
}
