package fastvit4j.kernels.cpu;

/**
 * Whether matrix products are computed in pairs of terms, half of whose multiplications are
 * additions: faster on processors that add vectors in units of their own, beside those that
 * multiply, such as AMD's with AVX-512. Not done unless system property {@value #PROPERTY} asks for
 * it: in some processes the compiler makes slow code of it for as long as they run.
 */
final class Adders {
  /** {@code true}: matrix products are computed in pairs of terms. */
  static final String PROPERTY = "fastvit4j.paired";

  private Adders() {}

  /** Whether additions are to take the place of multiplications. */
  static boolean separate() {
    return Boolean.getBoolean(PROPERTY);
  }
}
