package fastvit4j.kernels.cpu.vector;

import static fastvit4j.kernels.cpu.OffHeap.ADDRESS;
import static fastvit4j.kernels.cpu.OffHeap.DISTANCE;
import static fastvit4j.kernels.cpu.OffHeap.FLOAT;
import static fastvit4j.kernels.cpu.OffHeap.MEMORY;
import static fastvit4j.kernels.cpu.vector.Lanes.BYTES;
import static fastvit4j.kernels.cpu.vector.Lanes.ORDER;
import static fastvit4j.kernels.cpu.vector.Lanes.SPECIES;

import jdk.incubator.vector.FloatVector;

/**
 * The register tile of 5 rows by 2 vectors, one after the other, for machines with 16 vector
 * registers; see {@link Tiles}.
 */
final class Tile5x2 {
  private Tile5x2() {}

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
    int last = Math.min(rows, Tiles.ROWS) - 1;
    long a1 = (Math.min(1, last) * lda) & DISTANCE;
    long a2 = (Math.min(2, last) * lda) & DISTANCE;
    long a3 = (Math.min(3, last) * lda) & DISTANCE;
    long a4 = (last * lda) & DISTANCE;
    long to = ldc & DISTANCE;
    long from = baseStride & DISTANCE;
    for (int tile = 0; tile < rows; tile += Tiles.ROWS) {
      FloatVector c00 = FloatVector.zero(SPECIES);
      FloatVector c01 = FloatVector.zero(SPECIES);
      FloatVector c10 = FloatVector.zero(SPECIES);
      FloatVector c11 = FloatVector.zero(SPECIES);
      FloatVector c20 = FloatVector.zero(SPECIES);
      FloatVector c21 = FloatVector.zero(SPECIES);
      FloatVector c30 = FloatVector.zero(SPECIES);
      FloatVector c31 = FloatVector.zero(SPECIES);
      FloatVector c40 = FloatVector.zero(SPECIES);
      FloatVector c41 = FloatVector.zero(SPECIES);
      for (int s = 0; s < segments; s++) {
        long x = (a + tile * lda + s * segmentStride) & ADDRESS;
        long b = (panel + 2L * BYTES * s * length) & ADDRESS;
        for (int k = 0; k < length; k++) {
          long i = x + 4L * k;
          long j = b + 2L * BYTES * k;
          FloatVector b0 = FloatVector.fromMemorySegment(SPECIES, MEMORY, j, ORDER);
          FloatVector b1 = FloatVector.fromMemorySegment(SPECIES, MEMORY, j + BYTES, ORDER);
          FloatVector x0 = FloatVector.broadcast(SPECIES, MEMORY.get(FLOAT, i));
          c00 = x0.fma(b0, c00);
          c01 = x0.fma(b1, c01);
          FloatVector x1 = FloatVector.broadcast(SPECIES, MEMORY.get(FLOAT, i + a1));
          c10 = x1.fma(b0, c10);
          c11 = x1.fma(b1, c11);
          FloatVector x2 = FloatVector.broadcast(SPECIES, MEMORY.get(FLOAT, i + a2));
          c20 = x2.fma(b0, c20);
          c21 = x2.fma(b1, c21);
          FloatVector x3 = FloatVector.broadcast(SPECIES, MEMORY.get(FLOAT, i + a3));
          c30 = x3.fma(b0, c30);
          c31 = x3.fma(b1, c31);
          FloatVector x4 = FloatVector.broadcast(SPECIES, MEMORY.get(FLOAT, i + a4));
          c40 = x4.fma(b0, c40);
          c41 = x4.fma(b1, c41);
        }
      }
      long d = (c + tile * ldc) & ADDRESS;
      long e = (base + tile * baseStride) & ADDRESS;
      c00.add(FloatVector.fromMemorySegment(SPECIES, MEMORY, e, ORDER))
          .intoMemorySegment(MEMORY, d, ORDER);
      c01.add(FloatVector.fromMemorySegment(SPECIES, MEMORY, e + BYTES, ORDER))
          .intoMemorySegment(MEMORY, d + BYTES, ORDER);
      c10.add(FloatVector.fromMemorySegment(SPECIES, MEMORY, e + from, ORDER))
          .intoMemorySegment(MEMORY, d + to, ORDER);
      c11.add(FloatVector.fromMemorySegment(SPECIES, MEMORY, e + from + BYTES, ORDER))
          .intoMemorySegment(MEMORY, d + to + BYTES, ORDER);
      c20.add(FloatVector.fromMemorySegment(SPECIES, MEMORY, e + 2 * from, ORDER))
          .intoMemorySegment(MEMORY, d + 2 * to, ORDER);
      c21.add(FloatVector.fromMemorySegment(SPECIES, MEMORY, e + 2 * from + BYTES, ORDER))
          .intoMemorySegment(MEMORY, d + 2 * to + BYTES, ORDER);
      c30.add(FloatVector.fromMemorySegment(SPECIES, MEMORY, e + 3 * from, ORDER))
          .intoMemorySegment(MEMORY, d + 3 * to, ORDER);
      c31.add(FloatVector.fromMemorySegment(SPECIES, MEMORY, e + 3 * from + BYTES, ORDER))
          .intoMemorySegment(MEMORY, d + 3 * to + BYTES, ORDER);
      c40.add(FloatVector.fromMemorySegment(SPECIES, MEMORY, e + 4 * from, ORDER))
          .intoMemorySegment(MEMORY, d + 4 * to, ORDER);
      c41.add(FloatVector.fromMemorySegment(SPECIES, MEMORY, e + 4 * from + BYTES, ORDER))
          .intoMemorySegment(MEMORY, d + 4 * to + BYTES, ORDER);
    }
  }
}
