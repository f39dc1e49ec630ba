package fastvit4j.tools.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Times a fixed piece of work on some threads at once, as a network's run would have them: first
 * arithmetic on vectors in registers, which depends on the clock, then copies through the caches of
 * what mostly another thread wrote, as a network's layers read each other's activations: that
 * depends on which caches the threads' cores share, and on a virtual machine the host may change it
 * at any time. None of the kernels is in it, so that it takes the same time in every build, and
 * longer only where the machine is slower. The work is claimed in small parts as threads get to it,
 * as in a run; its amount is in proportion to the threads.
 *
 * <p>The compiler turns the loop on an array of floats into vectors as wide as it uses at all,
 * which are those of the kernels.
 */
final class SpeedProbe {
  /** Times that each part is repeated in one reading. */
  private static final int REPETITIONS = 8;

  /** Readings before the first, in which the loop is compiled. */
  private static final int WARM_UPS = 2;

  /** Floats that fit into the first cache beside everything else. */
  private static final int SMALL = 1024;

  /** Floats of one claim to copy. */
  private static final int SLICE = 1 << 14;

  /**
   * Slices of each array for each thread: two arrays together are a core's second cache at most.
   */
  private static final int SLICES = 8;

  /** Times that the arrays are copied to each other. */
  private static final int COPIES = 16;

  /** Claims for each thread. */
  private static final int ARITHMETIC_CLAIMS = 32;

  /** Passes over the small array in one claim. */
  private static final int PASSES = 100;

  private static final double NANOS_PER_MS = 1e6;

  private final List<Worker> workers = new ArrayList<>();
  private float[][] arrays = new float[2][0];
  private boolean warm;

  /**
   * Probes now, which takes some milliseconds.
   *
   * @param threads as of a session: 0 for all cores
   */
  List<Probe> read(int threads) {
    int size = threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
    while (workers.size() < size) {
      workers.add(new Worker());
    }
    if (arrays[0].length != size * SLICES * SLICE) {
      arrays = new float[2][size * SLICES * SLICE];
    }
    for (int i = 0; !warm && i < WARM_UPS; i++) {
      readOnce(size);
    }
    warm = true;
    return readOnce(size);
  }

  private List<Probe> readOnce(int size) {
    Reading reading = new Reading(size, arrays);
    List<Thread> others = new ArrayList<>();
    for (Worker worker : workers.subList(1, size)) {
      others.add(
          Thread.ofPlatform().daemon().name("fastvit-probe").start(() -> worker.work(reading)));
    }
    List<Probe> probes = workers.getFirst().work(reading);
    for (Thread other : others) {
      join(other);
    }
    return probes;
  }

  private static void join(Thread thread) {
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** What the threads of one reading share. */
  private static final class Reading {
    private final int threads;
    private final AtomicInteger arrived = new AtomicInteger();
    private final AtomicLongArray met = new AtomicLongArray(3 * REPETITIONS + 1);
    private final AtomicInteger[] claimed = new AtomicInteger[2 * REPETITIONS];
    private final float[][] arrays;

    Reading(int threads, float[][] arrays) {
      this.threads = threads;
      this.arrays = arrays;
      Arrays.setAll(claimed, _ -> new AtomicInteger());
    }

    /**
     * Waits, awake, until all threads have come to the {@code n}th meeting, from 1 on. The last to
     * come takes the time: another may wake up only after its work was done for it. Where there are
     * fewer cores than threads, those that wait give way to those that have not come yet.
     */
    @SuppressWarnings("ThreadPriorityCheck")
    long meet(int n) {
      met.accumulateAndGet(n, System.nanoTime(), (a, b) -> a == 0 || b - a > 0 ? b : a);
      arrived.incrementAndGet();
      while (arrived.get() < n * threads) {
        Thread.yield();
      }
      return met.get(n);
    }

    /**
     * One thread's part of the copies. Each copy of the arrays begins one slice later than the one
     * before, so that threads in step read what another one wrote. One that is ahead may read what
     * is being written, which changes no time: all values are 0.
     */
    void copy(AtomicInteger claims) {
      int slices = SLICES * threads;
      int claim = claims.getAndIncrement();
      while (claim < COPIES * slices) {
        int copy = claim / slices;
        int at = (claim + copy) % slices * SLICE;
        System.arraycopy(arrays[copy % 2], at, arrays[(copy + 1) % 2], at, SLICE);
        claim = claims.getAndIncrement();
      }
    }
  }

  /** What one thread computes with. */
  private static final class Worker {
    private final float[] small = new float[SMALL];

    /** One thread's part of a reading; the times are those of all threads. */
    List<Probe> work(Reading reading) {
      List<Probe> probes = new ArrayList<>();
      int meetings = 0;
      for (int i = 0; i < REPETITIONS; i++) {
        long start = reading.meet(++meetings);
        AtomicInteger claimed = reading.claimed[2 * i];
        while (claimed.getAndIncrement() < ARITHMETIC_CLAIMS * reading.threads) {
          for (int pass = 0; pass < PASSES; pass++) {
            compute(small);
          }
        }
        long middle = reading.meet(++meetings);
        reading.copy(reading.claimed[2 * i + 1]);
        long end = reading.meet(++meetings);
        probes.add(
            new Probe(
                Math.max(1, middle - start) / NANOS_PER_MS,
                Math.max(1, end - middle) / NANOS_PER_MS));
      }
      return probes;
    }

    /** Sixteen steps towards 1 of each value: no value ever becomes slow to compute with. */
    private static void compute(float[] values) {
      for (int i = 0; i < values.length; i++) {
        float v = values[i];
        v = v * 0.5f + 0.5f;
        v = v * 0.5f + 0.5f;
        v = v * 0.5f + 0.5f;
        v = v * 0.5f + 0.5f;
        v = v * 0.5f + 0.5f;
        v = v * 0.5f + 0.5f;
        v = v * 0.5f + 0.5f;
        v = v * 0.5f + 0.5f;
        v = v * 0.5f + 0.5f;
        v = v * 0.5f + 0.5f;
        v = v * 0.5f + 0.5f;
        v = v * 0.5f + 0.5f;
        v = v * 0.5f + 0.5f;
        v = v * 0.5f + 0.5f;
        v = v * 0.5f + 0.5f;
        v = v * 0.5f + 0.5f;
        values[i] = v;
      }
    }
  }
}
