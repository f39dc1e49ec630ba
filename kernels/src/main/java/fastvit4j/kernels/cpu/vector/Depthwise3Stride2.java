package fastvit4j.kernels.cpu.vector;

import static fastvit4j.kernels.cpu.OffHeap.MEMORY;
import static fastvit4j.kernels.cpu.OffHeap.at;
import static fastvit4j.kernels.cpu.vector.Lanes.ORDER;
import static fastvit4j.kernels.cpu.vector.Lanes.SPECIES;

import fastvit4j.kernels.cpu.OffHeap;
import jdk.incubator.vector.FloatVector;

/**
 * Eight columns of a depthwise convolution with 3 taps a row and stride 2: every input is loaded
 * once for all the windows that see it, and the eight sums take turns; see {@link DepthwiseRow}.
 */
final class Depthwise3Stride2 {
  private Depthwise3Stride2() {}

  static void run(
      long ring,
      long rowBytes,
      int slots,
      int slot,
      int rows,
      int columnBytes,
      long weight,
      int tapBytes,
      long bias,
      long out,
      long ldo) {
    long step = columnBytes & OffHeap.DISTANCE;
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
      long x = at(ring + now * rowBytes);
      now = now + 1 == slots ? 0 : now + 1;
      long tap = at(weight + 3 * tapStep * r);
      FloatVector t0 = FloatVector.fromMemorySegment(SPECIES, MEMORY, tap, ORDER);
      FloatVector x0 = FloatVector.fromMemorySegment(SPECIES, MEMORY, x, ORDER);
      c0 = x0.fma(t0, c0);
      FloatVector x2 = FloatVector.fromMemorySegment(SPECIES, MEMORY, x + 2 * step, ORDER);
      c1 = x2.fma(t0, c1);
      FloatVector x4 = FloatVector.fromMemorySegment(SPECIES, MEMORY, x + 4 * step, ORDER);
      c2 = x4.fma(t0, c2);
      FloatVector x6 = FloatVector.fromMemorySegment(SPECIES, MEMORY, x + 6 * step, ORDER);
      c3 = x6.fma(t0, c3);
      FloatVector x8 = FloatVector.fromMemorySegment(SPECIES, MEMORY, x + 8 * step, ORDER);
      c4 = x8.fma(t0, c4);
      FloatVector x10 = FloatVector.fromMemorySegment(SPECIES, MEMORY, x + 10 * step, ORDER);
      c5 = x10.fma(t0, c5);
      FloatVector x12 = FloatVector.fromMemorySegment(SPECIES, MEMORY, x + 12 * step, ORDER);
      c6 = x12.fma(t0, c6);
      FloatVector x14 = FloatVector.fromMemorySegment(SPECIES, MEMORY, x + 14 * step, ORDER);
      c7 = x14.fma(t0, c7);
      FloatVector t1 = FloatVector.fromMemorySegment(SPECIES, MEMORY, tap + tapStep, ORDER);
      FloatVector x1 = FloatVector.fromMemorySegment(SPECIES, MEMORY, x + step, ORDER);
      c0 = x1.fma(t1, c0);
      FloatVector x3 = FloatVector.fromMemorySegment(SPECIES, MEMORY, x + 3 * step, ORDER);
      c1 = x3.fma(t1, c1);
      FloatVector x5 = FloatVector.fromMemorySegment(SPECIES, MEMORY, x + 5 * step, ORDER);
      c2 = x5.fma(t1, c2);
      FloatVector x7 = FloatVector.fromMemorySegment(SPECIES, MEMORY, x + 7 * step, ORDER);
      c3 = x7.fma(t1, c3);
      FloatVector x9 = FloatVector.fromMemorySegment(SPECIES, MEMORY, x + 9 * step, ORDER);
      c4 = x9.fma(t1, c4);
      FloatVector x11 = FloatVector.fromMemorySegment(SPECIES, MEMORY, x + 11 * step, ORDER);
      c5 = x11.fma(t1, c5);
      FloatVector x13 = FloatVector.fromMemorySegment(SPECIES, MEMORY, x + 13 * step, ORDER);
      c6 = x13.fma(t1, c6);
      FloatVector x15 = FloatVector.fromMemorySegment(SPECIES, MEMORY, x + 15 * step, ORDER);
      c7 = x15.fma(t1, c7);
      FloatVector t2 = FloatVector.fromMemorySegment(SPECIES, MEMORY, tap + 2 * tapStep, ORDER);
      c0 = x2.fma(t2, c0);
      c1 = x4.fma(t2, c1);
      c2 = x6.fma(t2, c2);
      c3 = x8.fma(t2, c3);
      c4 = x10.fma(t2, c4);
      c5 = x12.fma(t2, c5);
      c6 = x14.fma(t2, c6);
      FloatVector x16 = FloatVector.fromMemorySegment(SPECIES, MEMORY, x + 16 * step, ORDER);
      c7 = x16.fma(t2, c7);
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
