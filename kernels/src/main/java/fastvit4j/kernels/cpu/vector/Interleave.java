package fastvit4j.kernels.cpu.vector;

import static fastvit4j.kernels.cpu.OffHeap.MEMORY;
import static fastvit4j.kernels.cpu.vector.Lanes.BYTES;
import static fastvit4j.kernels.cpu.vector.Lanes.LENGTH;
import static fastvit4j.kernels.cpu.vector.Lanes.ORDER;
import static fastvit4j.kernels.cpu.vector.Lanes.SPECIES;

import fastvit4j.kernels.cpu.OffHeap;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShuffle;

/** Brings the outputs of a depthwise convolution with a channel multiplier into their order. */
final class Interleave {
  private static final VectorShuffle<Float> ZIP_LOW = VectorShuffle.makeZip(SPECIES, 0);
  private static final VectorShuffle<Float> ZIP_HIGH = VectorShuffle.makeZip(SPECIES, 1);

  private Interleave() {}

  /** From [multiplier][columns][vector] to [columns][vector · multiplier]. */
  static void rows(long from, long to, int columns, int multiplier) {
    long plane = (long) columns * BYTES;
    if (multiplier == 2) {
      for (int x = 0; x < columns; x++) {
        long source = from + (long) x * BYTES;
        long target = to + 2L * x * BYTES;
        FloatVector even = FloatVector.fromMemorySegment(SPECIES, MEMORY, source, ORDER);
        FloatVector odd = FloatVector.fromMemorySegment(SPECIES, MEMORY, source + plane, ORDER);
        even.rearrange(ZIP_LOW, odd).intoMemorySegment(MEMORY, target, ORDER);
        even.rearrange(ZIP_HIGH, odd).intoMemorySegment(MEMORY, target + BYTES, ORDER);
      }
      return;
    }
    for (int x = 0; x < columns; x++) {
      for (int c = 0; c < LENGTH; c++) {
        for (int j = 0; j < multiplier; j++) {
          OffHeap.set(
              to + 4L * ((long) (x * LENGTH + c) * multiplier + j),
              OffHeap.get(from + j * plane + 4L * (x * LENGTH + c)));
        }
      }
    }
  }
}
