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

/** The register tile of 4 rows by 2 vectors, of which 1 is paired; see {@link PairedTiles}. */
final class PairedTile4x2 {
  private PairedTile4x2() {}

  static void run(long a, long lda, int pairs, long panel, long c, long ldc) {
    long row = lda & DISTANCE;
    FloatVector zero = FloatVector.zero(SPECIES);
    FloatVector c00 = zero;
    FloatVector c01 = zero;
    FloatVector c10 = zero;
    FloatVector c11 = zero;
    FloatVector c20 = zero;
    FloatVector c21 = zero;
    FloatVector c30 = zero;
    FloatVector c31 = zero;
    long x = a & ADDRESS;
    long b = panel & ADDRESS;
    for (int k = 0; k < pairs; k++) {
      long i = x + 4L * (k & TERM);
      long i3 = i + 3 * row;
      long j = b + 4L * BYTES * (k & TERM);
      FloatVector p0 = FloatVector.fromMemorySegment(SPECIES, MEMORY, j, ORDER);
      FloatVector p1 = FloatVector.fromMemorySegment(SPECIES, MEMORY, j + BYTES, ORDER);
      FloatVector q0 = FloatVector.fromMemorySegment(SPECIES, MEMORY, j + 2L * BYTES, ORDER);
      FloatVector q1 = FloatVector.fromMemorySegment(SPECIES, MEMORY, j + 3L * BYTES, ORDER);
      FloatVector x0 = FloatVector.broadcast(SPECIES, MEMORY.get(FLOAT, i));
      FloatVector y0 = FloatVector.broadcast(SPECIES, MEMORY.get(FLOAT, i + HALF));
      c00 = x0.add(q0).fma(y0.add(p0), c00);
      c01 = x0.fma(p1, c01);
      c01 = y0.fma(q1, c01);
      FloatVector x1 = FloatVector.broadcast(SPECIES, MEMORY.get(FLOAT, i + row));
      FloatVector y1 = FloatVector.broadcast(SPECIES, MEMORY.get(FLOAT, i + row + HALF));
      c10 = x1.add(q0).fma(y1.add(p0), c10);
      c11 = x1.fma(p1, c11);
      c11 = y1.fma(q1, c11);
      FloatVector x2 = FloatVector.broadcast(SPECIES, MEMORY.get(FLOAT, i + 2 * row));
      FloatVector y2 = FloatVector.broadcast(SPECIES, MEMORY.get(FLOAT, i + 2 * row + HALF));
      c20 = x2.add(q0).fma(y2.add(p0), c20);
      c21 = x2.fma(p1, c21);
      c21 = y2.fma(q1, c21);
      FloatVector x3 = FloatVector.broadcast(SPECIES, MEMORY.get(FLOAT, i3));
      FloatVector y3 = FloatVector.broadcast(SPECIES, MEMORY.get(FLOAT, i3 + HALF));
      c30 = x3.add(q0).fma(y3.add(p0), c30);
      c31 = x3.fma(p1, c31);
      c31 = y3.fma(q1, c31);
    }
    long d0 = c & ADDRESS;
    long d1 = (c + ldc) & ADDRESS;
    long d2 = (c + 2 * ldc) & ADDRESS;
    long d3 = (c + 3 * ldc) & ADDRESS;
    c00.intoMemorySegment(MEMORY, d0, ORDER);
    c01.intoMemorySegment(MEMORY, d0 + BYTES, ORDER);
    c10.intoMemorySegment(MEMORY, d1, ORDER);
    c11.intoMemorySegment(MEMORY, d1 + BYTES, ORDER);
    c20.intoMemorySegment(MEMORY, d2, ORDER);
    c21.intoMemorySegment(MEMORY, d2 + BYTES, ORDER);
    c30.intoMemorySegment(MEMORY, d3, ORDER);
    c31.intoMemorySegment(MEMORY, d3 + BYTES, ORDER);
  }
}
