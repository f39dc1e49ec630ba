package fastvit4j.runtime.cpu;

import fastvit4j.kernels.cpu.CpuKernelsProvider;
import fastvit4j.kernels.cpu.CpuProbe;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;

/**
 * Measures what the processor can do at most: multiply-adds in registers, and reading memory of a
 * size again and again, on so many threads at once. Of some tries the best counts: what disturbs a
 * limit only ever lowers it.
 *
 * @param bits the width of the vectors, one of {@link CpuKernelsProvider#widths()}
 * @param threads threads that work at once, each on memory of its own
 * @param tries how often it is tried
 * @param tryMillis how long each try takes, ms
 */
public record CpuSpeed(int bits, int threads, int tries, int tryMillis) {
  /** A loop on one thread until a time; what it did is kept, so that the loop is. */
  private interface Body extends ToLongFunction<Long> {}

  private static final int ROUNDS = 100_000;
  private static final int ALIGNMENT = 64;
  private static final long BETWEEN_LOOKS = 1L << 20;

  /** With the result, half of most first-level caches. */
  private static final long GELU_BYTES = 1L << 13;

  private static final int GELUS_BETWEEN_LOOKS = 100;

  /** Floating-point operations a second, a multiply-add counted as two. */
  public double operations() {
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

  /**
   * Bytes read a second.
   *
   * @param bytes the size of each thread's memory
   */
  public double reads(long bytes) {
    try (Arena arena = Arena.ofShared()) {
      List<Body> bodies = new ArrayList<>();
      CpuProbe probe = CpuKernelsProvider.probe(bits);
      for (int i = 0; i < threads; i++) {
        MemorySegment memory = arena.allocate(bytes, ALIGNMENT);
        memory.fill((byte) 0);
        long times = Math.max(1, BETWEEN_LOOKS / bytes);
        bodies.add(
            deadline -> {
              long done = 0;
              while (System.nanoTime() < deadline) {
                for (long t = 0; t < times; t++) {
                  done += probe.read(memory) == 0 ? bytes : 0;
                }
              }
              return done;
            });
      }
      return best(bodies);
    }
  }

  /** Elements a second of GELU, from and to the first-level cache, as it follows products. */
  public double gelus() {
    try (Arena arena = Arena.ofShared()) {
      List<Body> bodies = new ArrayList<>();
      CpuProbe probe = CpuKernelsProvider.probe(bits);
      for (int i = 0; i < threads; i++) {
        MemorySegment from = arena.allocate(GELU_BYTES, ALIGNMENT);
        MemorySegment to = arena.allocate(GELU_BYTES, ALIGNMENT);
        for (int at = 0; at < GELU_BYTES; at += Float.BYTES) {
          from.set(ValueLayout.JAVA_FLOAT, at, (float) Math.sin(at));
        }
        bodies.add(
            deadline -> {
              long done = 0;
              while (System.nanoTime() < deadline) {
                for (int t = 0; t < GELUS_BETWEEN_LOOKS; t++) {
                  probe.gelu(from, to);
                  done += GELU_BYTES / Float.BYTES;
                }
              }
              return done;
            });
      }
      return best(bodies);
    }
  }

  private double best(List<Body> bodies) {
    double best = 0;
    for (int i = 0; i < tries; i++) {
      best = Math.max(best, rate(bodies));
    }
    return best;
  }

  private double rate(List<Body> bodies) {
    long begin = System.nanoTime();
    long end = begin + TimeUnit.MILLISECONDS.toNanos(tryMillis);
    long[] done = new long[bodies.size()];
    List<Thread> working = new ArrayList<>();
    for (int i = 0; i < bodies.size(); i++) {
      int thread = i;
      working.add(
          Thread.ofPlatform().start(() -> done[thread] = bodies.get(thread).applyAsLong(end)));
    }
    long sum = 0;
    for (int i = 0; i < done.length; i++) {
      try {
        working.get(i).join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while measuring", e);
      }
      sum += done[i];
    }
    return sum * 1e9 / (System.nanoTime() - begin);
  }
}
