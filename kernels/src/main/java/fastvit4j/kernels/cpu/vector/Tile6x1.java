package fastvit4j.kernels.cpu.vector;

import static fastvit4j.kernels.cpu.OffHeap.FLOAT;
import static fastvit4j.kernels.cpu.OffHeap.MEMORY;
import static fastvit4j.kernels.cpu.vector.Lanes.BYTES;
import static fastvit4j.kernels.cpu.vector.Lanes.ORDER;
import static fastvit4j.kernels.cpu.vector.Lanes.SPECIES;

import jdk.incubator.vector.FloatVector;

/** The register tile of 6 rows by 1 vector; see {@link Tiles}. */
final class Tile6x1 {
  private Tile6x1() {}

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
    FloatVector c10 = c00;
    FloatVector c20 = c00;
    FloatVector c30 = c00;
    FloatVector c40 = c00;
    FloatVector c50 = c00;
    long b = panel;
    for (int s = 0; s < segments; s++) {
      long offset = s * segmentStride;
      for (int k = 0; k < length; k++) {
        long i = offset + 4L * k;
        FloatVector b0 = FloatVector.fromMemorySegment(SPECIES, MEMORY, b, ORDER);
        FloatVector x0 = FloatVector.broadcast(SPECIES, MEMORY.get(FLOAT, a0 + i));
        c00 = x0.fma(b0, c00);
        FloatVector x1 = FloatVector.broadcast(SPECIES, MEMORY.get(FLOAT, a1 + i));
        c10 = x1.fma(b0, c10);
        FloatVector x2 = FloatVector.broadcast(SPECIES, MEMORY.get(FLOAT, a2 + i));
        c20 = x2.fma(b0, c20);
        FloatVector x3 = FloatVector.broadcast(SPECIES, MEMORY.get(FLOAT, a3 + i));
        c30 = x3.fma(b0, c30);
        FloatVector x4 = FloatVector.broadcast(SPECIES, MEMORY.get(FLOAT, a4 + i));
        c40 = x4.fma(b0, c40);
        FloatVector x5 = FloatVector.broadcast(SPECIES, MEMORY.get(FLOAT, a5 + i));
        c50 = x5.fma(b0, c50);
        b += BYTES;
      }
    }
    c00.intoMemorySegment(MEMORY, c, ORDER);
    long d1 = c + ldc;
    c10.intoMemorySegment(MEMORY, d1, ORDER);
    long d2 = d1 + ldc;
    c20.intoMemorySegment(MEMORY, d2, ORDER);
    long d3 = d2 + ldc;
    c30.intoMemorySegment(MEMORY, d3, ORDER);
    long d4 = d3 + ldc;
    c40.intoMemorySegment(MEMORY, d4, ORDER);
    long d5 = d4 + ldc;
    c50.intoMemorySegment(MEMORY, d5, ORDER);
  }
}
