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
 * bytes apart: one for a matrix product, one for each kernel row of a convolution. Rows that are no
 * multiple of a tile's end in tiles of 4 rows, of which one for a single row has that in all.
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

  /** Rows of the smaller tile, with which tiles end. */
  static final int FEW_ROWS = 4;

  /**
   * The bits of a term's number. {@code k & TERM} is k itself in a form from which the compiler
   * sees that it is not negative, before it knows of the loop that counts it: else it tests
   * addresses before every tile's loop.
   */
  static final int TERM = Integer.MAX_VALUE;

  private Tiles() {}

  /**
   * Rows of the next tile, where {@code rows} remain: those of the large ones, until as many small
   * ones as the remainder asks for end them, such as 6, 4 and 4 for 14.
   */
  static int next(int rows) {
    if (rows < FEW_ROWS) {
      return 1;
    }
    int rest = rows % ROWS;
    int few = MANY_REGISTERS ? (ROWS - rest / 2 * 2) % ROWS / 2 : (ROWS - rest) % ROWS;
    return rows < ROWS || rows / FEW_ROWS == few ? FEW_ROWS : ROWS;
  }

  /**
   * Computes tiles.
   *
   * @param vectors width of the panel
   * @param a address of the first row
   * @param lda bytes between rows
   * @param rows rows, from 1
   * @param segments pieces of a row
   * @param length floats of a piece
   * @param segmentStride bytes between pieces
   * @param panel address of b
   * @param base address of what the sums are added to: the bias, or c
   * @param baseStride bytes between its rows, 0 for the bias
   * @param c address of the result
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
    // One tile a call. With a loop around the tile the compiler has too few registers for integers
    // and keeps some in vector registers; the next tile's addresses then wait for this one's sums.
    int next;
    for (int row = 0; row < rows; row += next) {
      next = next(rows - row);
      boolean one = next == 1;
      tile(
          next,
          vectors,
          a + row * lda,
          one ? 0 : lda,
          segments,
          length,
          segmentStride,
          panel,
          base + row * baseStride,
          one ? 0 : baseStride,
          c + row * ldc,
          one ? 0 : ldc);
    }
  }

  private static void tile(
      int rows,
      int vectors,
      long a,
      long lda,
      int segments,
      int length,
      long stride,
      long panel,
      long base,
      long baseStride,
      long c,
      long ldc) {
    boolean few = rows <= FEW_ROWS;
    switch (vectors) {
      case 1 -> {
        if (few) {
          Tile4x1.run(a, lda, segments, length, stride, panel, base, baseStride, c, ldc);
        } else {
          Tile6x1.run(a, lda, segments, length, stride, panel, base, baseStride, c, ldc);
        }
      }
      case 2 -> {
        if (few) {
          Tile4x2.run(a, lda, segments, length, stride, panel, base, baseStride, c, ldc);
        } else if (MANY_REGISTERS) {
          Tile6x2.run(a, lda, segments, length, stride, panel, base, baseStride, c, ldc);
        } else {
          Tile5x2.run(a, lda, segments, length, stride, panel, base, baseStride, c, ldc);
        }
      }
      default -> {
        if (few) {
          Tile4x3.run(a, lda, segments, length, stride, panel, base, baseStride, c, ldc);
        } else {
          Tile6x3.run(a, lda, segments, length, stride, panel, base, baseStride, c, ldc);
        }
      }
    }
  }
}
