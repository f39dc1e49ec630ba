package fastvit4j.kernels.cpu.vector;

import fastvit4j.kernels.cpu.ActivationFunction;
import fastvit4j.kernels.cpu.Split;

/**
 * Matrix products with their epilogue, tile by tile, on one thread. Long sums are cut into chunks
 * that are summed alone and then added: the rounding errors of a chain of K additions grow with K,
 * those of K / B chains of B with B + K / B.
 */
final class MatrixProduct {
  /** Terms of a chunk, about: a panel's chunk is streamed from the second-level cache. */
  private static final int CHUNK = 256;

  private MatrixProduct() {}

  /**
   * Computes {@code out = activation(a · b + bias + residual)} for some rows and some panels of b,
   * {@link Tiles#BLOCK_ROWS} rows at a time, whose sums stay in the first-level cache until they
   * are stored, several panels together: the epilogue is fast for long rows.
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
   * @param scratch {@link Tiles#BLOCK_BYTES} bytes
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
    Split chunks = chunks(k, segments);
    boolean plain = residual == 0 && activation == ActivationFunction.NONE;
    for (int p = fromPanel; p < toPanel; p += Tiles.BLOCK_PANELS) {
      int end = Math.min(toPanel, p + Tiles.BLOCK_PANELS);
      long column = 4L * b.column(p);
      long width = 4L * b.column(end) - column;
      int valid = b.valid(p, end);
      boolean direct = plain && 4L * valid == width;
      for (int r = 0; r < rows; r += Tiles.BLOCK_ROWS) {
        int block = Math.min(Tiles.BLOCK_ROWS, rows - r);
        long to = out + r * ldo + column;
        for (int q = p; q < end; q++) {
          long at = 4L * b.column(q) - column;
          for (int i = 0; i < chunks.count(); i++) {
            sums(
                b.vectors(q),
                a + r * lda,
                lda,
                block,
                segments,
                k,
                segmentStride,
                b.address(data, q, k),
                bias + column + at,
                (direct ? to : scratch) + at,
                direct ? ldo : width,
                chunks,
                i);
          }
        }
        if (!direct) {
          Epilogues.store(
              scratch,
              width,
              block,
              valid,
              to,
              residual == 0 ? 0 : residual + r * ldo + column,
              ldo,
              activation);
        }
      }
    }
  }

  /** Adds one chunk of the sums: to the bias the first one, to what is there the others. */
  private static void sums(
      int vectors,
      long a,
      long lda,
      int rows,
      int segments,
      int k,
      long segmentStride,
      long panel,
      long bias,
      long c,
      long ldc,
      Split chunks,
      int chunk) {
    int from = chunks.from(chunk);
    int count = chunks.to(chunk) - from;
    boolean one = segments == 1;
    Tiles.run(
        vectors,
        a + (one ? 4L * from : from * segmentStride),
        lda,
        rows,
        one ? 1 : count,
        one ? count : k / segments,
        segmentStride,
        panel + (one ? from : (long) from * (k / segments)) * vectors * Lanes.BYTES,
        chunk == 0 ? bias : c,
        chunk == 0 ? 0 : ldc,
        c,
        ldc);
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
