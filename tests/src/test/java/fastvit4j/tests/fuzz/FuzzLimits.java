package fastvit4j.tests.fuzz;

import com.sun.management.ThreadMXBean;
import fastvit4j.model.UserException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;

/**
 * What a parser may do with any input: read it or refuse it, in 2 seconds of processor time, with
 * no more memory than 4 times the input and 64 MiB. Counted is all that is allocated on the way,
 * even if it is garbage at once, which is stricter.
 */
final class FuzzLimits {
  private static final long NANOS = 2_000_000_000;
  private static final long FACTOR = 4;
  private static final long BASE = 64L << 20;
  private static final int LONGEST_LINE = 2000;

  private static final ThreadMXBean THREAD = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final BufferPoolMXBean OFF_HEAP =
      ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
          .filter(pool -> pool.getName().equals("direct"))
          .findFirst()
          .orElseThrow();

  private FuzzLimits() {}

  /** What reading an input took. */
  private record Cost(long nanos, long bytes) {
    boolean isWithin(long length) {
      return nanos <= NANOS && bytes <= FACTOR * length + BASE;
    }
  }

  /**
   * Reads an input; once more if that took too much, because the first time classes may be loaded,
   * which is not the input's fault.
   *
   * @throws AssertionError if the parser goes beyond a limit both times
   */
  static void check(FuzzTarget target, byte[] bytes) {
    if (!read(target, bytes).isWithin(bytes.length)) {
      Cost cost = read(target, bytes);
      if (!cost.isWithin(bytes.length)) {
        throw new AssertionError(
            "%s took %d ms and %,d bytes for an input of %d bytes"
                .formatted(target, cost.nanos / 1_000_000, cost.bytes, bytes.length));
      }
    }
  }

  private static Cost read(FuzzTarget target, byte[] bytes) {
    long direct = OFF_HEAP.getMemoryUsed();
    long heap = THREAD.getCurrentThreadAllocatedBytes();
    long start = THREAD.getCurrentThreadCpuTime();
    try {
      target.read(bytes);
    } catch (UserException e) {
      requireLine(e.getMessage());
    }
    long nanos = THREAD.getCurrentThreadCpuTime() - start;
    long onHeap = THREAD.getCurrentThreadAllocatedBytes() - heap;
    return new Cost(nanos, onHeap + Math.max(0, OFF_HEAP.getMemoryUsed() - direct));
  }

  private static void requireLine(String message) {
    if (message.lines().count() != 1 || message.length() > LONGEST_LINE) {
      throw new AssertionError("not a line: " + message);
    }
  }
}
