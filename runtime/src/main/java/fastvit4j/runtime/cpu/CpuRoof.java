package fastvit4j.runtime.cpu;

import fastvit4j.kernels.cpu.CpuKernelsProvider;
import fastvit4j.runtime.Ceiling;
import fastvit4j.runtime.Device;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What the processor can do at most with the vectors that its kernels use, measured when it is
 * asked for. What is read counts, as that is what most kernels do most of.
 */
public final class CpuRoof implements Ceiling {
  /** More than most caches hold. */
  private static final long LARGEST = 256L << 20;

  private static final long SMALLEST = 64L << 10;
  private static final long PAGE = 4L << 10;
  private static final int TRIES = 7;
  private static final int TRY_MILLIS = 50;

  private final CpuSpeed speed;
  private final double peak;
  private final Map<Long, Double> bandwidths = new TreeMap<>();

  private CpuRoof(CpuSpeed speed) {
    this.speed = speed;
    this.peak = speed.operations();
    // Compiles the loop, which the first size would else pay for.
    speed.reads(SMALLEST);
  }

  /**
   * The limits of a device; empty if it is another one than {@code cpu}, or computes without
   * vectors.
   *
   * @param threads cores to use at most, 0 for all
   */
  public static Optional<CpuRoof> of(Device device, int threads) {
    if (!(device instanceof CpuDevice cpu)
        || !CpuKernelsProvider.widths().contains(cpu.vectorBits())) {
      return Optional.empty();
    }
    int cores = Runtime.getRuntime().availableProcessors();
    int taken = threads == 0 ? cores : Math.min(threads, cores);
    return Optional.of(new CpuRoof(new CpuSpeed(cpu.vectorBits(), taken, TRIES, TRY_MILLIS)));
  }

  @Override
  public double operationsPerSecond() {
    return peak;
  }

  @Override
  public double matrixOperationsPerSecond() {
    return peak;
  }

  @Override
  public long largestBytes() {
    return LARGEST;
  }

  /** Bytes read, by all threads together. */
  @Override
  public synchronized double bytesPerSecond(long bytes) {
    long up = Long.highestOneBit(Math.max(1, bytes - 1)) << 1;
    return bandwidths.computeIfAbsent(
        Math.clamp(up, SMALLEST, LARGEST),
        size -> speed.reads(Math.max(PAGE, size / speed.threads() / PAGE * PAGE)));
  }
}
