package fastvit4j.tools.kernels;

import fastvit4j.runtime.Device;
import fastvit4j.runtime.cpu.CpuRoof;
import fastvit4j.runtime.tornado.Limits;
import fastvit4j.runtime.tornado.Roof;
import java.util.Optional;
import java.util.OptionalDouble;

/** What a device can do at most, measured on it: the roofline that kernels are held against. */
public sealed interface Ceiling {
  /** Floating point operations a second, a multiply-add counted as two; float32. */
  double operationsPerSecond();

  /** The same of float16 matrices on tensor cores, or of anything where there are none. */
  double matrixOperationsPerSecond();

  /** Bytes a second where as many as given are touched again and again. */
  double bytesPerSecond(long bytes);

  /** The largest working set that is measured. */
  long largestBytes();

  /** Nanoseconds that a kernel with nothing to do takes; empty where kernels are not launched. */
  OptionalDouble launchNanos();

  /** What the cost model of the device's kernels asks for; empty where there is none. */
  Optional<Limits> limits();

  /**
   * Nanoseconds that so much work takes at least: the longer of operations and bytes.
   *
   * @param matrixOperations those of the operations that tensor cores could do
   */
  default double nanos(long operations, long matrixOperations, long bytes) {
    double arithmetic =
        (operations - matrixOperations) / operationsPerSecond()
            + matrixOperations / matrixOperationsPerSecond();
    return 1e9 * Math.max(arithmetic, bytes / bytesPerSecond(bytes));
  }

  /**
   * Measures a device; empty if it has no timers, as the emulator, or is a processor without vector
   * code.
   *
   * @param threads cores to use at most, 0 for all, of the processor
   */
  static Optional<Ceiling> of(Device device, int threads) {
    Optional<Ceiling> kernels = Roof.of(device).map(OfKernels::new);
    return kernels.isPresent() ? kernels : CpuRoof.of(device, threads).map(OfProcessor::new);
  }

  /**
   * Of a device that TornadoVM drives.
   *
   * @param roof its limits
   */
  record OfKernels(Roof roof) implements Ceiling {
    @Override
    public double operationsPerSecond() {
      return roof.operationsPerSecond();
    }

    @Override
    public double matrixOperationsPerSecond() {
      return roof.matrixOperationsPerSecond();
    }

    @Override
    public double bytesPerSecond(long bytes) {
      return roof.bytesPerSecond(bytes);
    }

    @Override
    public long largestBytes() {
      return roof.largestBytes();
    }

    @Override
    public OptionalDouble launchNanos() {
      return OptionalDouble.of((double) roof.launchNanos());
    }

    @Override
    public Optional<Limits> limits() {
      return Optional.of(roof);
    }
  }

  /**
   * Of the processor.
   *
   * @param roof its limits
   */
  record OfProcessor(CpuRoof roof) implements Ceiling {
    @Override
    public double operationsPerSecond() {
      return roof.operationsPerSecond();
    }

    @Override
    public double matrixOperationsPerSecond() {
      return roof.operationsPerSecond();
    }

    @Override
    public double bytesPerSecond(long bytes) {
      return roof.bytesPerSecond(bytes);
    }

    @Override
    public long largestBytes() {
      return CpuRoof.LARGEST;
    }

    @Override
    public OptionalDouble launchNanos() {
      return OptionalDouble.empty();
    }

    @Override
    public Optional<Limits> limits() {
      return Optional.empty();
    }
  }
}
