package fastvit4j.tests.oracle;

import fastvit4j.model.operator.Shape;

/** Means and maxima over the pixels of a window that are inside the image. */
final class Pooling {
  private Pooling() {}

  static Values apply(Values x, Shape shape, int kernel, int stride, int padding, boolean mean) {
    Values y = Values.zeros(shape);
    int to = 0;
    for (int n = 0; n < shape.n(); n++) {
      for (int p = 0; p < shape.h(); p++) {
        for (int q = 0; q < shape.w(); q++) {
          for (int c = 0; c < shape.c(); c++) {
            int top = p * stride - padding;
            int left = q * stride - padding;
            y.data()[to++] = window(x, n, top, left, kernel, c, mean);
          }
        }
      }
    }
    return y;
  }

  private static double window(
      Values x, int n, int top, int left, int kernel, int c, boolean mean) {
    Shape in = x.shape();
    double sum = 0;
    double largest = Double.NEGATIVE_INFINITY;
    int inside = 0;
    for (int h = Math.max(top, 0); h < Math.min(top + kernel, in.h()); h++) {
      for (int w = Math.max(left, 0); w < Math.min(left + kernel, in.w()); w++) {
        double value = x.data()[((n * in.h() + h) * in.w() + w) * in.c() + c];
        sum += value;
        largest = Math.max(largest, value);
        inside++;
      }
    }
    return mean ? sum / inside : largest;
  }
}
