package fastvit4j.tools.kernels;

import fastvit4j.model.tensor.Activation;
import fastvit4j.tools.verify.Bounded;

/**
 * How far a result is off.
 *
 * @param largest the largest distance
 * @param fraction the largest as a fraction of what the error analysis allows there
 */
record Errors(double largest, double fraction) {
  static Errors of(Bounded exact, Activation got) {
    double[] value = exact.value().data();
    double[] bound = exact.error().data();
    double largest = 0;
    double fraction = 0;
    for (int i = 0; i < value.length; i++) {
      double off = Math.abs(got.get(i) - value[i]);
      largest = KernelMeasurement.larger(largest, off);
      fraction = KernelMeasurement.larger(fraction, off / (bound[i] + Float.MIN_NORMAL));
    }
    return new Errors(largest, fraction);
  }

  /** The larger ones of both. */
  Errors and(Errors other) {
    return new Errors(
        KernelMeasurement.larger(largest, other.largest),
        KernelMeasurement.larger(fraction, other.fraction));
  }
}
