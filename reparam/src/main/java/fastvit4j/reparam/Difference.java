package fastvit4j.reparam;

import fastvit4j.reparam.Float64Evaluator.Value;

/**
 * How far two computations of one value are apart.
 *
 * @param name the value
 * @param absolute the largest difference of two elements; NaN where either has one
 * @param relative the same, over the largest magnitude of the first computation's elements
 */
public record Difference(String name, double absolute, double relative) {
  static Difference of(String name, Value before, Value after) {
    if (!before.shape().equals(after.shape())) {
      return new Difference(name, Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY);
    }
    double absolute = 0;
    double magnitude = 0;
    for (int i = 0; i < before.data().length; i++) {
      absolute = Math.max(absolute, Math.abs(before.data()[i] - after.data()[i]));
      magnitude = Math.max(magnitude, Math.abs(before.data()[i]));
    }
    return new Difference(name, absolute, absolute == 0 ? 0 : absolute / magnitude);
  }
}
