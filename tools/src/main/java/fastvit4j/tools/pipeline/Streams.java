package fastvit4j.tools.pipeline;

import fastvit4j.model.graph.Graph;
import fastvit4j.model.image.PixelBatch;
import fastvit4j.runtime.DeviceMemoryException;
import fastvit4j.runtime.Session;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/**
 * Sessions of one network, each of which has a batch at a time, so that one's copies and launches
 * go on while the device computes another's. The first is there from the beginning. The others have
 * weights and buffers of their own on the device, and take a while to open: they are opened when
 * all that are open have a batch and what is left is worth it, one at a time. Where the device's
 * memory does not hold another, it stays at those there are.
 *
 * <p>For the pipeline's thread.
 */
public final class Streams implements AutoCloseable {
  private final Supplier<Session> opener;
  private final double worth;
  private final BlockingQueue<Session> free = new LinkedBlockingQueue<>();
  private final List<Session> opened = new CopyOnWriteArrayList<>();
  private final ExecutorService threads =
      Executors.newCachedThreadPool(new DaemonThreads("stream-"));
  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private final Occupancy occupancy = new Occupancy(System::nanoTime);
  private int most;
  private int room = 1;
  private Future<?> opening;

  /**
   * Streams.
   *
   * @param first the session that is open, which its owner closes after these
   * @param most how many sessions to have, the first among them
   * @param worth seconds of work on the device for which another is opened; 0 to open it as soon as
   *     there is a batch for it
   * @param opener opens another session like the first
   */
  public Streams(Session first, int most, double worth, Supplier<Session> opener) {
    this.most = most;
    this.worth = worth;
    this.opener = opener;
    free.add(first);
  }

  /** One stream, and never another. */
  public static Streams one(Session session) {
    return new Streams(
        session,
        1,
        0,
        () -> {
          throw new IllegalStateException("there is one stream");
        });
  }

  /** How many batches are given to sessions at once, among them one that is being opened. */
  int room() {
    return room;
  }

  /** How many sessions are open. */
  int ready() {
    return 1 + opened.size();
  }

  /** How long the device had batches. */
  Occupancy occupancy() {
    return occupancy;
  }

  /**
   * Opens another session, if it is worth it; to be called when all have been given a batch, and
   * there is one more.
   *
   * @param busy whether they are still at it
   * @param secondsLeft of work on the device, NaN if nothing is known yet
   */
  void grow(boolean busy, double secondsLeft) {
    if (opening == null && room < most && (worth <= 0 || (busy && secondsLeft >= worth))) {
      room++;
      opening =
          threads.submit(
              () -> {
                Session session = opener.get();
                opened.add(session);
                free.add(session);
              });
    }
  }

  /**
   * Looks whether a session has been opened meanwhile.
   *
   * @return why there will be no more of them, if there should be
   */
  Optional<String> settle() {
    return opening == null || !opening.isDone() ? Optional.empty() : settled();
  }

  /** Waits for a session that is being opened; else as {@link #settle}. */
  Optional<String> settled() {
    if (opening == null) {
      return Optional.empty();
    }
    Future<?> awaited = opening;
    try {
      Futures.take(awaited);
      return Optional.empty();
    } catch (DeviceMemoryException e) {
      room--;
      String streams = room == 1 ? " stream" : " streams";
      String instead = room + streams + " instead of " + most + ": ";
      most = room;
      return Optional.of(instead + e.getMessage());
    } finally {
      // Who is interrupted here closes it later.
      opening = awaited.isDone() ? null : awaited;
    }
  }

  /**
   * Has a batch computed by the next session that is free.
   *
   * @return the logits of all its pictures
   */
  Future<float[]> compute(PixelBatch batch) {
    return threads.submit(
        () -> {
          Session session = free.take();
          try {
            if (failure.get() != null) {
              throw Futures.unchecked(failure.get());
            }
            return compute(session, batch);
          } finally {
            free.add(session);
          }
        });
  }

  private float[] compute(Session session, PixelBatch batch) {
    occupancy.begin();
    try {
      return session.run(batch).get(Graph.LOGITS).toFloats();
    } catch (RuntimeException | Error e) {
      // What waits is not begun.
      failure.compareAndSet(null, e);
      throw e;
    } finally {
      occupancy.end();
    }
  }

  /**
   * Closes the sessions that were opened, one that is being opened too. No batch may be running.
   */
  @Override
  public void close() {
    threads.shutdown();
    if (opening != null) {
      Futures.await(opening);
      opening = null;
    }
    RuntimeException fault = null;
    for (Session session : opened.reversed()) {
      try {
        session.close();
      } catch (RuntimeException e) {
        if (fault == null) {
          fault = e;
        } else {
          fault.addSuppressed(e);
        }
      }
    }
    opened.clear();
    if (fault != null) {
      throw fault;
    }
  }
}
