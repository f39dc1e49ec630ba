package fastvit4j.kernels.cpu.vector;

import static fastvit4j.kernels.cpu.OffHeap.FLOAT;
import static fastvit4j.kernels.cpu.OffHeap.MEMORY;
import static fastvit4j.kernels.cpu.vector.Lanes.BYTES;
import static fastvit4j.kernels.cpu.vector.Lanes.ORDER;
import static fastvit4j.kernels.cpu.vector.Lanes.SPECIES;

import jdk.incubator.vector.FloatVector;

/** The register tile of 6 rows by 3 vectors; see {@link Tiles}. */
final class Tile6x3 {
  private Tile6x3() {}

  static void run(
      long a,
      long lda,
      int rows,
      int segments,
      int length,
      long segmentStride,
      long panel,
      long base,
      long baseStride,
      long c,
      long ldc) {
    int last = rows - 1;
    long a0 = a;
    long a1 = a + Math.min(1, last) * lda;
    long a2 = a + Math.min(2, last) * lda;
    long a3 = a + Math.min(3, last) * lda;
    long a4 = a + Math.min(4, last) * lda;
    long a5 = a + Math.min(5, last) * lda;
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
    long b = panel;
    for (int s = 0; s < segments; s++) {
      long offset = s * segmentStride;
      for (int k = 0; k < length; k++) {
        long i = offset + 4L * k;
        FloatVector b0 = FloatVector.fromMemorySegment(SPECIES, MEMORY, b, ORDER);
        FloatVector b1 = FloatVector.fromMemorySegment(SPECIES, MEMORY, b + BYTES, ORDER);
        FloatVector b2 = FloatVector.fromMemorySegment(SPECIES, MEMORY, b + 2L * BYTES, ORDER);
        FloatVector x0 = FloatVector.broadcast(SPECIES, MEMORY.get(FLOAT, a0 + i));
        c00 = x0.fma(b0, c00);
        c01 = x0.fma(b1, c01);
        c02 = x0.fma(b2, c02);
        FloatVector x1 = FloatVector.broadcast(SPECIES, MEMORY.get(FLOAT, a1 + i));
        c10 = x1.fma(b0, c10);
        c11 = x1.fma(b1, c11);
        c12 = x1.fma(b2, c12);
        FloatVector x2 = FloatVector.broadcast(SPECIES, MEMORY.get(FLOAT, a2 + i));
        c20 = x2.fma(b0, c20);
        c21 = x2.fma(b1, c21);
        c22 = x2.fma(b2, c22);
        FloatVector x3 = FloatVector.broadcast(SPECIES, MEMORY.get(FLOAT, a3 + i));
        c30 = x3.fma(b0, c30);
        c31 = x3.fma(b1, c31);
        c32 = x3.fma(b2, c32);
        FloatVector x4 = FloatVector.broadcast(SPECIES, MEMORY.get(FLOAT, a4 + i));
        c40 = x4.fma(b0, c40);
        c41 = x4.fma(b1, c41);
        c42 = x4.fma(b2, c42);
        FloatVector x5 = FloatVector.broadcast(SPECIES, MEMORY.get(FLOAT, a5 + i));
        c50 = x5.fma(b0, c50);
        c51 = x5.fma(b1, c51);
        c52 = x5.fma(b2, c52);
        b += 3L * BYTES;
      }
    }
    c00.add(FloatVector.fromMemorySegment(SPECIES, MEMORY, base, ORDER))
        .intoMemorySegment(MEMORY, c, ORDER);
    c01.add(FloatVector.fromMemorySegment(SPECIES, MEMORY, base + BYTES, ORDER))
        .intoMemorySegment(MEMORY, c + BYTES, ORDER);
    c02.add(FloatVector.fromMemorySegment(SPECIES, MEMORY, base + 2L * BYTES, ORDER))
        .intoMemorySegment(MEMORY, c + 2L * BYTES, ORDER);
    long d1 = c + ldc;
    long e1 = base + baseStride;
    c10.add(FloatVector.fromMemorySegment(SPECIES, MEMORY, e1, ORDER))
        .intoMemorySegment(MEMORY, d1, ORDER);
    c11.add(FloatVector.fromMemorySegment(SPECIES, MEMORY, e1 + BYTES, ORDER))
        .intoMemorySegment(MEMORY, d1 + BYTES, ORDER);
    c12.add(FloatVector.fromMemorySegment(SPECIES, MEMORY, e1 + 2L * BYTES, ORDER))
        .intoMemorySegment(MEMORY, d1 + 2L * BYTES, ORDER);
    long d2 = d1 + ldc;
    long e2 = e1 + baseStride;
    c20.add(FloatVector.fromMemorySegment(SPECIES, MEMORY, e2, ORDER))
        .intoMemorySegment(MEMORY, d2, ORDER);
    c21.add(FloatVector.fromMemorySegment(SPECIES, MEMORY, e2 + BYTES, ORDER))
        .intoMemorySegment(MEMORY, d2 + BYTES, ORDER);
    c22.add(FloatVector.fromMemorySegment(SPECIES, MEMORY, e2 + 2L * BYTES, ORDER))
        .intoMemorySegment(MEMORY, d2 + 2L * BYTES, ORDER);
    long d3 = d2 + ldc;
    long e3 = e2 + baseStride;
    c30.add(FloatVector.fromMemorySegment(SPECIES, MEMORY, e3, ORDER))
        .intoMemorySegment(MEMORY, d3, ORDER);
    c31.add(FloatVector.fromMemorySegment(SPECIES, MEMORY, e3 + BYTES, ORDER))
        .intoMemorySegment(MEMORY, d3 + BYTES, ORDER);
    c32.add(FloatVector.fromMemorySegment(SPECIES, MEMORY, e3 + 2L * BYTES, ORDER))
        .intoMemorySegment(MEMORY, d3 + 2L * BYTES, ORDER);
    long d4 = d3 + ldc;
    long e4 = e3 + baseStride;
    c40.add(FloatVector.fromMemorySegment(SPECIES, MEMORY, e4, ORDER))
        .intoMemorySegment(MEMORY, d4, ORDER);
    c41.add(FloatVector.fromMemorySegment(SPECIES, MEMORY, e4 + BYTES, ORDER))
        .intoMemorySegment(MEMORY, d4 + BYTES, ORDER);
    c42.add(FloatVector.fromMemorySegment(SPECIES, MEMORY, e4 + 2L * BYTES, ORDER))
        .intoMemorySegment(MEMORY, d4 + 2L * BYTES, ORDER);
    long d5 = d4 + ldc;
    long e5 = e4 + baseStride;
    c50.add(FloatVector.fromMemorySegment(SPECIES, MEMORY, e5, ORDER))
        .intoMemorySegment(MEMORY, d5, ORDER);
    c51.add(FloatVector.fromMemorySegment(SPECIES, MEMORY, e5 + BYTES, ORDER))
        .intoMemorySegment(MEMORY, d5 + BYTES, ORDER);
    c52.add(FloatVector.fromMemorySegment(SPECIES, MEMORY, e5 + 2L * BYTES, ORDER))
        .intoMemorySegment(MEMORY, d5 + 2L * BYTES, ORDER);
  }
}
