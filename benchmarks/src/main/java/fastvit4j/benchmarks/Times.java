package fastvit4j.benchmarks;

import fastvit4j.tools.bench.Statistics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * How long something took, again and again.
 *
 * @param nanos each run's time in nanoseconds, by round
 */
record Times(List<List<Long>> nanos) {
  /** The fraction of runs that is taken for undisturbed. */
  static final double FAST = 0.1;

  /** The number of runs. */
  int runs() {
    return nanos.stream().mapToInt(List::size).sum();
  }

  /** The time in milliseconds below which a fraction of all runs lies. */
  double quantile(double fraction) {
    return quantile(nanos.stream().flatMap(List::stream), fraction);
  }

  /** The median of one round, in milliseconds. */
  double median(int round) {
    return quantile(nanos.get(round).stream(), 0.5);
  }

  /** For {@link Results}. */
  Map<String, Object> toRow() {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("runs", runs());
    row.put("median_ms", quantile(0.5));
    row.put("fastest_tenth_ms", quantile(FAST));
    row.put("quartiles_ms", List.of(quantile(0.25), quantile(0.75)));
    return row;
  }

  private static double quantile(Stream<Long> values, double fraction) {
    return Statistics.quantile(fraction, values.mapToDouble(Long::doubleValue).toArray()) / 1e6;
  }
}
