package fastvit4j.kernels.cpu.loops;

import fastvit4j.kernels.cpu.scalar.ScalarMath;

/**
 * GELU, {@code x · Φ(x) = max(x, 0) − |x| · Q(|x|)}, by a table of {@code f(t) = t · Q(t)}, Q being
 * the normal distribution's upper tail: a Taylor polynomial of degree 3 around the middle of each
 * interval, off by {@code (w / 2)⁴ / 24 · max |f⁗| < 3e-10} at intervals of width w. Unlike the
 * exponential function it takes few instructions in code of any of the JVM's compilers.
 */
final class LoopGelu {
  private static final int INTERVALS_PER_UNIT = 64;

  /** From here on, f is taken to stay as it is, below 1e-14. */
  private static final int END = 8;

  private static final float LAST = Math.nextDown((float) END);

  /** Four coefficients of each interval, of the lowest power first. */
  private static final float[] COEFFICIENTS = coefficients();

  private LoopGelu() {}

  /** Applies it to each element. */
  static void apply(float[] x) {
    for (int i = 0; i < x.length; i++) {
      x[i] = gelu(x[i]);
    }
  }

  private static float gelu(float x) {
    float t = Math.min(Math.abs(x), LAST);
    int interval = (int) (t * INTERVALS_PER_UNIT);
    float d = t - (interval + 0.5f) / INTERVALS_PER_UNIT;
    int at = 4 * interval;
    float tail = Math.fma(COEFFICIENTS[at + 3], d, COEFFICIENTS[at + 2]);
    tail = Math.fma(tail, d, COEFFICIENTS[at + 1]);
    tail = Math.fma(tail, d, COEFFICIENTS[at]);
    return Math.max(x, 0) - tail;
  }

  /** Q' is −φ, the normal distribution's density, and φ' is −t · φ. */
  private static float[] coefficients() {
    float[] table = new float[4 * END * INTERVALS_PER_UNIT];
    for (int i = 0; i < END * INTERVALS_PER_UNIT; i++) {
      double t = (i + 0.5) / INTERVALS_PER_UNIT;
      double f = -ScalarMath.gelu(-t);
      double density = Math.exp(-t * t / 2) / Math.sqrt(2 * Math.PI);
      table[4 * i] = (float) f;
      table[4 * i + 1] = (float) (f / t - t * density);
      table[4 * i + 2] = (float) (density * (t * t - 2) / 2);
      table[4 * i + 3] = (float) (density * (4 * t - t * t * t) / 6);
    }
    return table;
  }
}
