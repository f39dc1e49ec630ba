package fastvit4j.kernels.cpu.vector;

import fastvit4j.kernels.cpu.VectorWidth;

/**
 * Register tiles of products whose terms are taken two at a time, so that half of the
 * multiplications become additions (Winograd, "A New Algorithm for Inner Product", IEEE
 * Transactions on Computers, 1968):
 *
 * <pre>
 * a₁·b₁ + a₂·b₂ = (a₁ + b₂)·(a₂ + b₁) − a₁·a₂ − b₁·b₂
 * </pre>
 *
 * <p>The products that are subtracted are those of one row or one column, so that they are computed
 * once for all tiles. Two additions and a multiply-add take the place of two multiply-adds: of use
 * on processors that add in units of their own, beside those that multiply. There the units share
 * the work best if two vectors of three are computed in pairs; the others' terms are multiplied one
 * by one.
 *
 * <p>Rounding errors grow with the square of the sum of both factors, so rows and columns are
 * scaled by powers of two to be alike in size. The sign of a₁ and b₁ changes from pair to pair, so
 * that the products that are subtracted hardly add up: what is summed on the way is about as large
 * as the result.
 *
 * <p>Every element is summed in the order of the pairs, whatever the tile.
 */
final class PairedTiles {
  /** Whether products are to be computed so. */
  static final boolean ENABLED = VectorWidth.paired(PairedTiles.class);

  /** Pairs of a chunk at most, without the one that has its products. */
  static final int MAX_PAIRS = 64;

  private PairedTiles() {}

  /** How many of a panel's vectors are computed in pairs: the first ones. */
  static int paired(int vectors) {
    return vectors - 1;
  }

  /**
   * Computes a tile: sums of pairs, nothing else.
   *
   * @param rows rows: {@link Tiles#ROWS}, {@link Tiles#FEW_ROWS} or 1
   * @param vectors width of the panel, 2 or 3
   * @param a address of the first row's chunk of {@link PairedRows}
   * @param pairs pairs of the chunk
   * @param panel address of the panel's chunk of {@link PairedMatrix}
   * @param c address of the result
   * @param ldc bytes between the result's rows
   */
  static void run(int rows, int vectors, long a, int pairs, long panel, long c, long ldc) {
    boolean few = rows <= Tiles.FEW_ROWS;
    long lda = rows == 1 ? 0 : PairedRows.ROW;
    long step = rows == 1 ? 0 : ldc;
    if (vectors == 2) {
      if (few) {
        PairedTile4x2.run(a, lda, pairs, panel, c, step);
      } else {
        PairedTile6x2.run(a, lda, pairs, panel, c, step);
      }
    } else if (few) {
      PairedTile4x3.run(a, lda, pairs, panel, c, step);
    } else {
      PairedTile6x3.run(a, lda, pairs, panel, c, step);
    }
  }
}
