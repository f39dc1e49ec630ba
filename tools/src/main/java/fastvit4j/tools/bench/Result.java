package fastvit4j.tools.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;

/**
 * What was measured of one configuration, as far as it has come.
 *
 * @param configuration what it is of
 * @param preparation what compiling it told, or null if that has not been done
 * @param rounds milliseconds of each run that counts, round by round; no round is empty
 * @param breakdowns one a round on devices that time kernels and transfers, else none
 * @param error why there will be no more rounds, on one line, or null
 */
public record Result(
    Configuration configuration,
    Preparation preparation,
    List<List<Double>> rounds,
    List<Breakdown> breakdowns,
    String error) {
  /** Copies the lists. */
  public Result {
    rounds = rounds.stream().map(List::copyOf).toList();
    breakdowns = List.copyOf(breakdowns);
  }

  /** Nothing measured yet. */
  public static Result of(Configuration configuration) {
    return new Result(configuration, null, List.of(), List.of(), null);
  }

  /** The same, compiled. */
  Result prepared(Preparation told) {
    return new Result(configuration, told, rounds, breakdowns, error);
  }

  /** The same with another round. */
  Result measured(List<Double> round) {
    List<List<Double>> more = new ArrayList<>(rounds);
    more.add(round);
    return new Result(configuration, preparation, more, breakdowns, error);
  }

  /** The same with another breakdown. */
  Result brokenDown(Breakdown breakdown) {
    List<Breakdown> more = new ArrayList<>(breakdowns);
    more.add(breakdown);
    return new Result(configuration, preparation, rounds, more, error);
  }

  /** The same, failed for good. */
  Result failed(String why) {
    return new Result(configuration, preparation, rounds, breakdowns, why);
  }

  /** Whether rounds are still to come. */
  public boolean isUnfinished(Protocol protocol) {
    return error == null && rounds.size() < protocol.rounds();
  }

  /** Whether the device failed. */
  public boolean isFailed() {
    return error != null;
  }

  /** The times of all runs that count in milliseconds, if there are any. */
  public Optional<Statistics> statistics() {
    return rounds.isEmpty() ? Optional.empty() : Optional.of(Statistics.ofRounds(rounds));
  }

  /** Images in a second at the median. */
  public OptionalDouble imagesPerSecond() {
    return statistics()
        .map(s -> OptionalDouble.of(1000 * configuration.batch() / s.median()))
        .orElse(OptionalDouble.empty());
  }

  /** The median over the rounds of a part of the run's time, on devices that time it. */
  public OptionalDouble median(ToDoubleFunction<Breakdown> part) {
    return breakdowns.isEmpty()
        ? OptionalDouble.empty()
        : OptionalDouble.of(
            Statistics.of(breakdowns.stream().mapToDouble(part).toArray()).median());
  }
}
