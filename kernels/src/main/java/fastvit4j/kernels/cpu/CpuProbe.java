package fastvit4j.kernels.cpu;

import java.lang.foreign.MemorySegment;

/**
 * Loops that do one thing as fast as this Java virtual machine can: what kernels are held against.
 */
public interface CpuProbe {
  /** Floating-point operations of a round of {@link #multiplyAdds}. */
  int operationsOfARound();

  /**
   * Multiplies and adds in registers only, in chains enough to keep every unit busy.
   *
   * @param rounds rounds of {@link #operationsOfARound()} operations
   * @return a number that depends on all of them
   */
  float multiplyAdds(int rounds);

  /**
   * GELU of an image's pixel, as it follows a product, from and to off-heap memory of one size, a
   * multiple of 64 bytes.
   */
  void gelu(MemorySegment from, MemorySegment to);

  /** The sum of all whole vectors of some off-heap memory, aligned to 64 bytes. */
  float read(MemorySegment memory);
}
