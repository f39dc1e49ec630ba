package fastvit4j.kernels.cpu.vector;

import fastvit4j.kernels.cpu.Epilogue;
import fastvit4j.kernels.cpu.OffHeap;

/**
 * Matrix products on the same rows, one or two after each other, some rows at a time: what is
 * between two, the hidden layer of a feed-forward network, never leaves the second-level cache.
 */
final class ProductChain {
  /** Bytes of the hidden layer's rows that are there at a time, about. */
  private static final long HIDDEN_BYTES = 1 << 16;

  private final Pointwise first;
  private final Epilogue between;
  private final Pointwise second;
  private final Epilogue epilogue;

  /**
   * A chain.
   *
   * @param first the first product
   * @param between what follows it, without a residual
   * @param second the second product, or null
   * @param epilogue what follows the second, or the only one
   */
  ProductChain(Pointwise first, Epilogue between, Pointwise second, Epilogue epilogue) {
    this.first = first;
    this.between = between;
    this.second = second;
    this.epilogue = epilogue;
  }

  /** Channels of the input. */
  int inChannels() {
    return first.inChannels();
  }

  /** Channels of the output. */
  int outChannels() {
    return second == null ? first.outChannels() : second.outChannels();
  }

  /** The numbers of channels, for people: {@code 48x144x48}. */
  String channels() {
    return first.inChannels()
        + "x"
        + first.outChannels()
        + (second == null ? "" : "x" + second.outChannels());
  }

  /** What follows the last product. */
  Epilogue epilogue() {
    return epilogue;
  }

  /** Rows that are computed at a time. */
  int blockRows() {
    long fit = HIDDEN_BYTES / (4L * first.outChannels() * Tiles.BLOCK_ROWS);
    return (int) Math.max(1, fit) * Tiles.BLOCK_ROWS;
  }

  /** Bytes of scratch. */
  long scratchBytes() {
    return productBytes() + (second == null ? 0 : 4L * blockRows() * first.outChannels());
  }

  /** Bytes of scratch of the product that takes more. */
  private long productBytes() {
    long bytes = first.weight().scratchBytes();
    return OffHeap.aligned(
        second == null ? bytes : Math.max(bytes, second.weight().scratchBytes()));
  }

  /**
   * Computes rows.
   *
   * @param in address of the first input row
   * @param rows rows
   * @param out address of the first output row
   * @param residual address of the first row of what the epilogue adds, or 0
   * @param scratch {@link #scratchBytes()} bytes
   */
  void run(long in, int rows, long out, long residual, long scratch) {
    long lda = 4L * first.inChannels();
    long ldh = 4L * first.outChannels();
    long ldo = 4L * outChannels();
    long hidden = scratch + productBytes();
    // What is between two products limits the rows; one product takes as many as it likes.
    int step = second == null ? Math.max(1, rows) : blockRows();
    for (int row = 0; row < rows; row += step) {
      int count = Math.min(step, rows - row);
      long from = in + row * lda;
      long to = out + row * ldo;
      long add = residual == 0 ? 0 : residual + row * ldo;
      if (second == null) {
        first.weight().multiply(from, lda, count, to, add, ldo, epilogue.activation(), scratch);
      } else {
        first.weight().multiply(from, lda, count, hidden, 0, ldh, between.activation(), scratch);
        second.weight().multiply(hidden, ldh, count, to, add, ldo, epilogue.activation(), scratch);
      }
    }
  }
}
