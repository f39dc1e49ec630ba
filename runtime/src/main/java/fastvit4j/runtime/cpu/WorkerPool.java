package fastvit4j.runtime.cpu;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/**
 * A fixed number of threads that share the units of one loop after another. The thread that starts
 * a loop takes part as worker 0; the others wait for the next loop, for a short while awake, then
 * parked. Units are claimed as threads get to them.
 *
 * <p>One thread at a time may start loops; see {@link CpuSession}.
 */
final class WorkerPool implements AutoCloseable {
  /** Turns of a waiting loop, each a few nanoseconds, before a thread parks. */
  private static final int SPINS = 4_000;

  /** Claims per thread and loop that a loop is cut into at most. */
  private static final int CLAIMS = 16;

  /** Counters of different threads, so far apart that none shares a cache line with another. */
  private static final int SPREAD = 32;

  private final Thread[] threads;
  private final AtomicIntegerArray parked;
  private volatile Job current;
  private volatile boolean closed;

  /** A pool of {@code size} workers, the caller of {@link #run} included. */
  WorkerPool(int size) {
    threads = new Thread[size - 1];
    parked = new AtomicIntegerArray(size - 1);
    for (int i = 0; i < threads.length; i++) {
      int worker = i + 1;
      threads[i] =
          Thread.ofPlatform().daemon().name("fastvit-cpu-" + worker).unstarted(() -> work(worker));
      threads[i].start();
    }
  }

  /** The number of workers. */
  int size() {
    return threads.length + 1;
  }

  /**
   * Runs a loop over {@code units} units, and returns when all are done.
   *
   * @throws RuntimeException or Error what the loop threw first; the other units were run
   */
  void run(int units, Loop loop) {
    if (threads.length == 0 || units == 1) {
      loop.run(0, 0, units);
      return;
    }
    Job job = new Job(loop, units, Math.max(1, units / (CLAIMS * size())), size());
    current = job;
    for (int i = 0; i < threads.length; i++) {
      if (parked.get(i) != 0) {
        LockSupport.unpark(threads[i]);
      }
    }
    job.work(0);
    job.await();
  }

  private void work(int worker) {
    Job last = null;
    while (!closed) {
      Job job = next(last, worker - 1);
      if (job != null) {
        job.work(worker);
        last = job;
      }
    }
  }

  /** The next job, or null if the pool was closed or the thread woke up without reason. */
  private Job next(Job last, int index) {
    for (int i = 0; i < SPINS; i++) {
      if (current != last) {
        return current;
      }
      Thread.onSpinWait();
    }
    parked.set(index, 1);
    if (current == last && !closed) {
      LockSupport.park(this);
    }
    parked.set(index, 0);
    return current == last ? null : current;
  }

  /** Ends the threads; no loop may be running. */
  @Override
  public void close() {
    closed = true;
    for (Thread thread : threads) {
      LockSupport.unpark(thread);
    }
  }

  /**
   * One loop. Each worker begins with a share of the units that is its own, and goes on with what
   * the others have left of theirs; who is late finds no unit left and does nothing. The shares of
   * one loop after another are the same parts of the image: most of what a thread reads it has
   * written itself, and has in its own core's cache.
   */
  private static final class Job {
    private final Loop loop;
    private final int units;
    private final int claim;
    private final Thread starter = Thread.currentThread();

    /** The next unit of each share, {@link #SPREAD} apart. */
    private final AtomicIntegerArray next;

    private final int shares;
    private final AtomicInteger done = new AtomicInteger();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();

    Job(Loop loop, int units, int claim, int shares) {
      this.loop = loop;
      this.units = units;
      this.claim = claim;
      this.shares = shares;
      this.next = new AtomicIntegerArray(shares * SPREAD);
      for (int share = 0; share < shares; share++) {
        next.setPlain(share * SPREAD, begin(share));
      }
    }

    private int begin(int share) {
      return (int) ((long) units * share / shares);
    }

    void work(int worker) {
      for (int i = 0; i < shares; i++) {
        share(worker, (worker + i) % shares);
      }
    }

    private void share(int worker, int share) {
      int end = begin(share + 1);
      int from = next.getAndAdd(share * SPREAD, claim);
      while (from < end) {
        int to = Math.min(end, from + claim);
        try {
          loop.run(worker, from, to);
        } catch (RuntimeException | Error e) {
          failure.compareAndSet(null, e);
        }
        if (done.addAndGet(to - from) == units) {
          LockSupport.unpark(starter);
        }
        from = next.getAndAdd(share * SPREAD, claim);
      }
    }

    void await() {
      for (int i = 0; done.get() < units; i++) {
        if (i < SPINS) {
          Thread.onSpinWait();
        } else {
          LockSupport.park(this);
        }
      }
      Throwable thrown = failure.get();
      if (thrown instanceof Error e) {
        throw e;
      } else if (thrown != null) {
        throw (RuntimeException) thrown;
      }
    }
  }
}
