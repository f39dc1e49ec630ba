package fastvit4j.kernels.cpu.vector;

/**
 * Register tiles: {@code c[r, j] = base[r, j] + Σ a[r, k] · b[k, j]} for up to {@link #ROWS} rows
 * and one panel of columns. All accumulators are local variables, so that they stay in registers;
 * every element is summed in the order of k, by fused multiply-add, whatever the tile: its bits do
 * not depend on where tiles begin.
 *
 * <pre>
 *          k                  panel: k rows of 1 to 3 vectors, one after the other
 *      ┌───────┐              ┌────┬────┬────┐
 *    a │ row 0 │ broadcast  × │    │    │    │ k
 *      │  ...  │              └────┴────┴────┘
 *      │ row 5 │            = c, 6 rows (5 with 16 registers)
 *      └───────┘
 * </pre>
 *
 * <p>A row of a is {@code segments} pieces of {@code length} floats each, {@code segmentStride}
 * bytes apart: one for a matrix product, one for each kernel row of a convolution. Where there are
 * fewer rows than the tile has, the last one is computed repeatedly.
 *
 * <p>A tile of 6 rows and 4 vectors would be no faster where two loads and two multiply-adds are
 * issued at once (both reach the peak), and it is too large for the quick compiler: the program
 * would run interpreted until the optimising one is done with it. With 16 registers, 6 rows and 2
 * vectors would just fit, but the compiler then often keeps one sum in memory, where a term takes
 * twice as long.
 */
final class Tiles {
  private static final boolean MANY_REGISTERS = Lanes.REGISTERS >= 32;

  /** Rows of a tile. */
  static final int ROWS = MANY_REGISTERS ? 6 : 5;

  /**
   * Vectors of the widest panel: 18 sums and what they are made of in 32 registers, or 10 in 16.
   */
  static final int MAX_VECTORS = MANY_REGISTERS ? 3 : 2;

  /**
   * A panel's vectors are a multiple of it: a tile of 5 rows and 1 vector has too few sums to keep
   * a processor busy, and takes as long as one of 2.
   */
  static final int VECTOR_STEP = MANY_REGISTERS ? 1 : 2;

  /** Rows of the tiles that are computed one after the other, before their epilogue. */
  static final int BLOCK_ROWS = 4 * ROWS;

  /** Panels that are computed for these rows, before their epilogue. */
  static final int BLOCK_PANELS = 12 / MAX_VECTORS;

  /** Bytes of a buffer for the sums of these panels' rows. */
  static final long BLOCK_BYTES = (long) BLOCK_ROWS * BLOCK_PANELS * MAX_VECTORS * Lanes.BYTES;

  private Tiles() {}

  /**
   * Computes a tile for every {@link #ROWS} rows.
   *
   * @param vectors width of the panel
   * @param a address of the first row
   * @param lda bytes between rows
   * @param rows rows: a multiple of {@link #ROWS}, or fewer than that, from 1
   * @param segments pieces of a row
   * @param length floats of a piece
   * @param segmentStride bytes between pieces
   * @param panel address of b
   * @param base address of what the sums are added to: the bias, or c
   * @param baseStride bytes between its rows, 0 for the bias
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
      long base,
      long baseStride,
      long c,
      long ldc) {
    switch (vectors) {
      case 1 ->
          Tile6x1.run(
              a, lda, rows, segments, length, segmentStride, panel, base, baseStride, c, ldc);
      case 2 -> {
        if (MANY_REGISTERS) {
          Tile6x2.run(
              a, lda, rows, segments, length, segmentStride, panel, base, baseStride, c, ldc);
        } else {
          Tile5x2.run(
              a, lda, rows, segments, length, segmentStride, panel, base, baseStride, c, ldc);
        }
      }
      default ->
          Tile6x3.run(
              a, lda, rows, segments, length, segmentStride, panel, base, baseStride, c, ldc);
    }
  }
}
