package fastvit4j.runtime.tornado;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * The one thread that compiles, runs and frees plans, whoever asks for it. TornadoVM's tables are
 * not made for several threads, and it opens a command queue on the device for each thread that
 * runs a plan, of which freeing the plan closes only that of the calling thread.
 */
final class RuntimeThread {
  /** Graal's compiler recurses as deep as a kernel's syntax tree; the default is 1 MiB. */
  private static final long STACK_BYTES = 16L << 20;

  private static final ThreadGroup GROUP = new ThreadGroup("fastvit4j");
  private static final ExecutorService EXECUTOR =
      Executors.newSingleThreadExecutor(
          work -> {
            Thread thread = new Thread(GROUP, work, "fastvit4j-tornado", STACK_BYTES);
            thread.setDaemon(true);
            return thread;
          });

  private RuntimeThread() {}

  /**
   * Does something on the thread and waits for it, even if the caller is interrupted; the caller
   * finds itself interrupted afterwards.
   */
  static <T> T call(Callable<T> work) {
    if (GROUP.equals(Thread.currentThread().getThreadGroup())) {
      return direct(work);
    }
    Future<T> future = EXECUTOR.submit(work);
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

  private static <T> T direct(Callable<T> work) {
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
