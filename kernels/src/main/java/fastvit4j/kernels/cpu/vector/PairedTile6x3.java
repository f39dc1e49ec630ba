package fastvit4j.kernels.cpu.vector;

import static fastvit4j.kernels.cpu.OffHeap.ADDRESS;
import static fastvit4j.kernels.cpu.OffHeap.DISTANCE;
import static fastvit4j.kernels.cpu.OffHeap.FLOAT;
import static fastvit4j.kernels.cpu.OffHeap.MEMORY;
import static fastvit4j.kernels.cpu.vector.Lanes.BYTES;
import static fastvit4j.kernels.cpu.vector.Lanes.ORDER;
import static fastvit4j.kernels.cpu.vector.Lanes.SPECIES;
import static fastvit4j.kernels.cpu.vector.PairedRows.HALF;
import static fastvit4j.kernels.cpu.vector.Tiles.TERM;

import jdk.incubator.vector.FloatVector;

/** The register tile of 6 rows by 3 vectors, of which 2 are paired; see {@link PairedTiles}. */
final class PairedTile6x3 {
  private PairedTile6x3() {}

  static void run(long a, long lda, int pairs, long panel, long c, long ldc) {
    long row = lda & DISTANCE;
    FloatVector zero = FloatVector.zero(SPECIES);
    FloatVector c00 = zero;
    FloatVector c01 = zero;
    FloatVector c02 = zero;
    FloatVector c10 = zero;
    FloatVector c11 = zero;
    FloatVector c12 = zero;
    FloatVector c20 = zero;
    FloatVector c21 = zero;
    FloatVector c22 = zero;
    FloatVector c30 = zero;
    FloatVector c31 = zero;
    FloatVector c32 = zero;
    FloatVector c40 = zero;
    FloatVector c41 = zero;
    FloatVector c42 = zero;
    FloatVector c50 = zero;
    FloatVector c51 = zero;
    FloatVector c52 = zero;
    long x = a & ADDRESS;
    long b = panel & ADDRESS;
    for (int k = 0; k < pairs; k++) {
      long i = x + 4L * (k & TERM);
      long i3 = i + 3 * row;
      long j = b + 6L * BYTES * (k & TERM);
      FloatVector p0 = FloatVector.fromMemorySegment(SPECIES, MEMORY, j, ORDER);
      FloatVector p1 = FloatVector.fromMemorySegment(SPECIES, MEMORY, j + BYTES, ORDER);
      FloatVector p2 = FloatVector.fromMemorySegment(SPECIES, MEMORY, j + 2L * BYTES, ORDER);
      FloatVector q0 = FloatVector.fromMemorySegment(SPECIES, MEMORY, j + 3L * BYTES, ORDER);
      FloatVector q1 = FloatVector.fromMemorySegment(SPECIES, MEMORY, j + 4L * BYTES, ORDER);
      FloatVector q2 = FloatVector.fromMemorySegment(SPECIES, MEMORY, j + 5L * BYTES, ORDER);
      FloatVector x0 = FloatVector.broadcast(SPECIES, MEMORY.get(FLOAT, i));
      FloatVector y0 = FloatVector.broadcast(SPECIES, MEMORY.get(FLOAT, i + HALF));
      c00 = x0.add(q0).fma(y0.add(p0), c00);
      c01 = x0.add(q1).fma(y0.add(p1), c01);
      c02 = x0.fma(p2, c02);
      c02 = y0.fma(q2, c02);
      FloatVector x1 = FloatVector.broadcast(SPECIES, MEMORY.get(FLOAT, i + row));
      FloatVector y1 = FloatVector.broadcast(SPECIES, MEMORY.get(FLOAT, i + row + HALF));
      c10 = x1.add(q0).fma(y1.add(p0), c10);
      c11 = x1.add(q1).fma(y1.add(p1), c11);
      c12 = x1.fma(p2, c12);
      c12 = y1.fma(q2, c12);
      FloatVector x2 = FloatVector.broadcast(SPECIES, MEMORY.get(FLOAT, i + 2 * row));
      FloatVector y2 = FloatVector.broadcast(SPECIES, MEMORY.get(FLOAT, i + 2 * row + HALF));
      c20 = x2.add(q0).fma(y2.add(p0), c20);
      c21 = x2.add(q1).fma(y2.add(p1), c21);
      c22 = x2.fma(p2, c22);
      c22 = y2.fma(q2, c22);
      FloatVector x3 = FloatVector.broadcast(SPECIES, MEMORY.get(FLOAT, i3));
      FloatVector y3 = FloatVector.broadcast(SPECIES, MEMORY.get(FLOAT, i3 + HALF));
      c30 = x3.add(q0).fma(y3.add(p0), c30);
      c31 = x3.add(q1).fma(y3.add(p1), c31);
      c32 = x3.fma(p2, c32);
      c32 = y3.fma(q2, c32);
      FloatVector x4 = FloatVector.broadcast(SPECIES, MEMORY.get(FLOAT, i3 + row));
      FloatVector y4 = FloatVector.broadcast(SPECIES, MEMORY.get(FLOAT, i3 + row + HALF));
      c40 = x4.add(q0).fma(y4.add(p0), c40);
      c41 = x4.add(q1).fma(y4.add(p1), c41);
      c42 = x4.fma(p2, c42);
      c42 = y4.fma(q2, c42);
      FloatVector x5 = FloatVector.broadcast(SPECIES, MEMORY.get(FLOAT, i3 + 2 * row));
      FloatVector y5 = FloatVector.broadcast(SPECIES, MEMORY.get(FLOAT, i3 + 2 * row + HALF));
      c50 = x5.add(q0).fma(y5.add(p0), c50);
      c51 = x5.add(q1).fma(y5.add(p1), c51);
      c52 = x5.fma(p2, c52);
      c52 = y5.fma(q2, c52);
    }
    long d0 = c & ADDRESS;
    long d1 = (c + ldc) & ADDRESS;
    long d2 = (c + 2 * ldc) & ADDRESS;
    long d3 = (c + 3 * ldc) & ADDRESS;
    long d4 = (c + 4 * ldc) & ADDRESS;
    long d5 = (c + 5 * ldc) & ADDRESS;
    c00.intoMemorySegment(MEMORY, d0, ORDER);
    c01.intoMemorySegment(MEMORY, d0 + BYTES, ORDER);
    c02.intoMemorySegment(MEMORY, d0 + 2L * BYTES, ORDER);
    c10.intoMemorySegment(MEMORY, d1, ORDER);
    c11.intoMemorySegment(MEMORY, d1 + BYTES, ORDER);
    c12.intoMemorySegment(MEMORY, d1 + 2L * BYTES, ORDER);
    c20.intoMemorySegment(MEMORY, d2, ORDER);
    c21.intoMemorySegment(MEMORY, d2 + BYTES, ORDER);
    c22.intoMemorySegment(MEMORY, d2 + 2L * BYTES, ORDER);
    c30.intoMemorySegment(MEMORY, d3, ORDER);
    c31.intoMemorySegment(MEMORY, d3 + BYTES, ORDER);
    c32.intoMemorySegment(MEMORY, d3 + 2L * BYTES, ORDER);
    c40.intoMemorySegment(MEMORY, d4, ORDER);
    c41.intoMemorySegment(MEMORY, d4 + BYTES, ORDER);
    c42.intoMemorySegment(MEMORY, d4 + 2L * BYTES, ORDER);
    c50.intoMemorySegment(MEMORY, d5, ORDER);
    c51.intoMemorySegment(MEMORY, d5 + BYTES, ORDER);
    c52.intoMemorySegment(MEMORY, d5 + 2L * BYTES, ORDER);
  }
}
