package fastvit4j.runtime.tornado;

import fastvit4j.runtime.Precision;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * All candidates, for float16 and for float32. Of those that can compute a problem on a device it
 * gets, in this order: the one that was asked for; the one that tuning found to be the fastest; the
 * first here that suits.
 */
final class KernelRegistry {
  /** The candidates, in the order in which they are asked whether they suit. */
  static final List<Candidate> CANDIDATES =
      withHalf(
          Stream.of(
                  FusedCandidates.ALL,
                  GpuCandidates.ALL,
                  VectorCandidates.ALL,
                  ProductCandidates.ALL,
                  OtherCandidates.ALL)
              .flatMap(List::stream)
              .toList());

  /** The most neighbouring steps that a candidate computes. */
  static final int MOST_STEPS = CANDIDATES.stream().mapToInt(Candidate::span).max().orElse(1);

  private KernelRegistry() {}

  /**
   * Those that have a form for float16 are candidates for that too, before all others; some are for
   * that alone.
   */
  private static List<Candidate> withHalf(List<Candidate> candidates) {
    return Stream.concat(
            candidates.stream().filter(Candidate::hasHalfForm).map(c -> c.in(Precision.FLOAT16)),
            candidates.stream().filter(c -> c.precision() == Precision.FLOAT32))
        .toList();
  }

  /**
   * A candidate and why it is taken.
   *
   * @param candidate the candidate
   * @param reason why, in a few words
   */
  record Choice(Candidate candidate, String reason) {}

  /** The candidates of an operator that can compute a problem. */
  static List<Candidate> able(Problem problem, DeviceTraits device) {
    return Stream.concat(CANDIDATES.stream(), device.besides().stream())
        .filter(candidate -> candidate.can(problem, device))
        .toList();
  }

  /**
   * The candidate of a problem.
   *
   * @throws IllegalStateException if there is none: every operator must have a kernel for anything
   */
  static Choice choose(Problem problem, DeviceTraits device) {
    return choose(List.of(problem), device);
  }

  /**
   * The candidate of the first steps of a network's rest.
   *
   * @param windows the problems that these are, the one of the most steps first, that of one step
   *     last
   */
  static Choice choose(List<Problem> windows, DeviceTraits device) {
    for (String name : device.preferred()) {
      for (Problem problem : windows) {
        Optional<Candidate> asked = named(problem, name, device);
        if (asked.isPresent()) {
          return new Choice(asked.get(), "asked for");
        }
      }
    }
    if (device.preferred().contains(Tuned.UNFUSED)) {
      return chooseAmong(windows.subList(windows.size() - 1, windows.size()), device);
    }
    return chooseAmong(windows, device);
  }

  private static Choice chooseAmong(List<Problem> windows, DeviceTraits device) {
    for (Problem problem : windows) {
      String tuned = device.tuned().name(problem);
      if (Tuned.UNFUSED.equals(tuned)) {
        continue;
      }
      if (tuned != null) {
        Optional<Candidate> fastest = named(problem, tuned, device);
        if (fastest.isPresent()) {
          return new Choice(fastest.get(), "tuned");
        }
      }
      Optional<Candidate> first =
          able(problem, device).stream().filter(c -> c.suits().of(problem, device)).findFirst();
      if (first.isPresent()) {
        return new Choice(first.get(), first.get().when());
      }
    }
    throw new IllegalStateException(
        "no kernel can compute " + windows.getLast().text() + " on this device");
  }

  private static Optional<Candidate> named(Problem problem, String name, DeviceTraits device) {
    return able(problem, device).stream().filter(c -> c.name().equals(name)).findFirst();
  }
}
