package fastvit4j.kernels.cpu.vector;

import static fastvit4j.kernels.cpu.OffHeap.MEMORY;
import static fastvit4j.kernels.cpu.OffHeap.at;
import static fastvit4j.kernels.cpu.vector.Lanes.BYTES;
import static fastvit4j.kernels.cpu.vector.Lanes.ORDER;
import static fastvit4j.kernels.cpu.vector.Lanes.SPECIES;

import fastvit4j.kernels.cpu.OffHeap;
import jdk.incubator.vector.FloatVector;

/**
 * Eight columns of a depthwise convolution with 7 taps a row and stride 1 over strips, tap by tap,
 * for 16 registers: each multiply-add reads its input from memory itself, so that eight sums and a
 * weight are all that registers must hold; see {@link DepthwiseRow}.
 *
 * <p>The addresses of each tap are masked anew, although they are in bounds already: otherwise the
 * compiler would see that taps read the same inputs, load these once, and then run out of registers
 * to keep them in. Columns are a constant apart, so that the distance is part of the instruction.
 */
final class Depthwise7Taps {
  private Depthwise7Taps() {}

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
        c1 = t.fma(FloatVector.fromMemorySegment(SPECIES, MEMORY, x + BYTES, ORDER), c1);
        c2 = t.fma(FloatVector.fromMemorySegment(SPECIES, MEMORY, x + 2L * BYTES, ORDER), c2);
        c3 = t.fma(FloatVector.fromMemorySegment(SPECIES, MEMORY, x + 3L * BYTES, ORDER), c3);
        c4 = t.fma(FloatVector.fromMemorySegment(SPECIES, MEMORY, x + 4L * BYTES, ORDER), c4);
        c5 = t.fma(FloatVector.fromMemorySegment(SPECIES, MEMORY, x + 5L * BYTES, ORDER), c5);
        c6 = t.fma(FloatVector.fromMemorySegment(SPECIES, MEMORY, x + 6L * BYTES, ORDER), c6);
        c7 = t.fma(FloatVector.fromMemorySegment(SPECIES, MEMORY, x + 7L * BYTES, ORDER), c7);
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
