package fastvit4j.kernels.cpu.vector;

import static fastvit4j.kernels.cpu.OffHeap.MEMORY;
import static fastvit4j.kernels.cpu.vector.Lanes.ORDER;
import static fastvit4j.kernels.cpu.vector.Lanes.SPECIES;

import jdk.incubator.vector.FloatVector;

/** Means over the pixels of an image. */
final class Means {
  private Means() {}

  /**
   * The mean of one vector of channels. Four sums, each of every fourth pixel, are added in the
   * end: shorter chains of additions have a smaller rounding error.
   *
   * @param image address of the channels in the first pixel
   * @param pixels pixels
   * @param pixelBytes bytes between pixels
   */
  static FloatVector of(long image, int pixels, long pixelBytes) {
    FloatVector s0 = FloatVector.zero(SPECIES);
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    long p = image;
    int i = 0;
    for (; i + 3 < pixels; i += 4) {
      s0 = s0.add(FloatVector.fromMemorySegment(SPECIES, MEMORY, p, ORDER));
      s1 = s1.add(FloatVector.fromMemorySegment(SPECIES, MEMORY, p + pixelBytes, ORDER));
      s2 = s2.add(FloatVector.fromMemorySegment(SPECIES, MEMORY, p + 2 * pixelBytes, ORDER));
      s3 = s3.add(FloatVector.fromMemorySegment(SPECIES, MEMORY, p + 3 * pixelBytes, ORDER));
      p += 4 * pixelBytes;
    }
    for (; i < pixels; i++) {
      s0 = s0.add(FloatVector.fromMemorySegment(SPECIES, MEMORY, p, ORDER));
      p += pixelBytes;
    }
    return s0.add(s1).add(s2.add(s3)).div(pixels);
  }
}
