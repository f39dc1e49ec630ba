package fastvit4j.kernels.cpu.vector;

/**
 * Register tiles: {@code c[r, j] = bias[j] + Σ a[r, k] · b[k, j]} for up to {@link #ROWS} rows and
 * one panel of columns. All accumulators are local variables, so that they stay in registers; every
 * element is summed in the order of k, by fused multiply-add, whatever the tile: its bits do not
 * depend on where tiles begin.
 *
 * <pre>
 *          k                  panel: k rows of 1 to 4 vectors, one after the other
 *      ┌───────┐              ┌────┬────┬────┐
 *    a │ row 0 │ broadcast  × │    │    │    │ k
 *      │  ...  │              └────┴────┴────┘
 *      │ row 5 │            = c, 6 rows
 *      └───────┘
 * </pre>
 *
 * <p>A row of a is {@code segments} pieces of {@code length} floats each, {@code segmentStride}
 * bytes apart: one for a matrix product, one for each kernel row of a convolution. Where there are
 * fewer rows than the tile has, the last one is computed repeatedly.
 */
final class Tiles {
  /** Rows of a tile. */
  static final int ROWS = 6;

  /** Vectors of the widest panel. */
  static final int MAX_VECTORS = Lanes.REGISTERS >= 32 ? 4 : 2;

  /** Bytes of a buffer for a whole tile. */
  static final long TILE_BYTES = (long) ROWS * MAX_VECTORS * Lanes.BYTES;

  private Tiles() {}

  /**
   * Computes a tile.
   *
   * @param vectors width of the panel
   * @param a address of the first row
   * @param lda bytes between rows
   * @param rows rows that are there, from 1
   * @param segments pieces of a row
   * @param length floats of a piece
   * @param segmentStride bytes between pieces
   * @param panel address of b
   * @param bias address of one float for each of the panel's columns
   * @param c address of the result, {@link #ROWS} rows even if fewer are there
   * @param ldc bytes between the result's rows
   */
  static void run(
      int vectors,
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
    switch (vectors) {
      case 1 -> Tile6x1.run(a, lda, rows, segments, length, segmentStride, panel, bias, c, ldc);
      case 2 -> Tile6x2.run(a, lda, rows, segments, length, segmentStride, panel, bias, c, ldc);
      case 3 -> Tile6x3.run(a, lda, rows, segments, length, segmentStride, panel, bias, c, ldc);
      default -> {
        if (rows == 1) {
          Tile1x4.run(a, lda, rows, segments, length, segmentStride, panel, bias, c, ldc);
        } else {
          Tile6x4.run(a, lda, rows, segments, length, segmentStride, panel, bias, c, ldc);
        }
      }
    }
  }
}
