package fastvit4j.reparam;

/** The error function in float64. */
final class Erf {
  /** Beyond this, erfc is below half a unit in the last place of 1. */
  private static final double FLAT = 6;

  /** Below this, the series; above, the continued fraction: each converges fast on its side. */
  private static final double SERIES = 2;

  private Erf() {}

  /** {@code 2/√π · ∫₀ˣ e^(−t²) dt}, within some units in the last place. */
  static double erf(double x) {
    double a = Math.abs(x);
    if (Double.isNaN(x)) {
      return x;
    }
    if (a <= SERIES) {
      return series(x);
    }
    double value = a < FLAT ? 1 - complement(a) : 1;
    return Math.copySign(value, x);
  }

  /** {@code 2/√π · e^(−x²) · Σ 2ⁿ x^(2n+1) / (2n+1)!!}: all terms have one sign. */
  private static double series(double x) {
    double term = x;
    double sum = x;
    for (int n = 1; Math.abs(term) > 1e-18 * Math.abs(sum); n++) {
      term *= 2 * x * x / (2 * n + 1);
      sum += term;
    }
    return 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * sum;
  }

  /** {@code e^(−x²)/√π / (x + (1/2)/(x + 1/(x + (3/2)/(x + …))))}. */
  private static double complement(double x) {
    double tail = x;
    for (int n = 60; n >= 1; n--) {
      tail = x + n / 2.0 / tail;
    }
    return Math.exp(-x * x) / Math.sqrt(Math.PI) / tail;
  }
}
