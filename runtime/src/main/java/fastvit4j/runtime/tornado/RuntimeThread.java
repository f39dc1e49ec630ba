package fastvit4j.runtime.tornado;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * The one thread that runs and frees plans, whoever asks for it, and beside it the one that has
 * code generated in plans of its own, which are never run. TornadoVM lets threads have a plan each;
 * but it opens a command queue on the device for each thread that runs a plan, of which freeing the
 * plan closes only that of the calling thread.
 */
final class RuntimeThread {
  /** Graal's compiler recurses as deep as a kernel's syntax tree; the default is 1 MiB. */
  private static final long STACK_BYTES = 16L << 20;

  private static final ThreadGroup GROUP = new ThreadGroup("fastvit4j");
  private static final ExecutorService RUNS = executor("fastvit4j-tornado");
  private static final ExecutorService GENERATES = executor("fastvit4j-code");

  private RuntimeThread() {}

  private static ExecutorService executor(String name) {
    return Executors.newSingleThreadExecutor(
        work -> {
          Thread thread = new Thread(GROUP, work, name, STACK_BYTES);
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
  static <T> T call(Callable<T> work) {
    if (GROUP.equals(Thread.currentThread().getThreadGroup())) {
      return direct(work);
    }
    return await(RUNS.submit(work));
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
