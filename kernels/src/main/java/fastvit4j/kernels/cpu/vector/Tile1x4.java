package fastvit4j.kernels.cpu.vector;

import static fastvit4j.kernels.cpu.OffHeap.FLOAT;
import static fastvit4j.kernels.cpu.OffHeap.MEMORY;
import static fastvit4j.kernels.cpu.vector.Lanes.BYTES;
import static fastvit4j.kernels.cpu.vector.Lanes.ORDER;
import static fastvit4j.kernels.cpu.vector.Lanes.SPECIES;

import jdk.incubator.vector.FloatVector;

/** The register tile of 1 row by 4 vectors; see {@link Tiles}. */
final class Tile1x4 {
  private Tile1x4() {}

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
    long a0 = a;
    FloatVector c00 = FloatVector.fromMemorySegment(SPECIES, MEMORY, bias, ORDER);
    FloatVector c01 = FloatVector.fromMemorySegment(SPECIES, MEMORY, bias + BYTES, ORDER);
    FloatVector c02 = FloatVector.fromMemorySegment(SPECIES, MEMORY, bias + 2L * BYTES, ORDER);
    FloatVector c03 = FloatVector.fromMemorySegment(SPECIES, MEMORY, bias + 3L * BYTES, ORDER);
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
        b += 4L * BYTES;
      }
    }
    c00.intoMemorySegment(MEMORY, c, ORDER);
    c01.intoMemorySegment(MEMORY, c + BYTES, ORDER);
    c02.intoMemorySegment(MEMORY, c + 2L * BYTES, ORDER);
    c03.intoMemorySegment(MEMORY, c + 3L * BYTES, ORDER);
  }
}
