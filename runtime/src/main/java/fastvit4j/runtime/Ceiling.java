package fastvit4j.runtime;

/** What a device can do at most, measured on it: the roofline that kernels are held against. */
public interface Ceiling {
  /** Floating point operations a second, a multiply-add counted as two; float32. */
  double operationsPerSecond();

  /**
   * The same of products of float16 matrices on tensor cores, or of anything where there are none.
   */
  double matrixOperationsPerSecond();

  /** Bytes a second where as many as given are touched again and again. */
  double bytesPerSecond(long bytes);

  /** The largest working set that is measured. */
  long largestBytes();

  /**
   * Nanoseconds that so much work takes at least: the longer of operations and bytes.
   *
   * @param matrixOperations those of the operations that tensor cores could do
   */
  default double nanos(long operations, long matrixOperations, long bytes) {
    double arithmetic =
        (operations - matrixOperations) / operationsPerSecond()
            + matrixOperations / matrixOperationsPerSecond();
    return 1e9 * Math.max(arithmetic, bytes / bytesPerSecond(bytes));
  }
}
