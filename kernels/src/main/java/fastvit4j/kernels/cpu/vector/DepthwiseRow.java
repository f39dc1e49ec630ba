package fastvit4j.kernels.cpu.vector;

import static fastvit4j.kernels.cpu.OffHeap.MEMORY;
import static fastvit4j.kernels.cpu.OffHeap.at;
import static fastvit4j.kernels.cpu.vector.Lanes.ORDER;
import static fastvit4j.kernels.cpu.vector.Lanes.SPECIES;

import fastvit4j.kernels.cpu.OffHeap;
import jdk.incubator.vector.FloatVector;

/**
 * One output row of a depthwise convolution, for one vector of channels: several columns at a time,
 * whose sums stay in registers while the taps pass by.
 */
final class DepthwiseRow {
  /** Whether there are too few registers for seven inputs beside eight sums. */
  private static final boolean BY_TAP = Lanes.REGISTERS < 32;

  private DepthwiseRow() {}

  /**
   * Computes {@code out[x] = bias + Σ ring[r, x · stride + s] · weight[r, s]}, summed in the order
   * of the taps.
   *
   * @param columns output columns
   * @param ring address of the ring of input rows
   * @param rowBytes bytes of an input row
   * @param slots rows of the ring
   * @param slot row of the ring that the first kernel row sees; each further one sees the next
   * @param rows kernel rows that are inside the image
   * @param taps columns of the kernel
   * @param columnBytes bytes between columns of an input row
   * @param stride columns between the inputs of two output columns
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
      int columnBytes,
      int stride,
      long weight,
      int tapBytes,
      long bias,
      long out,
      long ldo) {
    long step = (long) stride * columnBytes;
    int block = columns >= 8 ? 8 : columns >= 4 ? 4 : 1;
    for (int x = 0; x < columns; x += block) {
      int column = Math.min(x, columns - block);
      long in = ring + column * step;
      long to = out + column * ldo;
      switch (block) {
        case 8 -> {
          if (BY_TAP && taps == 7 && stride == 1 && columnBytes == Lanes.BYTES) {
            Depthwise7Taps.run(in, rowBytes, slots, slot, rows, weight, tapBytes, bias, to, ldo);
          } else if (BY_TAP && taps == 7 && stride == 2 && columnBytes == Lanes.BYTES) {
            Depthwise7TapsStride2.run(
                in, rowBytes, slots, slot, rows, weight, tapBytes, bias, to, ldo);
          } else if (taps == 7 && stride == 1) {
            Depthwise7.run(
                in, rowBytes, slots, slot, rows, columnBytes, weight, tapBytes, bias, to, ldo);
          } else if (taps == 7 && stride == 2) {
            Depthwise7Stride2.run(
                in, rowBytes, slots, slot, rows, columnBytes, weight, tapBytes, bias, to, ldo);
          } else if (taps == 3 && stride == 1) {
            Depthwise3.run(
                in, rowBytes, slots, slot, rows, columnBytes, weight, tapBytes, bias, to, ldo);
          } else if (taps == 3 && stride == 2) {
            Depthwise3Stride2.run(
                in, rowBytes, slots, slot, rows, columnBytes, weight, tapBytes, bias, to, ldo);
          } else {
            for (int half = 0; half < 8; half += 4) {
              four(
                  in + half * step,
                  rowBytes,
                  slots,
                  slot,
                  rows,
                  taps,
                  columnBytes,
                  step,
                  weight,
                  tapBytes,
                  bias,
                  to + half * ldo,
                  ldo);
            }
          }
        }
        case 4 ->
            four(
                in,
                rowBytes,
                slots,
                slot,
                rows,
                taps,
                columnBytes,
                step,
                weight,
                tapBytes,
                bias,
                to,
                ldo);
        default ->
            one(
                in,
                rowBytes,
                slots,
                slot,
                rows,
                taps,
                columnBytes,
                weight,
                tapBytes,
                (long) taps * tapBytes,
                bias,
                to);
      }
    }
  }

  private static void four(
      long ring,
      long rowBytes,
      int slots,
      int slot,
      int rows,
      int taps,
      int columnBytes,
      long step,
      long weight,
      int tapBytes,
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
        x += columnBytes;
        tap += tapBytes;
      }
    }
    c0.intoMemorySegment(MEMORY, out, ORDER);
    c1.intoMemorySegment(MEMORY, out + ldo, ORDER);
    c2.intoMemorySegment(MEMORY, out + 2 * ldo, ORDER);
    c3.intoMemorySegment(MEMORY, out + 3 * ldo, ORDER);
  }

  /**
   * One column, which may have fewer taps in a row than the kernel.
   *
   * @param tapRowBytes bytes between the weights of two kernel rows
   */
  static void one(
      long ring,
      long rowBytes,
      int slots,
      int slot,
      int rows,
      int taps,
      int columnBytes,
      long weight,
      int tapBytes,
      long tapRowBytes,
      long bias,
      long out) {
    FloatVector c = FloatVector.fromMemorySegment(SPECIES, MEMORY, at(bias), ORDER);
    long step = columnBytes & OffHeap.DISTANCE;
    long tapStep = tapBytes & OffHeap.DISTANCE;
    int now = slot;
    for (int r = 0; r < rows; r++) {
      long x = at(ring + now * rowBytes);
      long tap = at(weight + r * tapRowBytes);
      now = now + 1 == slots ? 0 : now + 1;
      for (int s = 0; s < taps; s++) {
        FloatVector t = FloatVector.fromMemorySegment(SPECIES, MEMORY, tap + s * tapStep, ORDER);
        c = FloatVector.fromMemorySegment(SPECIES, MEMORY, x + s * step, ORDER).fma(t, c);
      }
    }
    c.intoMemorySegment(MEMORY, at(out), ORDER);
  }
}
