package fastvit4j.kernels.cpu.vector;

import static fastvit4j.kernels.cpu.OffHeap.MEMORY;
import static fastvit4j.kernels.cpu.OffHeap.at;
import static fastvit4j.kernels.cpu.vector.Lanes.BYTES;
import static fastvit4j.kernels.cpu.vector.Lanes.ORDER;
import static fastvit4j.kernels.cpu.vector.Lanes.SPECIES;

import jdk.incubator.vector.FloatVector;

/**
 * What is done to the sums of rows of a panel, see {@link PairedTiles}. As a row is too short for a
 * loop, the inner loops are over rows.
 */
final class PairedSums {
  private PairedSums() {}

  /** Adds to so many vectors as many others. */
  static void add(long sums, long more, int vectors) {
    long to = at(sums);
    long from = at(more);
    for (int i = 0; i < vectors * BYTES; i += BYTES) {
      FloatVector.fromMemorySegment(SPECIES, MEMORY, to + i, ORDER)
          .add(FloatVector.fromMemorySegment(SPECIES, MEMORY, from + i, ORDER))
          .intoMemorySegment(MEMORY, to + i, ORDER);
    }
  }

  /**
   * {@code out = sums · unscale of the row · unscale of the column + bias + residual}.
   *
   * @param sums address of the sums, row after row
   * @param unscale address of the first row's vector of factors
   * @param columns address of the panel's vectors of factors, each followed by one of bias
   * @param residual address of the residual's first row, or 0 for none
   * @param out address of the first row of the result
   * @param ldo bytes between rows of the result and of the residual
   * @param rows rows
   * @param vectors vectors of a row
   */
  static void finish(
      long sums,
      long unscale,
      long columns,
      long residual,
      long out,
      long ldo,
      int rows,
      int vectors) {
    if (vectors == 2) {
      finish2(sums, unscale, columns, residual, out, ldo, rows);
    } else {
      finish3(sums, unscale, columns, residual, out, ldo, rows);
    }
  }

  /** GELU of what {@link #finish} stores without a residual. */
  static void gelu(
      long sums, long unscale, long columns, long out, long ldo, int rows, int vectors) {
    long width = (long) vectors * BYTES;
    for (long v = 0; v < width; v += BYTES) {
      gelus(sums + v, width, unscale, columns + 2 * v, out + v, ldo, rows);
    }
  }

  private static void finish2(
      long sums, long unscale, long columns, long residual, long out, long ldo, int rows) {
    long column = at(columns);
    FloatVector f0 = FloatVector.fromMemorySegment(SPECIES, MEMORY, column, ORDER);
    FloatVector b0 = FloatVector.fromMemorySegment(SPECIES, MEMORY, column + BYTES, ORDER);
    FloatVector f1 = FloatVector.fromMemorySegment(SPECIES, MEMORY, column + 2L * BYTES, ORDER);
    FloatVector b1 = FloatVector.fromMemorySegment(SPECIES, MEMORY, column + 3L * BYTES, ORDER);
    for (int r = 0; r < rows; r++) {
      long from = at(sums + 2L * BYTES * r);
      long to = at(out + r * ldo);
      long row = at(unscale + r * PairedRows.ROW);
      FloatVector e = FloatVector.fromMemorySegment(SPECIES, MEMORY, row, ORDER);
      FloatVector c0 = FloatVector.fromMemorySegment(SPECIES, MEMORY, from, ORDER);
      FloatVector c1 = FloatVector.fromMemorySegment(SPECIES, MEMORY, from + BYTES, ORDER);
      c0 = c0.mul(e).fma(f0, b0);
      c1 = c1.mul(e).fma(f1, b1);
      if (residual != 0) {
        long other = at(residual + r * ldo);
        c0 = c0.add(FloatVector.fromMemorySegment(SPECIES, MEMORY, other, ORDER));
        c1 = c1.add(FloatVector.fromMemorySegment(SPECIES, MEMORY, other + BYTES, ORDER));
      }
      c0.intoMemorySegment(MEMORY, to, ORDER);
      c1.intoMemorySegment(MEMORY, to + BYTES, ORDER);
    }
  }

  private static void finish3(
      long sums, long unscale, long columns, long residual, long out, long ldo, int rows) {
    long column = at(columns);
    FloatVector f0 = FloatVector.fromMemorySegment(SPECIES, MEMORY, column, ORDER);
    FloatVector b0 = FloatVector.fromMemorySegment(SPECIES, MEMORY, column + BYTES, ORDER);
    FloatVector f1 = FloatVector.fromMemorySegment(SPECIES, MEMORY, column + 2L * BYTES, ORDER);
    FloatVector b1 = FloatVector.fromMemorySegment(SPECIES, MEMORY, column + 3L * BYTES, ORDER);
    FloatVector f2 = FloatVector.fromMemorySegment(SPECIES, MEMORY, column + 4L * BYTES, ORDER);
    FloatVector b2 = FloatVector.fromMemorySegment(SPECIES, MEMORY, column + 5L * BYTES, ORDER);
    for (int r = 0; r < rows; r++) {
      long from = at(sums + 3L * BYTES * r);
      long to = at(out + r * ldo);
      long row = at(unscale + r * PairedRows.ROW);
      FloatVector e = FloatVector.fromMemorySegment(SPECIES, MEMORY, row, ORDER);
      FloatVector c0 = FloatVector.fromMemorySegment(SPECIES, MEMORY, from, ORDER);
      FloatVector c1 = FloatVector.fromMemorySegment(SPECIES, MEMORY, from + BYTES, ORDER);
      FloatVector c2 = FloatVector.fromMemorySegment(SPECIES, MEMORY, from + 2L * BYTES, ORDER);
      c0 = c0.mul(e).fma(f0, b0);
      c1 = c1.mul(e).fma(f1, b1);
      c2 = c2.mul(e).fma(f2, b2);
      if (residual != 0) {
        long other = at(residual + r * ldo);
        c0 = c0.add(FloatVector.fromMemorySegment(SPECIES, MEMORY, other, ORDER));
        c1 = c1.add(FloatVector.fromMemorySegment(SPECIES, MEMORY, other + BYTES, ORDER));
        c2 = c2.add(FloatVector.fromMemorySegment(SPECIES, MEMORY, other + 2L * BYTES, ORDER));
      }
      c0.intoMemorySegment(MEMORY, to, ORDER);
      c1.intoMemorySegment(MEMORY, to + BYTES, ORDER);
      c2.intoMemorySegment(MEMORY, to + 2L * BYTES, ORDER);
    }
  }

  private static void gelus(
      long sum, long width, long unscale, long column, long out, long ldo, int rows) {
    FloatVector factor = FloatVector.fromMemorySegment(SPECIES, MEMORY, at(column), ORDER);
    FloatVector bias = FloatVector.fromMemorySegment(SPECIES, MEMORY, at(column + BYTES), ORDER);
    for (int r = 0; r < rows; r++) {
      VectorMath.gelu(value(sum + r * width, unscale + r * PairedRows.ROW, factor, bias))
          .intoMemorySegment(MEMORY, at(out + r * ldo), ORDER);
    }
  }

  private static FloatVector value(long sum, long row, FloatVector factor, FloatVector bias) {
    return FloatVector.fromMemorySegment(SPECIES, MEMORY, at(sum), ORDER)
        .mul(FloatVector.fromMemorySegment(SPECIES, MEMORY, at(row), ORDER))
        .fma(factor, bias);
  }
}
