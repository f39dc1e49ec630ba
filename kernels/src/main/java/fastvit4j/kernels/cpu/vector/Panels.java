package fastvit4j.kernels.cpu.vector;

/**
 * How the columns of a matrix are split into panels as wide as register tiles: as few as possible,
 * of widths that differ by {@link Tiles#VECTOR_STEP} vectors at most, the wider ones first.
 */
final class Panels {
  private final int columns;
  private final int count;
  private final int narrow;
  private final int wider;

  /** The panels of a matrix of {@code columns} columns. */
  Panels(int columns) {
    int vectors = Math.ceilDiv(columns, Lanes.LENGTH * Tiles.VECTOR_STEP) * Tiles.VECTOR_STEP;
    this.columns = columns;
    this.count = (vectors + Tiles.MAX_VECTORS - 1) / Tiles.MAX_VECTORS;
    this.narrow = vectors / Tiles.VECTOR_STEP / count * Tiles.VECTOR_STEP;
    this.wider = (vectors - narrow * count) / Tiles.VECTOR_STEP;
  }

  /** Panels that hold {@code columns} columns, their padding counted as columns too. */
  static Panels whole(int columns) {
    return new Panels(new Panels(columns).padded());
  }

  /** The number of panels. */
  int count() {
    return count;
  }

  /** Width of panel {@code p} in vectors. */
  int vectors(int p) {
    return p < wider ? narrow + Tiles.VECTOR_STEP : narrow;
  }

  /** First column of panel {@code p}; that of the panel after the last is the padded width. */
  int column(int p) {
    return (p * narrow + Math.min(p, wider) * Tiles.VECTOR_STEP) * Lanes.LENGTH;
  }

  /** Columns of panel {@code p} that are the matrix's, not padding. */
  int valid(int p) {
    return valid(p, p + 1);
  }

  /** Columns of some panels that are the matrix's, not padding. */
  int valid(int from, int to) {
    return Math.min(columns, column(to)) - column(from);
  }

  /** The matrix's columns with padding. */
  int padded() {
    return column(count);
  }

  /** Address of panel {@code p} of a packed matrix of {@code k} rows at {@code base}. */
  long address(long base, int p, int k) {
    return base + 4L * k * column(p);
  }
}
