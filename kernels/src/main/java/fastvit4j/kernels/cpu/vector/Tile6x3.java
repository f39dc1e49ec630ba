package fastvit4j.kernels.cpu.vector;

import static fastvit4j.kernels.cpu.OffHeap.ADDRESS;
import static fastvit4j.kernels.cpu.OffHeap.DISTANCE;
import static fastvit4j.kernels.cpu.OffHeap.FLOAT;
import static fastvit4j.kernels.cpu.OffHeap.MEMORY;
import static fastvit4j.kernels.cpu.vector.Lanes.BYTES;
import static fastvit4j.kernels.cpu.vector.Lanes.ORDER;
import static fastvit4j.kernels.cpu.vector.Lanes.SPECIES;
import static fastvit4j.kernels.cpu.vector.Tiles.TERM;

import jdk.incubator.vector.FloatVector;

/** The register tile of 6 rows by 3 vectors; see {@link Tiles}. */
final class Tile6x3 {
  private Tile6x3() {}

  static void run(
      long a,
      long lda,
      int segments,
      int length,
      long segmentStride,
      long panel,
      long base,
      long baseStride,
      long c,
      long ldc) {
    long row = lda & DISTANCE;
    FloatVector c00 = FloatVector.zero(SPECIES);
    FloatVector c01 = FloatVector.zero(SPECIES);
    FloatVector c02 = FloatVector.zero(SPECIES);
    FloatVector c10 = FloatVector.zero(SPECIES);
    FloatVector c11 = FloatVector.zero(SPECIES);
    FloatVector c12 = FloatVector.zero(SPECIES);
    FloatVector c20 = FloatVector.zero(SPECIES);
    FloatVector c21 = FloatVector.zero(SPECIES);
    FloatVector c22 = FloatVector.zero(SPECIES);
    FloatVector c30 = FloatVector.zero(SPECIES);
    FloatVector c31 = FloatVector.zero(SPECIES);
    FloatVector c32 = FloatVector.zero(SPECIES);
    FloatVector c40 = FloatVector.zero(SPECIES);
    FloatVector c41 = FloatVector.zero(SPECIES);
    FloatVector c42 = FloatVector.zero(SPECIES);
    FloatVector c50 = FloatVector.zero(SPECIES);
    FloatVector c51 = FloatVector.zero(SPECIES);
    FloatVector c52 = FloatVector.zero(SPECIES);
    for (int s = 0; s < segments; s++) {
      long x = (a + s * segmentStride) & ADDRESS;
      long b = (panel + 3L * BYTES * s * length) & ADDRESS;
      for (int k = 0; k < length; k++) {
        long i = x + 4L * (k & TERM);
        long i3 = i + 3 * row;
        long j = b + 3L * BYTES * (k & TERM);
        FloatVector b0 = FloatVector.fromMemorySegment(SPECIES, MEMORY, j, ORDER);
        FloatVector b1 = FloatVector.fromMemorySegment(SPECIES, MEMORY, j + BYTES, ORDER);
        FloatVector b2 = FloatVector.fromMemorySegment(SPECIES, MEMORY, j + 2L * BYTES, ORDER);
        FloatVector x0 = FloatVector.broadcast(SPECIES, MEMORY.get(FLOAT, i));
        c00 = x0.fma(b0, c00);
        c01 = x0.fma(b1, c01);
        c02 = x0.fma(b2, c02);
        FloatVector x1 = FloatVector.broadcast(SPECIES, MEMORY.get(FLOAT, i + row));
        c10 = x1.fma(b0, c10);
        c11 = x1.fma(b1, c11);
        c12 = x1.fma(b2, c12);
        FloatVector x2 = FloatVector.broadcast(SPECIES, MEMORY.get(FLOAT, i + 2 * row));
        c20 = x2.fma(b0, c20);
        c21 = x2.fma(b1, c21);
        c22 = x2.fma(b2, c22);
        FloatVector x3 = FloatVector.broadcast(SPECIES, MEMORY.get(FLOAT, i3));
        c30 = x3.fma(b0, c30);
        c31 = x3.fma(b1, c31);
        c32 = x3.fma(b2, c32);
        FloatVector x4 = FloatVector.broadcast(SPECIES, MEMORY.get(FLOAT, i3 + row));
        c40 = x4.fma(b0, c40);
        c41 = x4.fma(b1, c41);
        c42 = x4.fma(b2, c42);
        FloatVector x5 = FloatVector.broadcast(SPECIES, MEMORY.get(FLOAT, i3 + 2 * row));
        c50 = x5.fma(b0, c50);
        c51 = x5.fma(b1, c51);
        c52 = x5.fma(b2, c52);
      }
    }
    long d0 = c & ADDRESS;
    long e0 = base & ADDRESS;
    long d1 = (c + ldc) & ADDRESS;
    long e1 = (base + baseStride) & ADDRESS;
    long d2 = (c + 2 * ldc) & ADDRESS;
    long e2 = (base + 2 * baseStride) & ADDRESS;
    long d3 = (c + 3 * ldc) & ADDRESS;
    long e3 = (base + 3 * baseStride) & ADDRESS;
    long d4 = (c + 4 * ldc) & ADDRESS;
    long e4 = (base + 4 * baseStride) & ADDRESS;
    long d5 = (c + 5 * ldc) & ADDRESS;
    long e5 = (base + 5 * baseStride) & ADDRESS;
    c00 = c00.add(FloatVector.fromMemorySegment(SPECIES, MEMORY, e0, ORDER));
    c01 = c01.add(FloatVector.fromMemorySegment(SPECIES, MEMORY, e0 + BYTES, ORDER));
    c02 = c02.add(FloatVector.fromMemorySegment(SPECIES, MEMORY, e0 + 2L * BYTES, ORDER));
    c10 = c10.add(FloatVector.fromMemorySegment(SPECIES, MEMORY, e1, ORDER));
    c11 = c11.add(FloatVector.fromMemorySegment(SPECIES, MEMORY, e1 + BYTES, ORDER));
    c12 = c12.add(FloatVector.fromMemorySegment(SPECIES, MEMORY, e1 + 2L * BYTES, ORDER));
    c20 = c20.add(FloatVector.fromMemorySegment(SPECIES, MEMORY, e2, ORDER));
    c21 = c21.add(FloatVector.fromMemorySegment(SPECIES, MEMORY, e2 + BYTES, ORDER));
    c22 = c22.add(FloatVector.fromMemorySegment(SPECIES, MEMORY, e2 + 2L * BYTES, ORDER));
    c30 = c30.add(FloatVector.fromMemorySegment(SPECIES, MEMORY, e3, ORDER));
    c31 = c31.add(FloatVector.fromMemorySegment(SPECIES, MEMORY, e3 + BYTES, ORDER));
    c32 = c32.add(FloatVector.fromMemorySegment(SPECIES, MEMORY, e3 + 2L * BYTES, ORDER));
    c40 = c40.add(FloatVector.fromMemorySegment(SPECIES, MEMORY, e4, ORDER));
    c41 = c41.add(FloatVector.fromMemorySegment(SPECIES, MEMORY, e4 + BYTES, ORDER));
    c42 = c42.add(FloatVector.fromMemorySegment(SPECIES, MEMORY, e4 + 2L * BYTES, ORDER));
    c50 = c50.add(FloatVector.fromMemorySegment(SPECIES, MEMORY, e5, ORDER));
    c51 = c51.add(FloatVector.fromMemorySegment(SPECIES, MEMORY, e5 + BYTES, ORDER));
    c52 = c52.add(FloatVector.fromMemorySegment(SPECIES, MEMORY, e5 + 2L * BYTES, ORDER));
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
