package fastvit4j.tools.bench;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Estimates how long a benchmark still takes: from the last run of each configuration that has run,
 * and for those to come from the mean of the others.
 */
final class Remaining {
  private final Protocol protocol;

  /** Seconds of a run of each configuration that has been compiled. */
  private final Map<Integer, Double> runSeconds = new HashMap<>();

  private final Map<Integer, Boolean> warm = new HashMap<>();
  private double preparingSeconds;

  Remaining(Protocol protocol) {
    this.protocol = protocol;
  }

  /** A configuration has been compiled, {@code seconds} after the beginning. */
  void prepared(Running running, double seconds) {
    runSeconds.put(running.index(), running.lastRunMs() / 1000);
    preparingSeconds = seconds;
  }

  /** A configuration has been warmed up. */
  void warm(Running running) {
    warm.put(running.index(), true);
    measured(running);
  }

  /** A configuration has been timed. */
  void measured(Running running) {
    runSeconds.put(running.index(), running.lastRunMs() / 1000);
  }

  /** Seconds that are left, NaN if nothing has run yet and there is no budget. */
  double seconds(List<Result> results, double elapsed) {
    if (protocol.hasBudget()) {
      return Math.max(0, protocol.budgetSeconds() - elapsed);
    }
    if (runSeconds.isEmpty()) {
      return Double.NaN;
    }
    double mean = runSeconds.values().stream().mapToDouble(Double::doubleValue).average().orElse(0);
    double preparing = preparingSeconds / runSeconds.size();
    double left = 0;
    for (int i = 0; i < results.size(); i++) {
      if (results.get(i).isUnfinished(protocol)) {
        double runs = warm.containsKey(i) ? 0 : protocol.warmUps();
        for (int r = results.get(i).rounds().size(); r < protocol.rounds(); r++) {
          runs += 1 + protocol.runsOf(r);
        }
        left += runs * runSeconds.getOrDefault(i, mean);
        left += runSeconds.containsKey(i) ? 0 : preparing;
      }
    }
    return left;
  }
}
