package fastvit4j.tools.pipeline;

import fastvit4j.model.UserException;
import fastvit4j.model.graph.Graph;
import fastvit4j.model.image.Picture;
import fastvit4j.model.image.PixelBatch;
import fastvit4j.model.image.Preprocessor;
import fastvit4j.model.tensor.Activation;
import fastvit4j.runtime.Session;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Pictures through a network: some threads read, decode and crop, in the order of the pictures and
 * at most two batches ahead; the caller's thread puts what they have ready together to batches; one
 * thread computes a batch, while the caller's fills the next one and hands on what came of the one
 * before.
 *
 * <pre>
 *   files ──> decoders (n threads) ──> queue (2 batches) ──> 2 batches in turns ──> session (1 thread)
 *                                                            this thread: sink <──────────┘
 * </pre>
 *
 * <p>Every batch is computed at the full size, so that a session needs one plan: what is behind the
 * last picture is left from an earlier batch, and its logits go nowhere.
 */
public final class Pipeline implements AutoCloseable {
  private final Session session;
  private final Preprocessor preprocessor;
  private final int batch;
  private final int decoders;
  private final ExecutorService threads;
  private final ExecutorService device;
  private final AtomicLong decodeNanos = new AtomicLong();
  private final Queue<Filling> free = new ArrayDeque<>();
  private long pictures;
  private long wallNanos;
  private long waitNanos;
  private long computeNanos;
  private long idleSince;

  /** Takes what comes out, in the order of the pictures. */
  public interface Sink {
    /** The logits of a picture. */
    void logits(int index, float[] logits);

    /** A picture that could not be read, and why. */
    void unreadable(int index, String reason);

    /** All pictures before this one are done. */
    void done(int next);
  }

  private record Decoded(Picture crop, String failure) {}

  private record Computing(Filling filling, Future<float[]> logits) {}

  /**
   * A pipeline into a session that was opened for batches of this size.
   *
   * @param batch pictures in a batch
   * @param decoders threads that decode, 0 for one a core
   */
  public Pipeline(Session session, Preprocessor preprocessor, int batch, int decoders) {
    this.session = session;
    this.preprocessor = preprocessor;
    this.batch = batch;
    this.decoders = decoders > 0 ? decoders : Runtime.getRuntime().availableProcessors();
    this.threads =
        Executors.newFixedThreadPool(
            this.decoders, Thread.ofPlatform().daemon().name("decoder-", 0).factory());
    this.device =
        Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("pipeline-device").factory());
    for (int i = 0; i < 2; i++) {
      free.add(new Filling(preprocessor.shape(batch)));
    }
  }

  /**
   * How many pictures to put into each batch, so that all batches are about equally full.
   *
   * @param most pictures of a batch
   * @param all pictures that there are
   */
  public static int batch(int most, int all) {
    int batches = Math.max(1, Math.ceilDiv(all, most));
    return Math.max(1, Math.ceilDiv(all, batches));
  }

  /**
   * Runs pictures through.
   *
   * @param from the first one to run
   */
  public void run(List<Path> all, int from, Sink sink) {
    long start = System.nanoTime();
    idleSince = start;
    Queue<Future<Decoded>> queue = new ArrayDeque<>();
    Computing computing = null;
    int submitted = from;
    int next = from;
    try {
      while (next < all.size()) {
        Filling filling = free.remove().begin(next);
        while (next < all.size() && filling.ready() < batch) {
          while (submitted < all.size() && submitted - next < 2 * batch + decoders) {
            Path file = all.get(submitted++);
            queue.add(threads.submit(() -> decode(file)));
          }
          Decoded decoded = take(queue.remove());
          if (decoded.failure == null) {
            filling.add(decoded.crop);
          } else {
            filling.addUnreadable(decoded.failure);
          }
          next++;
        }
        float[] logits = computing == null ? null : take(computing.logits);
        Computing previous = computing;
        computing = new Computing(filling, device.submit(() -> compute(filling)));
        if (previous != null) {
          deliver(previous.filling, logits, sink);
        }
      }
      if (computing != null) {
        deliver(computing.filling, take(computing.logits), sink);
      }
    } finally {
      queue.forEach(future -> future.cancel(false));
      if (computing != null) {
        await(computing.logits);
      }
      wallNanos += System.nanoTime() - start;
    }
  }

  private Decoded decode(Path file) {
    long start = System.nanoTime();
    try {
      return new Decoded(preprocessor.crop(Picture.read(file)), null);
    } catch (UserException e) {
      return new Decoded(null, e.getMessage());
    } finally {
      decodeNanos.addAndGet(System.nanoTime() - start);
    }
  }

  private static <T> T take(Future<T> future) {
    try {
      return future.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UserException("the command was interrupted: give it again", e);
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case RuntimeException failure -> throw failure;
        case Error failure -> throw failure;
        default -> throw new IllegalStateException(e.getCause());
      }
    }
  }

  /** Until the session is at rest: whoever closes it next finds nothing running on it. */
  private static void await(Future<?> running) {
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

  /** On the device's thread. */
  private float[] compute(Filling filling) {
    if (filling.ready() == 0) {
      return new float[0];
    }
    long start = System.nanoTime();
    waitNanos += start - idleSince;
    PixelBatch input =
        new PixelBatch(preprocessor.shape(batch), filling.samples(), preprocessor.preprocessing());
    Activation logits = session.run(input).get(Graph.LOGITS);
    idleSince = System.nanoTime();
    computeNanos += idleSince - start;
    return logits.toFloats();
  }

  private void deliver(Filling filling, float[] logits, Sink sink) {
    pictures += filling.ready();
    filling.deliver(logits, logits.length / batch, sink);
    free.add(filling);
  }

  /** How long the stages took so far. */
  public StageTimes times() {
    return new StageTimes(
        pictures,
        decoders,
        wallNanos / 1e9,
        decodeNanos.get() / 1e9,
        computeNanos / 1e9,
        waitNanos / 1e9);
  }

  /** Ends the threads. */
  @Override
  public void close() {
    threads.shutdownNow();
    device.shutdown();
  }
}
