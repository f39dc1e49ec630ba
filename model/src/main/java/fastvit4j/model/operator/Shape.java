package fastvit4j.model.operator;

/**
 * The shape of an activation: batch, height, width, channels, laid out NHWC. A vector (pooled
 * features, logits) has height and width 1; a sequence of T tokens has height 1 and width T.
 *
 * @param n images in the batch
 * @param h rows
 * @param w columns
 * @param c channels
 */
public record Shape(int n, int h, int w, int c) {
  /**
   * Largest number of elements of one activation: 2³¹ − 1, so that an element's index is an int.
   */
  private static final long LIMIT = Integer.MAX_VALUE;

  /**
   * Checks the extents.
   *
   * @throws ShapeException if an extent is below 1 or the activation has more than 2³¹ − 1 elements
   */
  public Shape {
    if (n < 1 || h < 1 || w < 1 || c < 1) {
      throw new ShapeException(
          "every extent of an activation must be at least 1, but it is " + text(n, h, w, c));
    }
    long pixels = Math.multiplyExact((long) h, (long) w);
    if (pixels > LIMIT || pixels * n > LIMIT || pixels * n * c > LIMIT || pixels * n * c < 0) {
      throw new ShapeException(
          "an activation of "
              + text(n, h, w, c)
              + " is over 2147483647 elements: take a smaller batch or size");
    }
  }

  // Written out, as a record's own two make their code when they are first called, which short
  // commands feel.

  @Override
  public boolean equals(Object object) {
    return object instanceof Shape other
        && n == other.n
        && h == other.h
        && w == other.w
        && c == other.c;
  }

  @Override
  public int hashCode() {
    return ((31 * n + h) * 31 + w) * 31 + c;
  }

  /** Elements of the whole batch. */
  public int elements() {
    return n * h * w * c;
  }

  /** Pixels of the whole batch: the rows of the matrix that a pointwise convolution sees. */
  public int pixels() {
    return n * h * w;
  }

  /** The same activation with {@code channels} channels. */
  public Shape withChannels(int channels) {
    return new Shape(n, h, w, channels);
  }

  /** The same activation for a batch of {@code images}. */
  public Shape withBatch(int images) {
    return new Shape(images, h, w, c);
  }

  /** For example {@code 1x256x256x3}. */
  @Override
  public String toString() {
    return text(n, h, w, c);
  }

  private static String text(int n, int h, int w, int c) {
    return n + "x" + h + "x" + w + "x" + c;
  }
}
