package fastvit4j.kernels.cpu.vector;

import static fastvit4j.kernels.cpu.OffHeap.FLOAT;
import static fastvit4j.kernels.cpu.OffHeap.MEMORY;
import static fastvit4j.kernels.cpu.vector.Lanes.BYTES;
import static fastvit4j.kernels.cpu.vector.Lanes.ORDER;
import static fastvit4j.kernels.cpu.vector.Lanes.SPECIES;

import jdk.incubator.vector.FloatVector;

/** The register tile of 6 rows by 4 vectors; see {@link Tiles}. */
final class Tile6x4 {
  private Tile6x4() {}

  static void run(
      long a,
      long lda,
      int rows,
      int segments,
      int length,
      long segmentStride,
      long panel,
      long bias,
      long c,
      long ldc) {
    int last = rows - 1;
    long a0 = a;
    long a1 = a + Math.min(1, last) * lda;
    long a2 = a + Math.min(2, last) * lda;
    long a3 = a + Math.min(3, last) * lda;
    long a4 = a + Math.min(4, last) * lda;
    long a5 = a + Math.min(5, last) * lda;
    FloatVector c00 = FloatVector.fromMemorySegment(SPECIES, MEMORY, bias, ORDER);
    FloatVector c01 = FloatVector.fromMemorySegment(SPECIES, MEMORY, bias + BYTES, ORDER);
    FloatVector c02 = FloatVector.fromMemorySegment(SPECIES, MEMORY, bias + 2L * BYTES, ORDER);
    FloatVector c03 = FloatVector.fromMemorySegment(SPECIES, MEMORY, bias + 3L * BYTES, ORDER);
    FloatVector c10 = c00;
    FloatVector c11 = c01;
    FloatVector c12 = c02;
    FloatVector c13 = c03;
    FloatVector c20 = c00;
    FloatVector c21 = c01;
    FloatVector c22 = c02;
    FloatVector c23 = c03;
    FloatVector c30 = c00;
    FloatVector c31 = c01;
    FloatVector c32 = c02;
    FloatVector c33 = c03;
    FloatVector c40 = c00;
    FloatVector c41 = c01;
    FloatVector c42 = c02;
    FloatVector c43 = c03;
    FloatVector c50 = c00;
    FloatVector c51 = c01;
    FloatVector c52 = c02;
    FloatVector c53 = c03;
    long b = panel;
    for (int s = 0; s < segments; s++) {
      long offset = s * segmentStride;
      for (int k = 0; k < length; k++) {
        long i = offset + 4L * k;
        FloatVector b0 = FloatVector.fromMemorySegment(SPECIES, MEMORY, b, ORDER);
        FloatVector b1 = FloatVector.fromMemorySegment(SPECIES, MEMORY, b + BYTES, ORDER);
        FloatVector b2 = FloatVector.fromMemorySegment(SPECIES, MEMORY, b + 2L * BYTES, ORDER);
        FloatVector b3 = FloatVector.fromMemorySegment(SPECIES, MEMORY, b + 3L * BYTES, ORDER);
        FloatVector x0 = FloatVector.broadcast(SPECIES, MEMORY.get(FLOAT, a0 + i));
        c00 = x0.fma(b0, c00);
        c01 = x0.fma(b1, c01);
        c02 = x0.fma(b2, c02);
        c03 = x0.fma(b3, c03);
        FloatVector x1 = FloatVector.broadcast(SPECIES, MEMORY.get(FLOAT, a1 + i));
        c10 = x1.fma(b0, c10);
        c11 = x1.fma(b1, c11);
        c12 = x1.fma(b2, c12);
        c13 = x1.fma(b3, c13);
        FloatVector x2 = FloatVector.broadcast(SPECIES, MEMORY.get(FLOAT, a2 + i));
        c20 = x2.fma(b0, c20);
        c21 = x2.fma(b1, c21);
        c22 = x2.fma(b2, c22);
        c23 = x2.fma(b3, c23);
        FloatVector x3 = FloatVector.broadcast(SPECIES, MEMORY.get(FLOAT, a3 + i));
        c30 = x3.fma(b0, c30);
        c31 = x3.fma(b1, c31);
        c32 = x3.fma(b2, c32);
        c33 = x3.fma(b3, c33);
        FloatVector x4 = FloatVector.broadcast(SPECIES, MEMORY.get(FLOAT, a4 + i));
        c40 = x4.fma(b0, c40);
        c41 = x4.fma(b1, c41);
        c42 = x4.fma(b2, c42);
        c43 = x4.fma(b3, c43);
        FloatVector x5 = FloatVector.broadcast(SPECIES, MEMORY.get(FLOAT, a5 + i));
        c50 = x5.fma(b0, c50);
        c51 = x5.fma(b1, c51);
        c52 = x5.fma(b2, c52);
        c53 = x5.fma(b3, c53);
        b += 4L * BYTES;
      }
    }
    c00.intoMemorySegment(MEMORY, c, ORDER);
    c01.intoMemorySegment(MEMORY, c + BYTES, ORDER);
    c02.intoMemorySegment(MEMORY, c + 2L * BYTES, ORDER);
    c03.intoMemorySegment(MEMORY, c + 3L * BYTES, ORDER);
    long d1 = c + ldc;
    c10.intoMemorySegment(MEMORY, d1, ORDER);
    c11.intoMemorySegment(MEMORY, d1 + BYTES, ORDER);
    c12.intoMemorySegment(MEMORY, d1 + 2L * BYTES, ORDER);
    c13.intoMemorySegment(MEMORY, d1 + 3L * BYTES, ORDER);
    long d2 = d1 + ldc;
    c20.intoMemorySegment(MEMORY, d2, ORDER);
    c21.intoMemorySegment(MEMORY, d2 + BYTES, ORDER);
    c22.intoMemorySegment(MEMORY, d2 + 2L * BYTES, ORDER);
    c23.intoMemorySegment(MEMORY, d2 + 3L * BYTES, ORDER);
    long d3 = d2 + ldc;
    c30.intoMemorySegment(MEMORY, d3, ORDER);
    c31.intoMemorySegment(MEMORY, d3 + BYTES, ORDER);
    c32.intoMemorySegment(MEMORY, d3 + 2L * BYTES, ORDER);
    c33.intoMemorySegment(MEMORY, d3 + 3L * BYTES, ORDER);
    long d4 = d3 + ldc;
    c40.intoMemorySegment(MEMORY, d4, ORDER);
    c41.intoMemorySegment(MEMORY, d4 + BYTES, ORDER);
    c42.intoMemorySegment(MEMORY, d4 + 2L * BYTES, ORDER);
    c43.intoMemorySegment(MEMORY, d4 + 3L * BYTES, ORDER);
    long d5 = d4 + ldc;
    c50.intoMemorySegment(MEMORY, d5, ORDER);
    c51.intoMemorySegment(MEMORY, d5 + BYTES, ORDER);
    c52.intoMemorySegment(MEMORY, d5 + 2L * BYTES, ORDER);
    c53.intoMemorySegment(MEMORY, d5 + 3L * BYTES, ORDER);
  }
}
