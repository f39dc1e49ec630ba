package fastvit4j.kernels.cpu.vector;

import static fastvit4j.kernels.cpu.OffHeap.MEMORY;
import static fastvit4j.kernels.cpu.OffHeap.at;
import static fastvit4j.kernels.cpu.vector.Lanes.BYTES;
import static fastvit4j.kernels.cpu.vector.Lanes.LENGTH;
import static fastvit4j.kernels.cpu.vector.Lanes.ORDER;
import static fastvit4j.kernels.cpu.vector.Lanes.SPECIES;

import fastvit4j.kernels.cpu.OffHeap;
import java.lang.foreign.Arena;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Rows of the left factor of a paired product, see {@link PairedTiles}.
 *
 * <pre>
 * [chunk][row]  first half of the chunk, minus the sum of the pairs' products
 *               second half of the chunk, 1
 *               what the row's sums are to be multiplied by (with the first chunk only)
 * </pre>
 *
 * <p>A row is multiplied by a power of two, so that its root mean square is about 1 to 2, as the
 * weights' columns are: the errors of a paired product grow with the square of the sum of both.
 * Then every second element of the first halves is negated. Rows of a root mean square below 2⁻⁶³
 * or above 2⁶³ are beyond what these scales can level.
 */
final class PairedRows {
  /** Bytes of a row's half of a chunk; what follows the elements is a whole vector. */
  static final long HALF = 4L * (PairedTiles.MAX_PAIRS + 16);

  private static final long UNSCALE = 2 * HALF;

  /** Bytes of a row's chunk. */
  static final long ROW = UNSCALE + 64;

  /** Rows that pass through all steps together. */
  static final int GROUP = 12;

  /** The bits of 1. */
  private static final int ONE = 127 << 23;

  private static final IntVector EXPONENT = IntVector.broadcast(Lanes.INTS, 0x7f800000);

  /** Half the bits of 1: what the bits of a number's root are more than half of its own. */
  private static final IntVector HALF_OF_ONE = IntVector.broadcast(Lanes.INTS, ONE / 2);

  /** What the bits of a power of two and of its reciprocal add up to. */
  private static final IntVector TWO_ONES = IntVector.broadcast(Lanes.INTS, 2 * ONE);

  /** The sign of every second lane. */
  private static final IntVector ALTERNATING =
      IntVector.zero(Lanes.INTS).addIndex(1).lanewise(VectorOperators.LSHL, 31);

  /** Address of a vector of zeros, followed by one of ones. */
  private static final long LAST = zerosAndOnes();

  private PairedRows() {}

  private static long zerosAndOnes() {
    float[] values = new float[2 * LENGTH];
    Arrays.fill(values, LENGTH, 2 * LENGTH, 1);
    return OffHeap.copyOf(Arena.global(), values, 0);
  }

  /** Bytes of so many rows. */
  static long bytes(PairedMatrix b, int rows) {
    return (long) rows * b.chunks().count() * ROW;
  }

  /** Address of a row's chunk. */
  static long address(long prepared, int rows, int chunk, int row) {
    return prepared + ((long) chunk * rows + row) * ROW;
  }

  /** Address of a vector of what a row's sums are to be multiplied by. */
  static long unscale(long prepared, int row) {
    return prepared + row * ROW + UNSCALE;
  }

  /**
   * Prepares rows, some at a time and these step by step: so they are still in the first-level
   * cache at the second step, and no row waits for its own results. Steps take two or four rows at
   * once; where fewer remain, one, as if it were all of them.
   *
   * @param b the right factor
   * @param a address of row {@code from}
   * @param lda bytes between rows of a
   * @param prepared address of the prepared rows
   * @param rows rows that have a place there
   * @param from first row to prepare
   * @param to row after the last to prepare
   */
  static void prepare(PairedMatrix b, long a, long lda, long prepared, int rows, int from, int to) {
    for (int r = from; r < to; r += GROUP) {
      group(b, a + (r - from) * lda, lda, prepared, rows, r, Math.min(to, r + GROUP));
    }
  }

  private static void group(
      PairedMatrix b, long a, long lda, long prepared, int rows, int from, int to) {
    int count = to - from;
    long unscales = unscale(prepared, from);
    int next;
    for (int r = 0; r < count; r += next) {
      next = count - r < 4 ? 1 : 4;
      boolean one = next == 1;
      squares(4 * b.k(), a + r * lda, one ? 0 : lda, unscales + r * ROW, one ? 0 : ROW);
    }
    unscales(unscales, count, 1f / b.k());
    for (int i = 0; i < b.chunks().count(); i++) {
      long chunk = a + 4L * b.chunks().from(i);
      long place = address(prepared, rows, i, from);
      int bytes = 4 * (b.pairs(i) - 1);
      for (int r = 0; r < count; r += next) {
        next = count - r < 2 ? 1 : 2;
        boolean one = next == 1;
        halves(
            bytes,
            chunk + r * lda,
            one ? 0 : lda,
            unscales + r * ROW,
            place + r * ROW,
            one ? 0 : ROW);
      }
      products(place + bytes, count);
    }
  }

  /** The lanes' sums of squares of four rows, which are one if the distances are 0. */
  private static void squares(int bytes, long a, long lda, long out, long ldo) {
    long from = at(a);
    long row = lda & OffHeap.DISTANCE;
    FloatVector sum0 = FloatVector.zero(SPECIES);
    FloatVector sum1 = sum0;
    FloatVector sum2 = sum0;
    FloatVector sum3 = sum0;
    int whole = bytes / BYTES;
    for (int k = 0; k < whole; k++) {
      long i = from + (long) BYTES * (k & Tiles.TERM);
      FloatVector x0 = FloatVector.fromMemorySegment(SPECIES, MEMORY, i, ORDER);
      FloatVector x1 = FloatVector.fromMemorySegment(SPECIES, MEMORY, i + row, ORDER);
      FloatVector x2 = FloatVector.fromMemorySegment(SPECIES, MEMORY, i + 2 * row, ORDER);
      FloatVector x3 = FloatVector.fromMemorySegment(SPECIES, MEMORY, i + 3 * row, ORDER);
      sum0 = x0.fma(x0, sum0);
      sum1 = x1.fma(x1, sum1);
      sum2 = x2.fma(x2, sum2);
      sum3 = x3.fma(x3, sum3);
    }
    int rest = bytes - whole * BYTES;
    if (rest > 0) {
      long end = a + bytes;
      sum0 = lastSquares(end, rest, sum0);
      sum1 = lastSquares(end + lda, rest, sum1);
      sum2 = lastSquares(end + 2 * lda, rest, sum2);
      sum3 = lastSquares(end + 3 * lda, rest, sum3);
    }
    sum0.intoMemorySegment(MEMORY, at(out), ORDER);
    sum1.intoMemorySegment(MEMORY, at(out + ldo), ORDER);
    sum2.intoMemorySegment(MEMORY, at(out + 2 * ldo), ORDER);
    sum3.intoMemorySegment(MEMORY, at(out + 3 * ldo), ORDER);
  }

  /** Adds the squares of the last bytes. */
  private static FloatVector lastSquares(long end, int rest, FloatVector sum) {
    FloatVector x = FloatVector.fromMemorySegment(SPECIES, MEMORY, at(end - BYTES), ORDER);
    return x.mul(last(rest)).fma(x, sum);
  }

  /** 1 in the last lanes, as many as {@code rest} bytes are, 0 in the others. */
  private static FloatVector last(int rest) {
    return FloatVector.fromMemorySegment(SPECIES, MEMORY, at(LAST + rest), ORDER);
  }

  /** The power of two below each row's root mean square, from its sums of squares. */
  private static void unscales(long sums, int rows, float reciprocal) {
    for (int r = 0; r < rows; r++) {
      long place = at(sums + r * ROW);
      Lanes.total(FloatVector.fromMemorySegment(SPECIES, MEMORY, place, ORDER))
          .mul(reciprocal)
          .reinterpretAsInts()
          .lanewise(VectorOperators.LSHR, 1)
          .add(HALF_OF_ONE)
          .and(EXPONENT)
          .reinterpretAsFloats()
          .intoMemorySegment(MEMORY, place, ORDER);
    }
  }

  /**
   * The scaled halves of a chunk of two rows, which are one if the distances are 0, and behind them
   * the lanes' sums of products.
   */
  private static void halves(int bytes, long a, long lda, long unscale, long out, long ldo) {
    long from = at(a);
    long to = at(out);
    long row = lda & OffHeap.DISTANCE;
    long toRow = ldo & OffHeap.DISTANCE;
    long half = bytes & OffHeap.DISTANCE;
    IntVector bits0 = reciprocal(unscale);
    IntVector bits1 = reciprocal(unscale + ldo);
    FloatVector scale0 = bits0.reinterpretAsFloats();
    FloatVector scale1 = bits1.reinterpretAsFloats();
    FloatVector sign0 = bits0.lanewise(VectorOperators.XOR, ALTERNATING).reinterpretAsFloats();
    FloatVector sign1 = bits1.lanewise(VectorOperators.XOR, ALTERNATING).reinterpretAsFloats();
    FloatVector sum0 = FloatVector.zero(SPECIES);
    FloatVector sum1 = sum0;
    int whole = bytes / BYTES;
    for (int k = 0; k < whole; k++) {
      long i = from + (long) BYTES * (k & Tiles.TERM);
      long j = to + (long) BYTES * (k & Tiles.TERM);
      FloatVector x0 = FloatVector.fromMemorySegment(SPECIES, MEMORY, i, ORDER).mul(sign0);
      FloatVector y0 = FloatVector.fromMemorySegment(SPECIES, MEMORY, i + half, ORDER).mul(scale0);
      FloatVector x1 = FloatVector.fromMemorySegment(SPECIES, MEMORY, i + row, ORDER).mul(sign1);
      FloatVector y1 =
          FloatVector.fromMemorySegment(SPECIES, MEMORY, i + row + half, ORDER).mul(scale1);
      x0.intoMemorySegment(MEMORY, j, ORDER);
      y0.intoMemorySegment(MEMORY, j + HALF, ORDER);
      x1.intoMemorySegment(MEMORY, j + toRow, ORDER);
      y1.intoMemorySegment(MEMORY, j + toRow + HALF, ORDER);
      sum0 = x0.fma(y0, sum0);
      sum1 = x1.fma(y1, sum1);
    }
    int rest = bytes - whole * BYTES;
    if (rest > 0) {
      sum0 = lastHalves(a, bytes, rest, sign0, scale0, out, sum0);
      sum1 = lastHalves(a + lda, bytes, rest, sign1, scale1, out + ldo, sum1);
    }
    FloatVector one = FloatVector.broadcast(SPECIES, 1f);
    long end = out + bytes;
    sum0.intoMemorySegment(MEMORY, at(end), ORDER);
    one.intoMemorySegment(MEMORY, at(end + HALF), ORDER);
    sum1.intoMemorySegment(MEMORY, at(end + ldo), ORDER);
    one.intoMemorySegment(MEMORY, at(end + ldo + HALF), ORDER);
  }

  /** The bits of the reciprocal of a vector of powers of two. */
  private static IntVector reciprocal(long powers) {
    return TWO_ONES.sub(
        FloatVector.fromMemorySegment(SPECIES, MEMORY, at(powers), ORDER).reinterpretAsInts());
  }

  /** The last bytes of the halves, with some before them once more. */
  private static FloatVector lastHalves(
      long a, int bytes, int rest, FloatVector sign, FloatVector scale, long out, FloatVector sum) {
    long from = a + bytes - BYTES;
    long to = at(out + bytes - BYTES);
    FloatVector x = FloatVector.fromMemorySegment(SPECIES, MEMORY, at(from), ORDER).mul(sign);
    FloatVector y =
        FloatVector.fromMemorySegment(SPECIES, MEMORY, at(from + bytes), ORDER).mul(scale);
    x.intoMemorySegment(MEMORY, to, ORDER);
    y.intoMemorySegment(MEMORY, to + HALF, ORDER);
    return x.mul(last(rest)).fma(y, sum);
  }

  /** Minus the sum of products of each row, in each lane. */
  private static void products(long sums, int rows) {
    for (int r = 0; r < rows; r++) {
      long place = at(sums + r * ROW);
      Lanes.total(FloatVector.fromMemorySegment(SPECIES, MEMORY, place, ORDER))
          .neg()
          .intoMemorySegment(MEMORY, place, ORDER);
    }
  }
}
