package fastvit4j.kernels.cpu.vector;

import static fastvit4j.kernels.cpu.OffHeap.MEMORY;
import static fastvit4j.kernels.cpu.OffHeap.at;
import static fastvit4j.kernels.cpu.vector.Lanes.ORDER;
import static fastvit4j.kernels.cpu.vector.Lanes.SPECIES;

import fastvit4j.kernels.cpu.OffHeap;
import jdk.incubator.vector.FloatVector;

/**
 * Eight columns of a depthwise convolution with 7 taps a row and stride 1: every input is loaded
 * once for all the windows that see it, and the eight sums take turns; see {@link DepthwiseRow}.
 */
final class Depthwise7 {
  private Depthwise7() {}

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
      long tap = at(weight + 7 * tapStep * r);
      FloatVector t0 = FloatVector.fromMemorySegment(SPECIES, MEMORY, tap, ORDER);
      FloatVector x0 = FloatVector.fromMemorySegment(SPECIES, MEMORY, x, ORDER);
      c0 = x0.fma(t0, c0);
      FloatVector x1 = FloatVector.fromMemorySegment(SPECIES, MEMORY, x + step, ORDER);
      c1 = x1.fma(t0, c1);
      FloatVector x2 = FloatVector.fromMemorySegment(SPECIES, MEMORY, x + 2 * step, ORDER);
      c2 = x2.fma(t0, c2);
      FloatVector x3 = FloatVector.fromMemorySegment(SPECIES, MEMORY, x + 3 * step, ORDER);
      c3 = x3.fma(t0, c3);
      FloatVector x4 = FloatVector.fromMemorySegment(SPECIES, MEMORY, x + 4 * step, ORDER);
      c4 = x4.fma(t0, c4);
      FloatVector x5 = FloatVector.fromMemorySegment(SPECIES, MEMORY, x + 5 * step, ORDER);
      c5 = x5.fma(t0, c5);
      FloatVector x6 = FloatVector.fromMemorySegment(SPECIES, MEMORY, x + 6 * step, ORDER);
      c6 = x6.fma(t0, c6);
      FloatVector x7 = FloatVector.fromMemorySegment(SPECIES, MEMORY, x + 7 * step, ORDER);
      c7 = x7.fma(t0, c7);
      FloatVector t1 = FloatVector.fromMemorySegment(SPECIES, MEMORY, tap + tapStep, ORDER);
      c0 = x1.fma(t1, c0);
      c1 = x2.fma(t1, c1);
      c2 = x3.fma(t1, c2);
      c3 = x4.fma(t1, c3);
      c4 = x5.fma(t1, c4);
      c5 = x6.fma(t1, c5);
      c6 = x7.fma(t1, c6);
      FloatVector x8 = FloatVector.fromMemorySegment(SPECIES, MEMORY, x + 8 * step, ORDER);
      c7 = x8.fma(t1, c7);
      FloatVector t2 = FloatVector.fromMemorySegment(SPECIES, MEMORY, tap + 2 * tapStep, ORDER);
      c0 = x2.fma(t2, c0);
      c1 = x3.fma(t2, c1);
      c2 = x4.fma(t2, c2);
      c3 = x5.fma(t2, c3);
      c4 = x6.fma(t2, c4);
      c5 = x7.fma(t2, c5);
      c6 = x8.fma(t2, c6);
      FloatVector x9 = FloatVector.fromMemorySegment(SPECIES, MEMORY, x + 9 * step, ORDER);
      c7 = x9.fma(t2, c7);
      FloatVector t3 = FloatVector.fromMemorySegment(SPECIES, MEMORY, tap + 3 * tapStep, ORDER);
      c0 = x3.fma(t3, c0);
      c1 = x4.fma(t3, c1);
      c2 = x5.fma(t3, c2);
      c3 = x6.fma(t3, c3);
      c4 = x7.fma(t3, c4);
      c5 = x8.fma(t3, c5);
      c6 = x9.fma(t3, c6);
      FloatVector x10 = FloatVector.fromMemorySegment(SPECIES, MEMORY, x + 10 * step, ORDER);
      c7 = x10.fma(t3, c7);
      FloatVector t4 = FloatVector.fromMemorySegment(SPECIES, MEMORY, tap + 4 * tapStep, ORDER);
      c0 = x4.fma(t4, c0);
      c1 = x5.fma(t4, c1);
      c2 = x6.fma(t4, c2);
      c3 = x7.fma(t4, c3);
      c4 = x8.fma(t4, c4);
      c5 = x9.fma(t4, c5);
      c6 = x10.fma(t4, c6);
      FloatVector x11 = FloatVector.fromMemorySegment(SPECIES, MEMORY, x + 11 * step, ORDER);
      c7 = x11.fma(t4, c7);
      FloatVector t5 = FloatVector.fromMemorySegment(SPECIES, MEMORY, tap + 5 * tapStep, ORDER);
      c0 = x5.fma(t5, c0);
      c1 = x6.fma(t5, c1);
      c2 = x7.fma(t5, c2);
      c3 = x8.fma(t5, c3);
      c4 = x9.fma(t5, c4);
      c5 = x10.fma(t5, c5);
      c6 = x11.fma(t5, c6);
      FloatVector x12 = FloatVector.fromMemorySegment(SPECIES, MEMORY, x + 12 * step, ORDER);
      c7 = x12.fma(t5, c7);
      FloatVector t6 = FloatVector.fromMemorySegment(SPECIES, MEMORY, tap + 6 * tapStep, ORDER);
      c0 = x6.fma(t6, c0);
      c1 = x7.fma(t6, c1);
      c2 = x8.fma(t6, c2);
      c3 = x9.fma(t6, c3);
      c4 = x10.fma(t6, c4);
      c5 = x11.fma(t6, c5);
      c6 = x12.fma(t6, c6);
      FloatVector x13 = FloatVector.fromMemorySegment(SPECIES, MEMORY, x + 13 * step, ORDER);
      c7 = x13.fma(t6, c7);
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
