package fastvit4j.kernels.cpu.vector;

import static fastvit4j.kernels.cpu.OffHeap.MEMORY;
import static fastvit4j.kernels.cpu.OffHeap.at;
import static fastvit4j.kernels.cpu.vector.Lanes.BYTES;
import static fastvit4j.kernels.cpu.vector.Lanes.ORDER;
import static fastvit4j.kernels.cpu.vector.Lanes.SPECIES;

import fastvit4j.kernels.cpu.OffHeap;
import jdk.incubator.vector.FloatVector;

/**
 * Eight columns of a depthwise convolution with 7 taps a row and stride 2 over strips, tap by tap,
 * for 16 registers, as {@link Depthwise7Taps} does it.
 */
final class Depthwise7TapsStride2 {
  private Depthwise7TapsStride2() {}

  static void run(
      long ring,
      long rowBytes,
      int slots,
      int slot,
      int rows,
      long weight,
      int tapBytes,
      long bias,
      long out,
      long ldo) {
    long tapStep = tapBytes & OffHeap.DISTANCE;
    FloatVector c0 = FloatVector.fromMemorySegment(SPECIES, MEMORY, at(bias), ORDER);
    FloatVector c1 = c0;
    FloatVector c2 = c0;
    FloatVector c3 = c0;
    FloatVector c4 = c0;
    FloatVector c5 = c0;
    FloatVector c6 = c0;
    FloatVector c7 = c0;
    int now = slot;
    for (int r = 0; r < rows; r++) {
      long row = at(ring + now * rowBytes);
      long tap = at(weight + 7 * tapStep * r);
      now = now + 1 == slots ? 0 : now + 1;
      for (int s = 0; s < 7; s++) {
        long x = at(row + (long) BYTES * s);
        FloatVector t =
            FloatVector.fromMemorySegment(SPECIES, MEMORY, at(tap + s * tapStep), ORDER);
        c0 = t.fma(FloatVector.fromMemorySegment(SPECIES, MEMORY, x, ORDER), c0);
        c1 = t.fma(FloatVector.fromMemorySegment(SPECIES, MEMORY, x + 2L * BYTES, ORDER), c1);
        c2 = t.fma(FloatVector.fromMemorySegment(SPECIES, MEMORY, x + 4L * BYTES, ORDER), c2);
        c3 = t.fma(FloatVector.fromMemorySegment(SPECIES, MEMORY, x + 6L * BYTES, ORDER), c3);
        c4 = t.fma(FloatVector.fromMemorySegment(SPECIES, MEMORY, x + 8L * BYTES, ORDER), c4);
        c5 = t.fma(FloatVector.fromMemorySegment(SPECIES, MEMORY, x + 10L * BYTES, ORDER), c5);
        c6 = t.fma(FloatVector.fromMemorySegment(SPECIES, MEMORY, x + 12L * BYTES, ORDER), c6);
        c7 = t.fma(FloatVector.fromMemorySegment(SPECIES, MEMORY, x + 14L * BYTES, ORDER), c7);
      }
    }
    long to = at(out);
    c0.intoMemorySegment(MEMORY, to, ORDER);
    c1.intoMemorySegment(MEMORY, at(to + ldo), ORDER);
    c2.intoMemorySegment(MEMORY, at(to + 2 * ldo), ORDER);
    c3.intoMemorySegment(MEMORY, at(to + 3 * ldo), ORDER);
    c4.intoMemorySegment(MEMORY, at(to + 4 * ldo), ORDER);
    c5.intoMemorySegment(MEMORY, at(to + 5 * ldo), ORDER);
    c6.intoMemorySegment(MEMORY, at(to + 6 * ldo), ORDER);
    c7.intoMemorySegment(MEMORY, at(to + 7 * ldo), ORDER);
  }
}
