package fastvit4j.tools.pipeline;

import fastvit4j.model.UserException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

/** Waiting for what other threads do. */
final class Futures {
  private Futures() {}

  /** What came of it, or what it threw. */
  static <T> T take(Future<T> future) {
    try {
      return future.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UserException("the command was interrupted: give it again", e);
    } catch (ExecutionException e) {
      throw unchecked(e.getCause());
    }
  }

  /** A failure, to be thrown. */
  static RuntimeException unchecked(Throwable failure) {
    return switch (failure) {
      case RuntimeException e -> e;
      case Error e -> throw e;
      default -> new IllegalStateException(failure);
    };
  }

  /** Waits until it is at rest, whatever comes of it. */
  static void await(Future<?> running) {
    boolean interrupted = false;
    while (!running.isDone()) {
      try {
        running.get();
      } catch (InterruptedException e) {
        interrupted = true;
      } catch (ExecutionException e) {
        break; // Something else ended the run, and is thrown.
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
