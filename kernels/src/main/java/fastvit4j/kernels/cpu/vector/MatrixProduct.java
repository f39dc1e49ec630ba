package fastvit4j.kernels.cpu.vector;

import fastvit4j.kernels.cpu.ActivationFunction;
import fastvit4j.kernels.cpu.Split;

/**
 * Matrix products with their epilogue, tile by tile, on one thread. Long sums are cut into chunks
 * that are summed alone and then added: the rounding errors of a chain of K additions grow with K,
 * those of K / B chains of B with B + K / B.
 */
final class MatrixProduct {
  /** Terms of a chunk, about. */
  private static final int CHUNK = 128;

  private MatrixProduct() {}

  /**
   * Computes {@code out = activation(a · b + bias + residual)} for some rows and some panels of b.
   * A panel stays in the cache while all rows pass over it.
   *
   * @param b the panels' split
   * @param k rows of b
   * @param data address of the packed b
   * @param bias address of the padded bias
   * @param fromPanel first panel
   * @param toPanel panel after the last
   * @param a address of the first row of a
   * @param lda bytes between rows of a
   * @param rows rows of a
   * @param segments pieces of a row, see {@link Tiles}
   * @param segmentStride bytes between pieces
   * @param out address of the output's first row, column 0
   * @param residual address of the residual's first row, column 0, or 0 for none
   * @param ldo bytes between rows of the output and of the residual
   * @param activation the function applied last
   * @param scratch {@link Tiles#TILE_BYTES} bytes
   */
  static void multiply(
      Panels b,
      int k,
      long data,
      long bias,
      int fromPanel,
      int toPanel,
      long a,
      long lda,
      int rows,
      int segments,
      long segmentStride,
      long out,
      long residual,
      long ldo,
      ActivationFunction activation,
      long scratch) {
    boolean one = segments == 1;
    Split chunks = chunks(k, segments);
    boolean plain = residual == 0 && activation == ActivationFunction.NONE;
    for (int p = fromPanel; p < toPanel; p++) {
      int vectors = b.vectors(p);
      int valid = b.valid(p);
      long width = (long) vectors * Lanes.BYTES;
      long column = 4L * b.column(p);
      long panel = b.address(data, p, k);
      boolean whole = plain && 4L * valid == width;
      for (int r = 0; r < rows; r += Tiles.ROWS) {
        int left = Math.min(Tiles.ROWS, rows - r);
        long to = out + r * ldo + column;
        boolean direct = whole && left == Tiles.ROWS;
        long c = direct ? to : scratch;
        long ldc = direct ? ldo : width;
        for (int i = 0; i < chunks.count(); i++) {
          int from = chunks.from(i);
          boolean first = i == 0;
          Tiles.run(
              vectors,
              a + r * lda + (one ? 4L * from : from * segmentStride),
              lda,
              left,
              one ? 1 : chunks.to(i) - from,
              one ? chunks.to(i) - from : k / segments,
              segmentStride,
              panel + from * (one ? width : k / segments * width),
              first ? bias + column : c,
              first ? 0 : ldc,
              c,
              ldc);
        }
        if (!direct) {
          long add = residual == 0 ? 0 : residual + r * ldo + column;
          Epilogues.store(scratch, width, left, valid, to, add, ldo, activation);
        }
      }
    }
  }

  /** Chunks of the terms, or of the segments where there are several. */
  private static Split chunks(int k, int segments) {
    int count = Math.max(1, (k + CHUNK / 2) / CHUNK);
    int total = segments == 1 ? k : segments;
    return new Split(total, Math.max(1, (total + count - 1) / count));
  }

  /** The same with weights that were packed. */
  static void multiply(
      PackedMatrix b,
      int fromPanel,
      int toPanel,
      long a,
      long lda,
      int rows,
      int segments,
      long segmentStride,
      long out,
      long residual,
      long ldo,
      ActivationFunction activation,
      long scratch) {
    multiply(
        b.panels(),
        b.k(),
        b.data(),
        b.bias(),
        fromPanel,
        toPanel,
        a,
        lda,
        rows,
        segments,
        segmentStride,
        out,
        residual,
        ldo,
        activation,
        scratch);
  }
}
