package fastvit4j.model.tensor;

import java.util.function.Supplier;

/**
 * A tensor's elements times a factor for each of its rows (dimension 0) or columns (all others
 * together), in float64. They are computed where they are asked for, so that of a large tensor no
 * second copy is made.
 */
final class ScaledElements {
  private static final int PIECE = 1 << 12;

  private final Tensor tensor;
  private final boolean byRow;
  private final long columns;
  private final Supplier<double[]> source;
  private volatile double[] factors;

  /**
   * Scaled elements.
   *
   * @param tensor what is scaled, of one dimension at least
   * @param byRow whether a factor is a row's, else it is a column's
   * @param source the factors, asked for when the first elements are
   */
  ScaledElements(Tensor tensor, boolean byRow, Supplier<double[]> source) {
    this.tensor = tensor;
    this.byRow = byRow;
    this.columns = tensor.elements() / tensor.dim(0);
    this.source = source;
  }

  /** All elements. */
  double[] toDoubles() {
    double[] all = tensor.toDoubles();
    scale(0, all, all.length);
    return all;
  }

  /** Fills an array with the elements from number {@code first} on. */
  void copyTo(long first, double[] to) {
    tensor.copyTo(first, to);
    scale(first, to, to.length);
  }

  /** The same, rounded to nearest. */
  void copyTo(long first, float[] to) {
    if (tensor.isExactAsFloat32()) {
      tensor.copyTo(first, to);
      scale(first, to);
      return;
    }
    double[] piece = new double[Math.min(PIECE, to.length)];
    for (int i = 0; i < to.length; i += PIECE) {
      if (to.length - i < piece.length) {
        piece = new double[to.length - i];
      }
      copyTo(first + i, piece);
      Elements.round(piece, piece.length, to, i);
    }
  }

  /** Lets go of the scaled tensor's elements. */
  void unload() {
    tensor.unload();
  }

  private void scale(long first, double[] values, int count) {
    double[] by = factors();
    for (int i = 0; i < count; ) {
      int column = (int) ((first + i) % columns);
      int end = (int) Math.min(count, i + columns - column);
      if (byRow) {
        scale(values, i, end, by[(int) ((first + i) / columns)]);
      } else {
        scale(values, i, end, by, column);
      }
      i = end;
    }
  }

  private void scale(long first, float[] values) {
    double[] by = factors();
    for (int i = 0; i < values.length; ) {
      int column = (int) ((first + i) % columns);
      int end = (int) Math.min(values.length, i + columns - column);
      if (byRow) {
        scale(values, i, end, by[(int) ((first + i) / columns)]);
      } else {
        scale(values, i, end, by, column);
      }
      i = end;
    }
  }

  private double[] factors() {
    double[] known = factors;
    if (known == null) {
      known = source.get();
      long needed = byRow ? tensor.dim(0) : columns;
      if (known.length != needed) {
        throw new IllegalArgumentException(
            tensor.name() + ": " + known.length + " factors for " + needed);
      }
      factors = known;
    }
    return known;
  }

  private static void scale(double[] values, int from, int to, double factor) {
    for (int i = from; i < to; i++) {
      values[i] *= factor;
    }
  }

  private static void scale(double[] values, int from, int to, double[] by, int column) {
    for (int i = from; i < to; i++) {
      values[i] *= by[column + i - from];
    }
  }

  private static void scale(float[] values, int from, int to, double factor) {
    for (int i = from; i < to; i++) {
      values[i] = (float) (values[i] * factor);
    }
  }

  private static void scale(float[] values, int from, int to, double[] by, int column) {
    for (int i = from; i < to; i++) {
      values[i] = (float) (values[i] * by[column + i - from]);
    }
  }
}
