package fastvit4j.kernels.cpu.vector;

import static fastvit4j.kernels.cpu.OffHeap.ADDRESS;
import static fastvit4j.kernels.cpu.OffHeap.DISTANCE;
import static fastvit4j.kernels.cpu.OffHeap.FLOAT;
import static fastvit4j.kernels.cpu.OffHeap.MEMORY;
import static fastvit4j.kernels.cpu.vector.Lanes.BYTES;
import static fastvit4j.kernels.cpu.vector.Lanes.ORDER;
import static fastvit4j.kernels.cpu.vector.Lanes.SPECIES;

import jdk.incubator.vector.FloatVector;

/** The register tile of 6 rows by 1 vector, one after the other; see {@link Tiles}. */
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
      long base,
      long baseStride,
      long c,
      long ldc) {
    int last = Math.min(rows, Tiles.ROWS) - 1;
    long a1 = (Math.min(1, last) * lda) & DISTANCE;
    long a2 = (Math.min(2, last) * lda) & DISTANCE;
    long a3 = (Math.min(3, last) * lda) & DISTANCE;
    long a4 = (Math.min(4, last) * lda) & DISTANCE;
    long a5 = (last * lda) & DISTANCE;
    long to = ldc & DISTANCE;
    long from = baseStride & DISTANCE;
    for (int tile = 0; tile < rows; tile += Tiles.ROWS) {
      FloatVector c00 = FloatVector.zero(SPECIES);
      FloatVector c10 = FloatVector.zero(SPECIES);
      FloatVector c20 = FloatVector.zero(SPECIES);
      FloatVector c30 = FloatVector.zero(SPECIES);
      FloatVector c40 = FloatVector.zero(SPECIES);
      FloatVector c50 = FloatVector.zero(SPECIES);
      for (int s = 0; s < segments; s++) {
        long x = (a + tile * lda + s * segmentStride) & ADDRESS;
        long b = (panel + (long) BYTES * s * length) & ADDRESS;
        for (int k = 0; k < length; k++) {
          long i = x + 4L * k;
          long j = b + (long) BYTES * k;
          FloatVector b0 = FloatVector.fromMemorySegment(SPECIES, MEMORY, j, ORDER);
          FloatVector x0 = FloatVector.broadcast(SPECIES, MEMORY.get(FLOAT, i));
          c00 = x0.fma(b0, c00);
          FloatVector x1 = FloatVector.broadcast(SPECIES, MEMORY.get(FLOAT, i + a1));
          c10 = x1.fma(b0, c10);
          FloatVector x2 = FloatVector.broadcast(SPECIES, MEMORY.get(FLOAT, i + a2));
          c20 = x2.fma(b0, c20);
          FloatVector x3 = FloatVector.broadcast(SPECIES, MEMORY.get(FLOAT, i + a3));
          c30 = x3.fma(b0, c30);
          FloatVector x4 = FloatVector.broadcast(SPECIES, MEMORY.get(FLOAT, i + a4));
          c40 = x4.fma(b0, c40);
          FloatVector x5 = FloatVector.broadcast(SPECIES, MEMORY.get(FLOAT, i + a5));
          c50 = x5.fma(b0, c50);
        }
      }
      long d = (c + tile * ldc) & ADDRESS;
      long e = (base + tile * baseStride) & ADDRESS;
      c00.add(FloatVector.fromMemorySegment(SPECIES, MEMORY, e, ORDER))
          .intoMemorySegment(MEMORY, d, ORDER);
      c10.add(FloatVector.fromMemorySegment(SPECIES, MEMORY, e + from, ORDER))
          .intoMemorySegment(MEMORY, d + to, ORDER);
      c20.add(FloatVector.fromMemorySegment(SPECIES, MEMORY, e + 2 * from, ORDER))
          .intoMemorySegment(MEMORY, d + 2 * to, ORDER);
      c30.add(FloatVector.fromMemorySegment(SPECIES, MEMORY, e + 3 * from, ORDER))
          .intoMemorySegment(MEMORY, d + 3 * to, ORDER);
      c40.add(FloatVector.fromMemorySegment(SPECIES, MEMORY, e + 4 * from, ORDER))
          .intoMemorySegment(MEMORY, d + 4 * to, ORDER);
      c50.add(FloatVector.fromMemorySegment(SPECIES, MEMORY, e + 5 * from, ORDER))
          .intoMemorySegment(MEMORY, d + 5 * to, ORDER);
    }
  }
}
