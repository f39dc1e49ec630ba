package fastvit4j.tests.oracle;

/** The error function in float64. */
final class Erf {
  private static final double TWO_OVER_ROOT_PI = 2 / Math.sqrt(Math.PI);

  private Erf() {}

  /**
   * {@code erf(x) = 2/√π · e^(−x²) · Σ 2ⁿ x^(2n+1) / (1·3·5···(2n+1))}: no term is negative for
   * positive x, so nothing cancels. Beyond 6 it is 1 to float64.
   */
  static double erf(double x) {
    if (Math.abs(x) >= 6) {
      return Math.signum(x);
    }
    double term = x;
    double sum = x;
    for (int n = 1; Math.abs(term) > 1e-18 * Math.abs(sum); n++) {
      term *= 2 * x * x / (2 * n + 1);
      sum += term;
    }
    return TWO_OVER_ROOT_PI * Math.exp(-x * x) * sum;
  }

  /** The normal distribution's cumulative function, {@code ½ (1 + erf(x / √2))}. */
  static double normal(double x) {
    return 0.5 * (1 + erf(x / Math.sqrt(2)));
  }
}
