package fastvit4j.benchmarks;

import fastvit4j.runtime.cpu.CpuSpeed;

/**
 * What the machine can do at most: multiply-adds in registers, GELU in the first-level cache, and
 * reading memory of a size that fits one cache or none, on so many threads at once.
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

  private static final int TRIES = 7;
  private static final int TRY_MILLIS = 150;

  private Roofline() {}

  /** Floating-point operations a second, a multiply-add counted as two. */
  static double operations(int bits, int threads) {
    return new CpuSpeed(bits, threads, TRIES, TRY_MILLIS).operations();
  }

  /** Bytes a second. */
  static double reads(Level level, int bits, int threads) {
    return new CpuSpeed(bits, threads, TRIES, TRY_MILLIS).reads(level.bytes);
  }

  /** Elements of GELU a second. */
  static double gelus(int bits, int threads) {
    return new CpuSpeed(bits, threads, TRIES, TRY_MILLIS).gelus();
  }

  /** A level's name. */
  static String label(Level level) {
    return level.label + ", " + (level.bytes >> 10) + " KiB a thread";
  }
}
