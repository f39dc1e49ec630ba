package fastvit4j.kernels.cpu;

/**
 * A range split into pieces of one size, the last one possibly smaller.
 *
 * @param total length of the range
 * @param size length of a piece
 */
public record Split(int total, int size) {
  /** Checks that there is something to split. */
  public Split {
    if (total < 1 || size < 1) {
      throw new IllegalArgumentException("cannot split " + total + " into pieces of " + size);
    }
  }

  /** Pieces of {@code target} cost at least, if an element costs {@code cost}. */
  public static Split byCost(int total, long cost, long target) {
    return new Split(total, Math.clamp(target / Math.max(1, cost), 1, total));
  }

  /** The number of pieces. */
  public int count() {
    return (total + size - 1) / size;
  }

  /** Begin of piece {@code i}. */
  public int from(int i) {
    return i * size;
  }

  /** End of piece {@code i}, exclusive. */
  public int to(int i) {
    return Math.min(total, (i + 1) * size);
  }
}
