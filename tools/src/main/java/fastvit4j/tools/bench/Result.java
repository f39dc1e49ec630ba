package fastvit4j.tools.bench;

import fastvit4j.model.Published;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What was measured of one configuration, as far as it has come.
 *
 * @param configuration what it is of
 * @param preset the preset that planned it, or null
 * @param published what is published of it, or null
 * @param preparation what compiling it told, or null if that has not been done
 * @param rounds milliseconds of each run that counts, round by round; no round is empty
 * @param probes how fast the host was in each round; {@link Probe#NONE} where that is not known
 * @param breakdowns where the time of one more run goes, from some of the rounds
 * @param error why there will be no more rounds, on one line, or null
 */
public record Result(
    Configuration configuration,
    String preset,
    Published published,
    Preparation preparation,
    List<List<Double>> rounds,
    List<Probe> probes,
    List<Breakdown> breakdowns,
    String error) {
  /** Copies the lists; rounds without a probe get {@link Probe#NONE}. */
  public Result {
    rounds = rounds.stream().map(List::copyOf).toList();
    if (probes.size() > rounds.size()) {
      throw new IllegalArgumentException(configuration + " has more probes than rounds");
    }
    List<Probe> padded = new ArrayList<>(probes);
    padded.addAll(Collections.nCopies(rounds.size() - probes.size(), Probe.NONE));
    probes = List.copyOf(padded);
    breakdowns = List.copyOf(breakdowns);
  }

  /** Nothing measured yet. */
  public static Result of(Configuration configuration) {
    return new Result(configuration, null, null, null, List.of(), List.of(), List.of(), null);
  }

  /** The same with the preset that planned it and what is published; both may be null. */
  public Result labelled(String planner, Published known) {
    return new Result(
        configuration, planner, known, preparation, rounds, probes, breakdowns, error);
  }

  /** The same, compiled. */
  Result prepared(Preparation told) {
    return new Result(configuration, preset, published, told, rounds, probes, breakdowns, error);
  }

  /** The same with another round, without a probe. */
  Result measured(List<Double> round) {
    return measured(round, Probe.NONE);
  }

  /** The same with another round. */
  Result measured(List<Double> round, Probe probe) {
    List<List<Double>> more = new ArrayList<>(rounds);
    more.add(round);
    List<Probe> moreProbes = new ArrayList<>(probes);
    moreProbes.add(probe);
    return new Result(
        configuration, preset, published, preparation, more, moreProbes, breakdowns, error);
  }

  /** The same with other times of the same rounds. */
  Result withRounds(List<List<Double>> others) {
    return new Result(
        configuration, preset, published, preparation, others, probes, breakdowns, error);
  }

  /** The same with another breakdown. */
  Result brokenDown(Breakdown breakdown) {
    List<Breakdown> more = new ArrayList<>(breakdowns);
    more.add(breakdown);
    return new Result(configuration, preset, published, preparation, rounds, probes, more, error);
  }

  /** The same, failed for good. */
  Result failed(String why) {
    return new Result(
        configuration, preset, published, preparation, rounds, probes, breakdowns, why);
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

  /** The median over the rounds of the time in kernels, on devices that time kernels. */
  public OptionalDouble kernelMs() {
    return median(
        breakdowns.stream().filter(b -> b.transferMs().isPresent()).map(Breakdown::kernelMs));
  }

  /** The median over the rounds of the time in copies, on devices that time them. */
  public OptionalDouble transferMs() {
    return median(
        breakdowns.stream()
            .filter(b -> b.transferMs().isPresent())
            .map(b -> b.transferMs().getAsDouble()));
  }

  /** Each step's median over the rounds in milliseconds; empty if there is none. */
  public List<Double> stepMs() {
    int steps = breakdowns.isEmpty() ? 0 : breakdowns.getFirst().stepMs().size();
    return IntStream.range(0, steps)
        .mapToObj(i -> median(breakdowns.stream().map(b -> b.stepMs().get(i))).getAsDouble())
        .toList();
  }

  private static OptionalDouble median(Stream<Double> values) {
    double[] known = values.mapToDouble(Double::doubleValue).toArray();
    return known.length == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of(Statistics.of(known).median());
  }
}
