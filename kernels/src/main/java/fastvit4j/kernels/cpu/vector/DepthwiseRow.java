package fastvit4j.kernels.cpu.vector;

import static fastvit4j.kernels.cpu.OffHeap.MEMORY;
import static fastvit4j.kernels.cpu.vector.Lanes.BYTES;
import static fastvit4j.kernels.cpu.vector.Lanes.ORDER;
import static fastvit4j.kernels.cpu.vector.Lanes.SPECIES;

import jdk.incubator.vector.FloatVector;

/**
 * One output row of a depthwise convolution, for one vector of channels: several columns at a time,
 * whose sums stay in registers while the taps pass by.
 */
final class DepthwiseRow {
  private DepthwiseRow() {}

  /**
   * Computes {@code out[x] = bias + Σ ring[r, x · step + s] · weight[r, s]}, summed in the order of
   * the taps.
   *
   * @param columns output columns
   * @param ring address of the ring of input rows
   * @param rowBytes bytes of an input row
   * @param slots rows of the ring
   * @param slot row of the ring that the first kernel row sees; each further one sees the next
   * @param rows kernel rows that are inside the image
   * @param taps columns of the kernel
   * @param step bytes between the inputs of two output columns
   * @param weight address of the first tap's weights
   * @param tapBytes bytes between weights of two taps
   * @param bias address of the bias
   * @param out address of the first column's result
   * @param ldo bytes between results
   */
  static void compute(
      int columns,
      long ring,
      long rowBytes,
      int slots,
      int slot,
      int rows,
      int taps,
      long step,
      long weight,
      long tapBytes,
      long bias,
      long out,
      long ldo) {
    int block = columns >= 8 ? 8 : columns >= 4 ? 4 : 1;
    for (int x = 0; x < columns; x += block) {
      int column = Math.min(x, columns - block);
      long in = ring + column * step;
      long to = out + column * ldo;
      switch (block) {
        case 8 ->
            eight(in, rowBytes, slots, slot, rows, taps, step, weight, tapBytes, bias, to, ldo);
        case 4 ->
            four(in, rowBytes, slots, slot, rows, taps, step, weight, tapBytes, bias, to, ldo);
        default -> one(in, rowBytes, slots, slot, rows, taps, weight, tapBytes, bias, to);
      }
    }
  }

  private static void eight(
      long ring,
      long rowBytes,
      int slots,
      int slot,
      int rows,
      int taps,
      long step,
      long weight,
      long tapBytes,
      long bias,
      long out,
      long ldo) {
    FloatVector c0 = FloatVector.fromMemorySegment(SPECIES, MEMORY, bias, ORDER);
    FloatVector c1 = c0;
    FloatVector c2 = c0;
    FloatVector c3 = c0;
    FloatVector c4 = c0;
    FloatVector c5 = c0;
    FloatVector c6 = c0;
    FloatVector c7 = c0;
    long tap = weight;
    int at = slot;
    for (int r = 0; r < rows; r++) {
      long x = ring + at * rowBytes;
      at = at + 1 == slots ? 0 : at + 1;
      for (int s = 0; s < taps; s++) {
        FloatVector t = FloatVector.fromMemorySegment(SPECIES, MEMORY, tap, ORDER);
        c0 = FloatVector.fromMemorySegment(SPECIES, MEMORY, x, ORDER).fma(t, c0);
        c1 = FloatVector.fromMemorySegment(SPECIES, MEMORY, x + step, ORDER).fma(t, c1);
        c2 = FloatVector.fromMemorySegment(SPECIES, MEMORY, x + 2 * step, ORDER).fma(t, c2);
        c3 = FloatVector.fromMemorySegment(SPECIES, MEMORY, x + 3 * step, ORDER).fma(t, c3);
        c4 = FloatVector.fromMemorySegment(SPECIES, MEMORY, x + 4 * step, ORDER).fma(t, c4);
        c5 = FloatVector.fromMemorySegment(SPECIES, MEMORY, x + 5 * step, ORDER).fma(t, c5);
        c6 = FloatVector.fromMemorySegment(SPECIES, MEMORY, x + 6 * step, ORDER).fma(t, c6);
        c7 = FloatVector.fromMemorySegment(SPECIES, MEMORY, x + 7 * step, ORDER).fma(t, c7);
        x += BYTES;
        tap += tapBytes;
      }
    }
    c0.intoMemorySegment(MEMORY, out, ORDER);
    c1.intoMemorySegment(MEMORY, out + ldo, ORDER);
    c2.intoMemorySegment(MEMORY, out + 2 * ldo, ORDER);
    c3.intoMemorySegment(MEMORY, out + 3 * ldo, ORDER);
    c4.intoMemorySegment(MEMORY, out + 4 * ldo, ORDER);
    c5.intoMemorySegment(MEMORY, out + 5 * ldo, ORDER);
    c6.intoMemorySegment(MEMORY, out + 6 * ldo, ORDER);
    c7.intoMemorySegment(MEMORY, out + 7 * ldo, ORDER);
  }

  private static void four(
      long ring,
      long rowBytes,
      int slots,
      int slot,
      int rows,
      int taps,
      long step,
      long weight,
      long tapBytes,
      long bias,
      long out,
      long ldo) {
    FloatVector c0 = FloatVector.fromMemorySegment(SPECIES, MEMORY, bias, ORDER);
    FloatVector c1 = c0;
    FloatVector c2 = c0;
    FloatVector c3 = c0;
    long tap = weight;
    int at = slot;
    for (int r = 0; r < rows; r++) {
      long x = ring + at * rowBytes;
      at = at + 1 == slots ? 0 : at + 1;
      for (int s = 0; s < taps; s++) {
        FloatVector t = FloatVector.fromMemorySegment(SPECIES, MEMORY, tap, ORDER);
        c0 = FloatVector.fromMemorySegment(SPECIES, MEMORY, x, ORDER).fma(t, c0);
        c1 = FloatVector.fromMemorySegment(SPECIES, MEMORY, x + step, ORDER).fma(t, c1);
        c2 = FloatVector.fromMemorySegment(SPECIES, MEMORY, x + 2 * step, ORDER).fma(t, c2);
        c3 = FloatVector.fromMemorySegment(SPECIES, MEMORY, x + 3 * step, ORDER).fma(t, c3);
        x += BYTES;
        tap += tapBytes;
      }
    }
    c0.intoMemorySegment(MEMORY, out, ORDER);
    c1.intoMemorySegment(MEMORY, out + ldo, ORDER);
    c2.intoMemorySegment(MEMORY, out + 2 * ldo, ORDER);
    c3.intoMemorySegment(MEMORY, out + 3 * ldo, ORDER);
  }

  private static void one(
      long ring,
      long rowBytes,
      int slots,
      int slot,
      int rows,
      int taps,
      long weight,
      long tapBytes,
      long bias,
      long out) {
    FloatVector c = FloatVector.fromMemorySegment(SPECIES, MEMORY, bias, ORDER);
    long tap = weight;
    int at = slot;
    for (int r = 0; r < rows; r++) {
      long x = ring + at * rowBytes;
      at = at + 1 == slots ? 0 : at + 1;
      for (int s = 0; s < taps; s++) {
        FloatVector t = FloatVector.fromMemorySegment(SPECIES, MEMORY, tap, ORDER);
        c = FloatVector.fromMemorySegment(SPECIES, MEMORY, x, ORDER).fma(t, c);
        x += BYTES;
        tap += tapBytes;
      }
    }
    c.intoMemorySegment(MEMORY, out, ORDER);
  }
}
