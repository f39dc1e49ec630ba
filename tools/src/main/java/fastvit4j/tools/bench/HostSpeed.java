package fastvit4j.tools.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * How fast the host was in two measurements of one configuration, by the probes of their rounds.
 *
 * @param change the probes' median after, divided by that before: above 1 where the host was slower
 * @param difference the larger change of the probe's two parts, whichever direction it has, as a
 *     part of 1
 * @param variation how far apart the quartiles of a run's probes are, as a part of their median; of
 *     the run in which they are farther apart
 */
public record HostSpeed(double change, double difference, double variation) {
  /** The least change of the host that a comparison takes for one. */
  private static final double LEAST_CHANGE = 0.05;

  /** Of both, if there is a probe of every round. */
  static Optional<HostSpeed> of(Result before, Result after) {
    if (!isProbed(before) || !isProbed(after)) {
      return Optional.empty();
    }
    double arithmetic = change(before, after, Probe::arithmeticMs);
    double memory = change(before, after, Probe::memoryMs);
    return Optional.of(
        new HostSpeed(
            change(before, after, Probe::ms),
            Math.max(distance(arithmetic), distance(memory)),
            Math.max(variation(before), variation(after))));
  }

  private static boolean isProbed(Result result) {
    return !result.rounds().isEmpty() && result.probes().stream().allMatch(Probe::isKnown);
  }

  private static double change(Result before, Result after, ToDoubleFunction<Probe> part) {
    return statistics(after, part).median() / statistics(before, part).median();
  }

  private static double distance(double ratio) {
    return Math.max(ratio, 1 / ratio) - 1;
  }

  private static double variation(Result result) {
    Statistics probes = statistics(result, Probe::ms);
    return (probes.upperQuartile() - probes.quartile()) / probes.median();
  }

  private static Statistics statistics(Result result, ToDoubleFunction<Probe> part) {
    return Statistics.of(result.probes().stream().mapToDouble(part).toArray());
  }

  /** Whether a part of the probe changed by more than the threshold, or 5 % if that is more. */
  boolean isOther(double threshold) {
    return difference > Math.max(threshold, LEAST_CHANGE);
  }

  /** Whether the middle half of a run's probes spans more than twice the threshold, or 10 %. */
  boolean isVarying(double threshold) {
    return variation > 2 * Math.max(threshold, LEAST_CHANGE);
  }

  /** A result whose times are what they would be if every probe were one millisecond. */
  static Result relative(Result result) {
    List<List<Double>> rounds = new ArrayList<>();
    for (int i = 0; i < result.rounds().size(); i++) {
      double probe = result.probes().get(i).ms();
      rounds.add(result.rounds().get(i).stream().map(ms -> ms / probe).toList());
    }
    return result.withRounds(rounds);
  }
}
