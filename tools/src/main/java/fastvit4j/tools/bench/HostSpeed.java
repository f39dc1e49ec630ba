package fastvit4j.tools.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * How fast the host was in two measurements of one configuration, by the probes of their rounds.
 *
 * <p>Rounds count as of one speed where both parts of their probes are near to what they are in the
 * quick rounds of both measurements: to the larger of the two first quartiles. Which rounds these
 * are, the probes alone decide, and not the times to compare.
 *
 * @param change the probes' median after, divided by that before: above 1 where the host was slower
 * @param difference the larger change of the probe's two parts, whichever direction it has, as a
 *     part of 1
 * @param before the rounds before that are of the common speed, from 0 on
 * @param after the rounds after that are of the common speed
 */
public record HostSpeed(
    double change, double difference, List<Integer> before, List<Integer> after) {
  /**
   * How near a round's probe must be, in thresholds: it varies by some percent by itself, and the
   * times are divided by it.
   */
  private static final double NEARNESS = 1.5;

  /** The least threshold for that. */
  private static final double LEAST = 0.05;

  /** Rounds of a common speed that both must have: the least that the rank test can judge by. */
  private static final int LEAST_ROUNDS = 4;

  /** Copies the lists. */
  public HostSpeed {
    before = List.copyOf(before);
    after = List.copyOf(after);
  }

  /** Of both, if there is a probe of every round. */
  static Optional<HostSpeed> of(Result before, Result after, double threshold) {
    if (!isProbed(before) || !isProbed(after)) {
      return Optional.empty();
    }
    double nearness = 1 + NEARNESS * Math.max(threshold, LEAST);
    double arithmetic = common(before, after, Probe::arithmeticMs);
    double memory = common(before, after, Probe::memoryMs);
    return Optional.of(
        new HostSpeed(
            change(before, after, Probe::ms),
            Math.max(
                distance(change(before, after, Probe::arithmeticMs)),
                distance(change(before, after, Probe::memoryMs))),
            near(before, arithmetic, memory, nearness),
            near(after, arithmetic, memory, nearness)));
  }

  private static boolean isProbed(Result result) {
    return !result.rounds().isEmpty() && result.probes().stream().allMatch(Probe::isKnown);
  }

  private static double common(Result before, Result after, ToDoubleFunction<Probe> part) {
    return Math.max(statistics(before, part).quartile(), statistics(after, part).quartile());
  }

  private static List<Integer> near(
      Result result, double arithmetic, double memory, double nearness) {
    List<Probe> probes = result.probes();
    return IntStream.range(0, probes.size())
        .filter(i -> 1 + distance(probes.get(i).arithmeticMs() / arithmetic) <= nearness)
        .filter(i -> 1 + distance(probes.get(i).memoryMs() / memory) <= nearness)
        .boxed()
        .toList();
  }

  private static double change(Result before, Result after, ToDoubleFunction<Probe> part) {
    return statistics(after, part).median() / statistics(before, part).median();
  }

  private static double distance(double ratio) {
    return Math.max(ratio, 1 / ratio) - 1;
  }

  private static Statistics statistics(Result result, ToDoubleFunction<Probe> part) {
    return Statistics.of(result.probes().stream().mapToDouble(part).toArray());
  }

  /** Whether there are too few rounds in which the host was equally fast. */
  boolean isOther() {
    return Math.min(before.size(), after.size()) < LEAST_ROUNDS;
  }

  /** Of some rounds, the times as they would be if every probe were one millisecond. */
  static List<List<Double>> relative(Result result, List<Integer> chosen) {
    List<List<Double>> rounds = new ArrayList<>();
    for (int i : chosen) {
      double probe = result.probes().get(i).ms();
      rounds.add(result.rounds().get(i).stream().map(ms -> ms / probe).toList());
    }
    return rounds;
  }
}
