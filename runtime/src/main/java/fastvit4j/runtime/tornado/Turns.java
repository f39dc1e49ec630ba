package fastvit4j.runtime.tornado;

import java.util.concurrent.Callable;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * What of a process's work with TornadoVM may go on at the same time. Runs of plans may, each on
 * the thread of its session: a plan has its own command queue or stream, its own code and its own
 * buffers. Everything else is alone:
 *
 * <ul>
 *   <li>timing a run, and so the first run of each graph: TornadoVM switches its timers on and off
 *       for all plans, and every plain run switches them off;
 *   <li>capturing CUDA graphs: CUDA refuses other threads' allocations and waits meanwhile, and
 *       what TornadoVM puts off until a capture has ended it keeps by device, not by plan;
 *   <li>writing plans down and freeing them, which go through tables of the device.
 * </ul>
 *
 * <p>Generating OpenCL code for the cache takes no turns: its plans are never run, and reach the
 * driver for nothing but to be freed. Who is inside of {@link #beside} may not ask for {@link
 * #alone}.
 */
final class Turns {
  /** Fair, so that runs on other threads do not keep out for long what is to be alone. */
  private static final ReentrantReadWriteLock LOCK = new ReentrantReadWriteLock(true);

  private Turns() {}

  /** Does something, perhaps while others are in here too. */
  static <T> T beside(Callable<T> work) {
    return holding(LOCK.readLock(), work);
  }

  /** Does something while nobody else is in here or in {@link #beside}. */
  static <T> T alone(Callable<T> work) {
    if (LOCK.getReadHoldCount() > 0) {
      throw new IllegalStateException("a run cannot wait for its own end");
    }
    return holding(LOCK.writeLock(), work);
  }

  private static <T> T holding(Lock lock, Callable<T> work) {
    lock.lock();
    try {
      return RuntimeThread.direct(work);
    } finally {
      lock.unlock();
    }
  }
}
