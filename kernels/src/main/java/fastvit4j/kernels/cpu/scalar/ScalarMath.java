package fastvit4j.kernels.cpu.scalar;

import fastvit4j.kernels.cpu.ActivationFunction;
import fastvit4j.kernels.cpu.OffHeap;

/** Activation functions, computed in float64 and rounded once. */
public final class ScalarMath {
  private ScalarMath() {}

  /** Applies an activation function. */
  public static float apply(ActivationFunction activation, double x) {
    return (float)
        switch (activation) {
          case NONE -> x;
          case GELU -> gelu(x);
          case RELU -> Math.max(x, 0);
          case SILU -> x * sigmoid(x);
        };
  }

  /** {@code 1 / (1 + e⁻ˣ)}. */
  static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  /**
   * {@code x · Φ(x) = max(x, 0) − |x| · Q(|x|)}, the normal distribution's upper tail Q being
   * {@code e^(−t²/2)} times a quotient of polynomials; its relative error is 1.3e-9.
   */
  public static double gelu(double x) {
    double t = Math.abs(x);
    double p = 0.003395811188966036;
    p = p * t + 0.03562891110777855;
    p = p * t + 0.16810856759548187;
    p = p * t + 0.4173576533794403;
    p = p * t + 0.5;
    double q = 0.008511614985764027;
    q = q * t + 0.08932535350322723;
    q = q * t + 0.4295904040336609;
    q = q * t + 1.138842225074768;
    q = q * t + 1.632599949836731;
    q = q * t + 1;
    return Math.max(x, 0) - t * Math.exp(-0.5 * t * t) * p / q;
  }

  /** The scalar product of two vectors in memory, in four sums of float64. */
  static double dot(long a, long b, int length) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    int i = 0;
    for (; i + 3 < length; i += 4) {
      long at = 4L * i;
      s0 += (double) OffHeap.get(a + at) * OffHeap.get(b + at);
      s1 += (double) OffHeap.get(a + at + 4) * OffHeap.get(b + at + 4);
      s2 += (double) OffHeap.get(a + at + 8) * OffHeap.get(b + at + 8);
      s3 += (double) OffHeap.get(a + at + 12) * OffHeap.get(b + at + 12);
    }
    for (; i < length; i++) {
      s0 += (double) OffHeap.get(a + 4L * i) * OffHeap.get(b + 4L * i);
    }
    return s0 + s1 + (s2 + s3);
  }
}
