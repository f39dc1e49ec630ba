package fastvit4j.tools.pipeline;

import fastvit4j.model.UserException;
import fastvit4j.model.image.Picture;
import fastvit4j.model.image.PixelBatch;
import fastvit4j.model.image.Preprocessor;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/**
 * Pictures through a network: some threads read, decode and crop, in the order of the pictures and
 * a few batches ahead; the caller's thread puts what they have ready together to batches; each
 * session computes a batch, on a thread of its own, while the caller's fills the next one and hands
 * on what came of those before.
 *
 * <pre>
 *   files ──> decoders (n threads) ──> queue ──> batches in turns ──> streams (a session each)
 *                                       this thread: sink <──────────┘
 * </pre>
 *
 * <p>Every batch is computed at the full size, so that a session needs one plan: what is behind the
 * last picture is left from an earlier batch, and its logits go nowhere.
 */
public final class Pipeline implements AutoCloseable {
  private final Streams streams;
  private final Preprocessor preprocessor;
  private final int batch;
  private final int decoders;
  private final ExecutorService threads;
  private final AtomicLong decodeNanos = new AtomicLong();
  private final Queue<Filling> free = new ArrayDeque<>();
  private final Queue<Computing> computing = new ArrayDeque<>();
  private Function<Path, Picture> reader = Picture::read;
  private long pictures;
  private long batches;
  private long wallNanos;

  /** Takes what comes out, in the order of the pictures. */
  public interface Sink {
    /** The logits of a picture. */
    void logits(int index, float[] logits);

    /** A picture that could not be read, and why. */
    void unreadable(int index, String reason);

    /** All pictures before this one are done. */
    void done(int next);

    /** Something that whoever waits should know, in one line. */
    void remark(String text);
  }

  private record Decoded(Picture crop, String failure) {}

  private record Computing(Filling filling, Future<float[]> logits) {}

  /**
   * A pipeline into sessions that were opened for batches of this size.
   *
   * @param streams the sessions, which are closed with the pipeline as far as they opened them
   * @param batch pictures in a batch
   * @param decoders threads that decode, 0 for one a core
   */
  public Pipeline(Streams streams, Preprocessor preprocessor, int batch, int decoders) {
    this.streams = streams;
    this.preprocessor = preprocessor;
    this.batch = batch;
    this.decoders = decoders > 0 ? decoders : Runtime.getRuntime().availableProcessors();
    this.threads = Executors.newFixedThreadPool(this.decoders, new DaemonThreads("decoder-"));
  }

  /** Takes a picture from what reads it already. */
  public void take(ReadAhead ahead) {
    reader = ahead::read;
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
    streams.occupancy().resume();
    Queue<Future<Decoded>> queue = new ArrayDeque<>();
    int submitted = from;
    int next = from;
    try {
      while (next < all.size()) {
        Filling filling = emptied(next);
        while (next < all.size() && filling.ready() < batch) {
          int ahead = (1 + streams.room()) * batch + decoders;
          while (submitted < all.size() && submitted - next < ahead) {
            Path file = all.get(submitted++);
            queue.add(threads.submit(() -> decode(file)));
          }
          Decoded decoded = Futures.take(queue.remove());
          if (decoded.failure == null) {
            filling.add(decoded.crop);
          } else {
            filling.addUnreadable(decoded.failure);
          }
          next++;
        }
        streams.settle().ifPresent(sink::remark);
        if (computing.size() == streams.room()) {
          boolean busy = !computing.element().logits.isDone();
          streams.grow(busy, secondsFor(all.size() - next + filling.ready()));
        }
        Computing oldest = computing.size() < streams.room() ? null : finished();
        computing.add(new Computing(filling, compute(filling)));
        if (oldest != null) {
          deliver(oldest, sink);
        }
      }
      while (!computing.isEmpty()) {
        deliver(finished(), sink);
      }
      streams.settled().ifPresent(sink::remark);
    } finally {
      queue.forEach(future -> future.cancel(false));
      // Whoever closes the sessions next finds nothing running on them.
      computing.forEach(running -> Futures.await(running.logits));
      computing.clear();
      wallNanos += System.nanoTime() - start;
    }
  }

  private Filling emptied(int next) {
    Filling filling = free.isEmpty() ? new Filling(preprocessor.shape(batch)) : free.remove();
    return filling.begin(next);
  }

  /** Seconds that the device will need for so many pictures, NaN before it has computed any. */
  private double secondsFor(int count) {
    double each = streams.occupancy().busySeconds() / batches;
    return batches == 0 ? Double.NaN : each * Math.ceilDiv(count, batch);
  }

  /** Waits for the oldest of those that are computed, which stays among them until then. */
  private Computing finished() {
    Futures.take(computing.element().logits);
    return computing.remove();
  }

  private Decoded decode(Path file) {
    long start = System.nanoTime();
    try {
      return new Decoded(preprocessor.crop(reader.apply(file)), null);
    } catch (UserException e) {
      return new Decoded(null, e.getMessage());
    } finally {
      decodeNanos.addAndGet(System.nanoTime() - start);
    }
  }

  private Future<float[]> compute(Filling filling) {
    if (filling.ready() == 0) {
      return CompletableFuture.completedFuture(new float[0]);
    }
    return streams.compute(
        new PixelBatch(preprocessor.shape(batch), filling.samples(), preprocessor.preprocessing()));
  }

  private void deliver(Computing finished, Sink sink) {
    Filling filling = finished.filling;
    float[] logits = finished.logits.resultNow();
    pictures += filling.ready();
    batches += filling.ready() > 0 ? 1 : 0;
    filling.deliver(logits, logits.length / batch, sink);
    free.add(filling);
  }

  /** How long the stages took so far. */
  public StageTimes times() {
    return new StageTimes(
        pictures,
        decoders,
        streams.ready(),
        wallNanos / 1e9,
        decodeNanos.get() / 1e9,
        streams.occupancy().busySeconds(),
        streams.occupancy().overlapSeconds(),
        streams.occupancy().idleSeconds());
  }

  /** Ends the threads, and closes the sessions that were opened for it. */
  @Override
  public void close() {
    threads.shutdownNow();
    streams.close();
  }
}
