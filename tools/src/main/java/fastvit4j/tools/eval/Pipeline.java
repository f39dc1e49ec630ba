package fastvit4j.tools.eval;

import fastvit4j.model.UserException;
import fastvit4j.model.graph.Graph;
import fastvit4j.model.image.Picture;
import fastvit4j.model.image.PixelBatch;
import fastvit4j.model.image.Preprocessor;
import fastvit4j.model.tensor.Activation;
import fastvit4j.runtime.Session;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Pictures through a network: some threads read, decode and crop, in the order of the pictures and
 * at most two batches ahead; the caller's thread computes batches of what they have ready.
 *
 * <pre>
 *   files ──> decoders (n threads) ──> queue (2 batches) ──> session (this thread) ──> sink
 * </pre>
 */
public final class Pipeline implements AutoCloseable {
  private final Session session;
  private final Preprocessor preprocessor;
  private final int batch;
  private final int decoders;
  private final ExecutorService threads;
  private final AtomicLong decodeNanos = new AtomicLong();
  private final MemorySegment samples;
  private final int bytes;
  private long pictures;
  private long wallNanos;
  private long waitNanos;
  private long computeNanos;

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

  /** A pipeline into a session, with so many pictures a batch and so many decoding threads. */
  public Pipeline(Session session, Preprocessor preprocessor, int batch, int decoders) {
    this.session = session;
    this.preprocessor = preprocessor;
    this.batch = batch;
    this.decoders = decoders;
    this.threads =
        Executors.newFixedThreadPool(
            decoders, Thread.ofPlatform().daemon().name("decoder-", 0).factory());
    this.bytes = preprocessor.shape(1).elements();
    this.samples = Arena.ofAuto().allocate((long) bytes * batch);
  }

  /**
   * Runs pictures through.
   *
   * @param from the first one to run
   */
  public void run(List<Sample> all, int from, Sink sink) {
    long start = System.nanoTime();
    Queue<Future<Decoded>> queue = new ArrayDeque<>();
    List<Integer> ready = new ArrayList<>();
    int submitted = from;
    int next = from;
    try {
      while (next < all.size()) {
        while (submitted < all.size() && submitted - next < 2 * batch + decoders) {
          Sample sample = all.get(submitted++);
          queue.add(threads.submit(() -> decode(sample)));
        }
        Decoded decoded = take(queue.remove());
        if (decoded.failure == null) {
          MemorySegment.copy(
              MemorySegment.ofArray(decoded.crop.toBytes()),
              0,
              samples,
              (long) bytes * ready.size(),
              bytes);
          ready.add(next);
        } else {
          sink.unreadable(next, decoded.failure);
        }
        next++;
        if (ready.size() == batch || next == all.size()) {
          compute(ready, sink);
          sink.done(next);
        }
      }
    } finally {
      queue.forEach(future -> future.cancel(false));
      wallNanos += System.nanoTime() - start;
    }
  }

  private Decoded decode(Sample sample) {
    long start = System.nanoTime();
    try {
      return new Decoded(preprocessor.crop(Picture.read(sample.file())), null);
    } catch (UserException e) {
      return new Decoded(null, e.getMessage());
    } finally {
      decodeNanos.addAndGet(System.nanoTime() - start);
    }
  }

  private Decoded take(Future<Decoded> future) {
    long start = System.nanoTime();
    try {
      return future.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UserException("the evaluation was interrupted", e);
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case RuntimeException failure -> throw failure;
        case Error failure -> throw failure;
        default -> throw new IllegalStateException(e.getCause());
      }
    } finally {
      waitNanos += System.nanoTime() - start;
    }
  }

  private void compute(List<Integer> ready, Sink sink) {
    if (ready.isEmpty()) {
      return;
    }
    long start = System.nanoTime();
    PixelBatch input =
        new PixelBatch(
            preprocessor.shape(ready.size()),
            samples.asSlice(0, (long) bytes * ready.size()),
            preprocessor.preprocessing());
    Activation logits = session.run(input).get(Graph.LOGITS);
    computeNanos += System.nanoTime() - start;
    int classes = logits.shape().c();
    float[] values = logits.toFloats();
    for (int i = 0; i < ready.size(); i++) {
      sink.logits(ready.get(i), Arrays.copyOfRange(values, i * classes, (i + 1) * classes));
    }
    pictures += ready.size();
    ready.clear();
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

  /** Ends the decoding threads. */
  @Override
  public void close() {
    threads.shutdownNow();
  }
}
