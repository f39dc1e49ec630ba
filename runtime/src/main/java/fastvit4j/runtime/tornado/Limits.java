package fastvit4j.runtime.tornado;

/** What a device can do at most, as far as the cost model asks. */
public sealed interface Limits permits Roof, AssumedLimits, KeptLimits {
  /** Floating point operations a second, a multiply-add counted as two; float32. */
  double operationsPerSecond();

  /**
   * The same of products of float16 matrices on tensor cores, or of anything where there are none.
   */
  double matrixOperationsPerSecond();

  /** Seconds that so many operations take at least, some of them on tensor cores. */
  default double seconds(long operations, long matrixOperations) {
    return (operations - matrixOperations) / operationsPerSecond()
        + matrixOperations / matrixOperationsPerSecond();
  }

  /** Bytes a second, read and written, where as many bytes as given are touched. */
  double bytesPerSecond(long bytes);

  /** Nanoseconds that a kernel with nothing to do takes. */
  long launchNanos();

  /** How these are known: {@code measured} or {@code assumed}. */
  String source();
}
