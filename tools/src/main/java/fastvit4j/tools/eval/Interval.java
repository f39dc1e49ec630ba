package fastvit4j.tools.eval;

/**
 * Wilson's score interval of a proportion, at 95 %: with {@code p} right of {@code n} and {@code z
 * = 1.95996}, {@code (p/n + z²/2n ± z √(p/n (1 − p/n)/n + z²/4n²)) / (1 + z²/n)}. Unlike the usual
 * one it holds near 0 and 1 and for few pictures.
 *
 * @param low the lower end, at least 0
 * @param high the upper end, at most 1
 */
public record Interval(double low, double high) {
  private static final double Z = 1.959963984540054;

  /** The interval of {@code right} of {@code all}; from 0 to 1 if there are none. */
  public static Interval of(long right, long all) {
    if (all == 0) {
      return new Interval(0, 1);
    }
    double p = (double) right / all;
    double z2 = Z * Z;
    double middle = p + z2 / (2 * all);
    double half = Z * Math.sqrt(p * (1 - p) / all + z2 / (4.0 * all * all));
    double scale = 1 + z2 / all;
    // At the ends the interval is closed by what can be, not by what rounding leaves of it.
    return new Interval(
        right == 0 ? 0 : (middle - half) / scale, right == all ? 1 : (middle + half) / scale);
  }

  /** Whether a proportion lies in it. */
  public boolean contains(double proportion) {
    return low <= proportion && proportion <= high;
  }
}
