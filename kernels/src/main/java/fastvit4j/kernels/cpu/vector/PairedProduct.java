package fastvit4j.kernels.cpu.vector;

import static fastvit4j.kernels.cpu.vector.Lanes.BYTES;
import static fastvit4j.kernels.cpu.vector.Lanes.LENGTH;

import fastvit4j.kernels.cpu.ActivationFunction;

/**
 * Paired products with their epilogue, on one thread; see {@link PairedTiles}. As in {@link
 * MatrixProduct}, each chunk of the terms is summed alone. A chunk of a panel stays in the
 * first-level cache while all rows of a block are multiplied by it.
 *
 * <pre>
 * scratch: sums of a block's rows and a panel
 *          the same of one more chunk, or what an epilogue reads that has no code of its own here
 * </pre>
 */
final class PairedProduct {
  /** Rows of a block at most. */
  static final int BLOCK_ROWS = 16 * Tiles.ROWS;

  /**
   * Rows that are finished together where that takes no time but for the stores: few enough that
   * the processor stores them while it computes the next. Rows that are multiples of 4096 bytes
   * apart share few places in the first-level cache and wait for each other.
   */
  private static final int STORED_ROWS = 4 * Tiles.ROWS;

  private static final long SUMS_BYTES = (long) BLOCK_ROWS * Tiles.MAX_VECTORS * BYTES;

  /** Bytes of scratch. */
  static final long SCRATCH_BYTES = 2 * SUMS_BYTES;

  private PairedProduct() {}

  /**
   * Computes {@code out = activation(a · b + bias + residual)} for some rows and some panels of b.
   *
   * @param b the right factor
   * @param fromPanel first panel
   * @param toPanel panel after the last
   * @param prepared address of the {@link PairedRows}
   * @param places rows that have a place there
   * @param from first row
   * @param to row after the last
   * @param out address of the output's row {@code from}, column 0
   * @param residual address of the residual's row {@code from}, column 0, or 0 for none
   * @param ldo bytes between rows of the output and of the residual
   * @param activation the function applied last
   * @param scratch {@link #SCRATCH_BYTES} bytes
   */
  static void multiply(
      PairedMatrix b,
      int fromPanel,
      int toPanel,
      long prepared,
      int places,
      int from,
      int to,
      long out,
      long residual,
      long ldo,
      ActivationFunction activation,
      long scratch) {
    for (int r = from; r < to; r += BLOCK_ROWS) {
      int rows = Math.min(BLOCK_ROWS, to - r);
      for (int p = fromPanel; p < toPanel; p++) {
        long place = (r - from) * ldo + 4L * b.panels().column(p);
        int last = b.chunks().count() - 1;
        for (int i = 0; i < last; i++) {
          sum(b, p, i, PairedRows.address(prepared, places, i, r), rows, scratch);
        }
        long width = (long) b.panels().vectors(p) * BYTES;
        int step = activation == ActivationFunction.NONE ? STORED_ROWS : BLOCK_ROWS;
        for (int row = 0; row < rows; row += step) {
          int count = Math.min(step, rows - row);
          long sums = scratch + row * width;
          sum(b, p, last, PairedRows.address(prepared, places, last, r + row), count, sums);
          long offset = place + row * ldo;
          store(
              b,
              p,
              PairedRows.unscale(prepared, r + row),
              count,
              out + offset,
              residual == 0 ? 0 : residual + offset,
              ldo,
              activation,
              sums);
        }
      }
    }
  }

  /** Computes the sums of rows of a chunk of a panel, or adds them to those of others. */
  private static void sum(PairedMatrix b, int panel, int chunk, long a, int rows, long sums) {
    int vectors = b.panels().vectors(panel);
    int pairs = b.pairs(chunk);
    long weights = b.address(panel, chunk);
    long width = (long) vectors * BYTES;
    long to = chunk == 0 ? sums : sums + SUMS_BYTES;
    int next;
    for (int row = 0; row < rows; row += next) {
      next = Tiles.next(rows - row);
      PairedTiles.run(
          next, vectors, a + row * PairedRows.ROW, pairs, weights, to + row * width, width);
    }
    if (chunk > 0) {
      PairedSums.add(sums, to, rows * vectors);
    }
  }

  /** Stores what the sums of rows of a panel make. */
  private static void store(
      PairedMatrix b,
      int panel,
      long unscale,
      int rows,
      long out,
      long residual,
      long ldo,
      ActivationFunction activation,
      long sums) {
    int vectors = b.panels().vectors(panel);
    int valid = b.panels().valid(panel);
    long scales = b.unscale() + 8L * b.panels().column(panel);
    boolean whole = valid == vectors * LENGTH;
    if (whole && residual == 0 && activation == ActivationFunction.GELU) {
      PairedSums.gelu(sums, unscale, scales, out, ldo, rows, vectors);
    } else if (whole && activation == ActivationFunction.NONE) {
      PairedSums.finish(sums, unscale, scales, residual, out, ldo, rows, vectors);
    } else {
      long width = (long) vectors * BYTES;
      long results = sums + SUMS_BYTES;
      PairedSums.finish(sums, unscale, scales, 0, results, width, rows, vectors);
      Epilogues.store(results, width, rows, valid, out, residual, ldo, activation);
    }
  }
}
