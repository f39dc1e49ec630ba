package fastvit4j.tools.bench;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * How fast a round's host was: milliseconds of a fixed piece of work, the same in every build; see
 * {@link SpeedProbe}.
 *
 * @param arithmeticMs of arithmetic in vector registers; NaN if it was not timed
 * @param memoryMs of copies through the caches; NaN if they were not timed
 */
public record Probe(double arithmeticMs, double memoryMs) {
  /** That of a round in which nothing was probed. */
  public static final Probe NONE = new Probe(Double.NaN, Double.NaN);

  /** Checks the numbers. */
  public Probe {
    boolean none = Double.isNaN(arithmeticMs) && Double.isNaN(memoryMs);
    boolean times = arithmeticMs > 0 && memoryMs > 0;
    if (!none && !times) {
      throw new IllegalArgumentException("no probe: " + arithmeticMs + ", " + memoryMs);
    }
  }

  /**
   * The means of the quicker three quarters of each part, of nothing {@link #NONE}: a core that is
   * shared takes one of two times, of which a mean tells how often it was shared; that another
   * program came by once or twice says nothing about the round.
   */
  static Probe mean(List<Probe> probes) {
    return probes.isEmpty()
        ? NONE
        : new Probe(mean(probes, Probe::arithmeticMs), mean(probes, Probe::memoryMs));
  }

  private static double mean(List<Probe> probes, ToDoubleFunction<Probe> part) {
    return probes.stream()
        .mapToDouble(part)
        .sorted()
        .limit(Math.max(1, probes.size() * 3L / 4))
        .average()
        .orElseThrow();
  }

  /** Whether it was timed. */
  public boolean isKnown() {
    return !Double.isNaN(arithmeticMs);
  }

  /** Milliseconds of both parts together. */
  double ms() {
    return arithmeticMs + memoryMs;
  }
}
