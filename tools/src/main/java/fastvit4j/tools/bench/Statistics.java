package fastvit4j.tools.bench;

import java.util.Arrays;
import java.util.List;

/**
 * What is told of some times, all in the unit of the samples. A quantile q of n sorted samples is
 * at position {@code q · (n − 1)}, interpolated linearly between its neighbours (R's type 7,
 * NumPy's default).
 *
 * @param count how many samples there are
 * @param minimum the least
 * @param quartile the first quartile
 * @param median the median
 * @param upperQuartile the third quartile
 * @param p90 the 90th percentile
 * @param p99 the 99th percentile
 * @param spread the median absolute deviation from the median: half of the samples are at most so
 *     far from it
 */
public record Statistics(
    int count,
    double minimum,
    double quartile,
    double median,
    double upperQuartile,
    double p90,
    double p99,
    double spread) {

  /**
   * The statistics of at least one sample.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static Statistics of(double... samples) {
    if (samples.length == 0) {
      throw new IllegalArgumentException("no samples");
    }
    double[] sorted = samples.clone();
    Arrays.sort(sorted);
    double median = quantile(sorted, 0.5);
    double[] deviations = Arrays.stream(sorted).map(x -> Math.abs(x - median)).sorted().toArray();
    return new Statistics(
        sorted.length,
        sorted[0],
        quantile(sorted, 0.25),
        median,
        quantile(sorted, 0.75),
        quantile(sorted, 0.9),
        quantile(sorted, 0.99),
        quantile(deviations, 0.5));
  }

  /** The statistics of all samples of all rounds. */
  static Statistics ofRounds(List<List<Double>> rounds) {
    return of(rounds.stream().flatMap(List::stream).mapToDouble(Double::doubleValue).toArray());
  }

  /** The median of at least one sample. */
  static double median(List<Double> samples) {
    return of(samples.stream().mapToDouble(Double::doubleValue).toArray()).median();
  }

  /**
   * A quantile of at least one sample.
   *
   * @param q from 0 to 1
   */
  public static double quantile(double q, double... samples) {
    double[] sorted = samples.clone();
    Arrays.sort(sorted);
    return quantile(sorted, q);
  }

  private static double quantile(double[] sorted, double q) {
    double position = q * (sorted.length - 1);
    int below = (int) position;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
  }
}
