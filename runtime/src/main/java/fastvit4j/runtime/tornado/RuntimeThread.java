package fastvit4j.runtime.tornado;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * The thread on which a session's plans are run and freed, whoever asks for it; and, for all
 * sessions, the one that has code generated in plans of its own, which are never run. TornadoVM
 * opens a command queue on the device for each thread that runs a plan, of which freeing the plan
 * closes only that of the calling thread. What may go on at the same time on several of these
 * threads, {@link Turns} says.
 */
final class RuntimeThread implements AutoCloseable {
  /** The thread of plans that belong to no session. */
  static final RuntimeThread COMMON = new RuntimeThread();

  /** Graal's compiler recurses as deep as a kernel's syntax tree; the default is 1 MiB. */
  private static final long STACK_BYTES = 16L << 20;

  private static final ExecutorService GENERATES = executor("fastvit4j-code");

  private final ExecutorService runs = executor("fastvit4j-tornado");
  private volatile Thread thread;

  /** A thread, which begins when there is something to do. */
  RuntimeThread() {}

  private static ExecutorService executor(String name) {
    return Executors.newSingleThreadExecutor(
        work -> {
          Thread thread = new Thread(null, work, name, STACK_BYTES);
          thread.setDaemon(true);
          return thread;
        });
  }

  /** Has code generated, after what was asked for before. */
  static <T> Future<T> generate(Callable<T> work) {
    return GENERATES.submit(work);
  }

  /**
   * Does something on the thread and waits for it, even if the caller is interrupted; the caller
   * finds itself interrupted afterwards.
   */
  <T> T call(Callable<T> work) {
    if (Thread.currentThread().equals(thread)) {
      return direct(work);
    }
    return await(
        runs.submit(
            () -> {
              thread = Thread.currentThread();
              return work.call();
            }));
  }

  /** {@link #call}, while nothing else of TornadoVM goes on. */
  <T> T alone(Callable<T> work) {
    return call(() -> Turns.alone(work));
  }

  /** Ends the thread when it has done what it was asked for. */
  @Override
  public void close() {
    runs.shutdown();
  }

  /**
   * What work gave, or threw, even if the caller is interrupted; the caller finds itself
   * interrupted afterwards.
   */
  static <T> T await(Future<T> future) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return future.get();
        } catch (InterruptedException _) {
          interrupted = true;
        } catch (ExecutionException e) {
          throw unchecked(e.getCause());
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Does something here, and throws what it throws. */
  static <T> T direct(Callable<T> work) {
    try {
      return work.call();
    } catch (Exception e) {
      throw unchecked(e);
    }
  }

  private static RuntimeException unchecked(Throwable fault) {
    return switch (fault) {
      case RuntimeException e -> e;
      case Error e -> throw e;
      default -> new IllegalStateException(fault);
    };
  }
}
