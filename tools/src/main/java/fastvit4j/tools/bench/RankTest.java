package fastvit4j.tools.bench;

import java.util.Arrays;
import java.util.List;

/**
 * The Wilcoxon-Mann-Whitney rank test: how often two draws of one distribution, whichever it is,
 * would differ in their ranks by as much as these do. Equal values share their mean rank.
 */
final class RankTest {
  /** Up to as many values the distribution is counted out; above, it is taken as normal. */
  private static final int MOST_EXACT = 60;

  private RankTest() {}

  /** The two-sided probability; both lists hold at least one value. */
  static double probability(List<Double> one, List<Double> other) {
    int[] ranks = doubledRanks(one, other);
    int n = one.size();
    long sum = Arrays.stream(ranks, 0, n).asLongStream().sum();
    return ranks.length <= MOST_EXACT ? exact(ranks, n, sum) : normal(ranks, n, sum);
  }

  /** The least probability that lists of these lengths can give. */
  static double least(int n, int m) {
    double ways = 1;
    for (int i = 1; i <= n; i++) {
      ways = ways * (m + i) / i;
    }
    return Math.min(1, 2 / ways);
  }

  /** Twice the rank of each value among all of them, the mean rank for equal ones. */
  static int[] doubledRanks(List<Double> one, List<Double> other) {
    double[] values = new double[one.size() + other.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = i < one.size() ? one.get(i) : other.get(i - one.size());
    }
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int[] ranks = new int[values.length];
    for (int i = 0; i < values.length; i++) {
      int below = 0;
      int equal = 0;
      for (double value : sorted) {
        below += value < values[i] ? 1 : 0;
        equal += value == values[i] ? 1 : 0;
      }
      ranks[i] = 2 * below + equal + 1;
    }
    return ranks;
  }

  /** Counts the choices of {@code n} ranks by their sums. */
  private static double exact(int[] ranks, int n, long sum) {
    int total = Arrays.stream(ranks).sum();
    double[][] ways = new double[n + 1][total + 1];
    ways[0][0] = 1;
    for (int rank : ranks) {
      for (int chosen = n; chosen >= 1; chosen--) {
        for (int s = total; s >= rank; s--) {
          ways[chosen][s] += ways[chosen - 1][s - rank];
        }
      }
    }
    double all = Arrays.stream(ways[n]).sum();
    double below = Arrays.stream(ways[n], 0, (int) sum + 1).sum();
    double above = Arrays.stream(ways[n], (int) sum, total + 1).sum();
    return Math.min(1, 2 * Math.min(below, above) / all);
  }

  private static double normal(int[] ranks, int n, long sum) {
    int m = ranks.length - n;
    double mean = Arrays.stream(ranks).average().orElseThrow();
    double squares = Arrays.stream(ranks).mapToDouble(r -> (r - mean) * (r - mean)).sum();
    double variance = squares * n * m / ((double) ranks.length * (ranks.length - 1));
    if (variance == 0) {
      return 1;
    }
    // Half a rank for continuity; ranks are doubled.
    double distance = Math.max(0, Math.abs(sum - n * mean) - 1) / Math.sqrt(variance);
    return Math.min(1, 2 * upperTail(distance));
  }

  /** The normal distribution's tail above {@code z ≥ 0}: Abramowitz and Stegun, 26.2.17. */
  private static double upperTail(double z) {
    double t = 1 / (1 + 0.2316419 * z);
    double polynomial =
        t
            * (0.319381530
                + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
    return Math.exp(-z * z / 2) / Math.sqrt(2 * Math.PI) * polynomial;
  }
}
