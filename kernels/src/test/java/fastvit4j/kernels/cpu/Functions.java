package fastvit4j.kernels.cpu;

/** Elementary functions in float64, from series and continued fractions. */
final class Functions {
  private Functions() {}

  static double apply(ActivationFunction activation, double x) {
    return switch (activation) {
      case NONE -> x;
      case GELU -> gelu(x);
      case RELU -> Math.max(x, 0);
      case SILU -> x / (1 + Math.exp(-x));
    };
  }

  static double gelu(double x) {
    double tail = 0.5 * erfc(Math.abs(x) / Math.sqrt(2));
    return x > 0 ? x - x * tail : x * tail;
  }

  /** The complementary error function of x ≥ 0. */
  static double erfc(double x) {
    if (x < 2.5) {
      double term = x;
      double sum = x;
      for (int n = 1; n < 100; n++) {
        term *= -x * x / n;
        sum += term / (2 * n + 1);
      }
      return 1 - 2 / Math.sqrt(Math.PI) * sum;
    }
    double fraction = x;
    for (int n = 200; n > 0; n--) {
      fraction = x + n / 2.0 / fraction;
    }
    return Math.exp(-x * x) / Math.sqrt(Math.PI) / fraction;
  }
}
