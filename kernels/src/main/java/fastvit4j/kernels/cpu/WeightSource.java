package fastvit4j.kernels.cpu;

/**
 * Where weights come from when they are packed, a piece at a time: so they are read where they lie,
 * such as in a mapped file, and no second copy of them all is made on the way.
 */
@FunctionalInterface
public interface WeightSource {
  /** Fills an array with the weights from number {@code first} on. */
  void read(int first, float[] to);

  /** Weights that lie in an array. */
  static WeightSource of(float[] weights) {
    return (first, to) -> System.arraycopy(weights, first, to, 0, to.length);
  }
}
