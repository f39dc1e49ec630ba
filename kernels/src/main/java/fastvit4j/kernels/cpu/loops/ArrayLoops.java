package fastvit4j.kernels.cpu.loops;

/**
 * The innermost loops. Each is over whole arrays of one length with one index, as C2 vectorizes
 * loops over arrays that it cannot tell apart only if they have the same index; and each is a
 * method of its own, which is compiled soon and once.
 */
final class ArrayLoops {
  /** Rows, and terms of each, that a product takes at a time. */
  static final int STEP = 4;

  private ArrayLoops() {}

  /**
   * {@code y[row + r][i] += w[k][i] · x[r][k] + … + w[k + 3][i] · x[r][k + 3]} for four rows.
   *
   * @param x the four rows
   */
  static void product(float[][] y, int row, float[][] w, float[][] x, int k) {
    product(y[row], y[row + 1], y[row + 2], y[row + 3], w[k], w[k + 1], w[k + 2], w[k + 3], x, k);
  }

  /**
   * {@code y[r][i] += w[0][i] · x[r][k] + … + w[3][i] · x[r][k + 3]} for four rows. The four terms
   * are added to each other first: so a sum of many terms is rounded a quarter as often.
   */
  private static void product(
      float[] y0,
      float[] y1,
      float[] y2,
      float[] y3,
      float[] w0,
      float[] w1,
      float[] w2,
      float[] w3,
      float[][] x,
      int k) {
    float a0 = x[0][k];
    float a1 = x[0][k + 1];
    float a2 = x[0][k + 2];
    float a3 = x[0][k + 3];
    float b0 = x[1][k];
    float b1 = x[1][k + 1];
    float b2 = x[1][k + 2];
    float b3 = x[1][k + 3];
    float c0 = x[2][k];
    float c1 = x[2][k + 1];
    float c2 = x[2][k + 2];
    float c3 = x[2][k + 3];
    float d0 = x[3][k];
    float d1 = x[3][k + 1];
    float d2 = x[3][k + 2];
    float d3 = x[3][k + 3];
    for (int i = 0; i < y0.length; i++) {
      float v0 = w0[i];
      float v1 = w1[i];
      float v2 = w2[i];
      float v3 = w3[i];
      y0[i] += Math.fma(a3, v3, Math.fma(a2, v2, Math.fma(a1, v1, a0 * v0)));
      y1[i] += Math.fma(b3, v3, Math.fma(b2, v2, Math.fma(b1, v1, b0 * v0)));
      y2[i] += Math.fma(c3, v3, Math.fma(c2, v2, Math.fma(c1, v1, c0 * v0)));
      y3[i] += Math.fma(d3, v3, Math.fma(d2, v2, Math.fma(d1, v1, d0 * v0)));
    }
  }

  /** {@code y[i] += w[i] · x[i]}. */
  static void multiplyAdd(float[] y, float[] w, float[] x) {
    for (int i = 0; i < y.length; i++) {
      y[i] = Math.fma(w[i], x[i], y[i]);
    }
  }

  /** {@code y[i] += w0[i] · x0[i] + w1[i] · x1[i] + w2[i] · x2[i]}, the products added first. */
  static void multiplyAdd3(
      float[] y, float[] w0, float[] w1, float[] w2, float[] x0, float[] x1, float[] x2) {
    for (int i = 0; i < y.length; i++) {
      y[i] += Math.fma(w2[i], x2[i], Math.fma(w1[i], x1[i], w0[i] * x0[i]));
    }
  }

  /** {@code y[i] += x[i]}. */
  static void add(float[] y, float[] x) {
    for (int i = 0; i < y.length; i++) {
      y[i] += x[i];
    }
  }

  /** {@code y[i] *= x[i]}. */
  static void multiply(float[] y, float[] x) {
    for (int i = 0; i < y.length; i++) {
      y[i] *= x[i];
    }
  }
}
