package fastvit4j.runtime.tornado;

import java.util.Map;

/**
 * The fastest candidates on a device, by measurement.
 *
 * @param names the name of a candidate by {@link Problem#text()}; {@link #UNFUSED} where
 *     neighbouring steps are faster one by one
 */
record Tuned(Map<String, String> names) {
  /** What stands for no fusion. */
  static final String UNFUSED = "unfused";

  /** Where nothing was measured. */
  static final Tuned NOTHING = new Tuned(Map.of());

  Tuned {
    names = Map.copyOf(names);
  }

  /** The fastest candidate's name, or null if the problem was not tuned. */
  String name(Problem problem) {
    return names.isEmpty() ? null : names.get(problem.text());
  }
}
