package fastvit4j.benchmarks;

import fastvit4j.kernels.cpu.CpuKernelsProvider;
import fastvit4j.kernels.cpu.CpuProbe;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;

/**
 * What the machine can do at most: multiply-adds in registers, and reading memory of a size that
 * fits one cache or none, on so many threads at once.
 */
final class Roofline {
  /** Bytes that each thread reads again and again, and what holds them on most machines. */
  enum Level {
    /** The first-level cache. */
    L1("L1", 32L << 10),
    /** The second-level cache. */
    L2("L2", 512L << 10),
    /** The third-level cache. */
    L3("L3", 8L << 20),
    /** Memory. */
    MEMORY("memory", 256L << 20);

    private final String label;
    private final long bytes;

    Level(String label, long bytes) {
      this.label = label;
      this.bytes = bytes;
    }
  }

  /** A loop on one thread; its result is kept, so that the loop is. */
  private interface Body extends ToLongFunction<Long> {}

  private static final int TRIES = 7;
  private static final long TRY = TimeUnit.MILLISECONDS.toNanos(150);
  private static final int ROUNDS = 100_000;

  private Roofline() {}

  /** Floating-point operations a second, a multiply-add counted as two. */
  static double operations(int bits, int threads) {
    List<Body> bodies = new ArrayList<>();
    CpuProbe probe = CpuKernelsProvider.probe(bits);
    for (int i = 0; i < threads; i++) {
      bodies.add(
          deadline -> {
            long done = 0;
            while (System.nanoTime() < deadline) {
              done += probe.multiplyAdds(ROUNDS) < 0 ? 0 : ROUNDS;
            }
            return done * probe.operationsOfARound();
          });
    }
    return best(bodies);
  }

  /** Bytes a second. */
  static double reads(Level level, int bits, int threads) {
    try (Arena arena = Arena.ofShared()) {
      List<Body> bodies = new ArrayList<>();
      CpuProbe probe = CpuKernelsProvider.probe(bits);
      for (int i = 0; i < threads; i++) {
        MemorySegment memory = arena.allocate(level.bytes, 64);
        memory.fill((byte) 0);
        long times = Math.max(1, (1L << 20) / level.bytes);
        bodies.add(
            deadline -> {
              long done = 0;
              while (System.nanoTime() < deadline) {
                for (long t = 0; t < times; t++) {
                  done += probe.read(memory) == 0 ? level.bytes : 0;
                }
              }
              return done;
            });
      }
      return best(bodies);
    }
  }

  /** A level's name. */
  static String label(Level level) {
    return level.label + ", " + (level.bytes >> 10) + " KiB a thread";
  }

  /** The best of some tries: what disturbs a limit only ever lowers it. */
  private static double best(List<Body> bodies) {
    double best = 0;
    for (int i = 0; i < TRIES; i++) {
      best = Math.max(best, rate(bodies));
    }
    return best;
  }

  private static double rate(List<Body> bodies) {
    long begin = System.nanoTime();
    long[] done = new long[bodies.size()];
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < bodies.size(); i++) {
      int thread = i;
      threads.add(
          Thread.ofPlatform()
              .start(() -> done[thread] = bodies.get(thread).applyAsLong(begin + TRY)));
    }
    long sum = 0;
    for (int i = 0; i < done.length; i++) {
      try {
        threads.get(i).join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while measuring", e);
      }
      sum += done[i];
    }
    return sum * 1e9 / (System.nanoTime() - begin);
  }
}
