package fastvit4j.model.layers;

/**
 * The extents of a square convolution.
 *
 * @param in input channels
 * @param out output channels
 * @param kernel height and width of the kernel
 * @param stride rows and columns between outputs
 * @param padding zeros on each side
 * @param groups groups of channels that do not see each other
 */
public record ConvShape(int in, int out, int kernel, int stride, int padding, int groups) {
  /** A convolution padded so that, with an odd kernel, a stride of 1 keeps the size. */
  public ConvShape(int in, int out, int kernel, int stride, int groups) {
    this(in, out, kernel, stride, kernel / 2, groups);
  }

  /** A depthwise convolution that keeps the size. */
  public static ConvShape depthwise(int channels, int kernel) {
    return new ConvShape(channels, channels, kernel, 1, channels);
  }

  /** A matrix product at every pixel. */
  public static ConvShape pointwise(int in, int out) {
    return new ConvShape(in, out, 1, 1, 1);
  }

  /** A convolution whose windows do not overlap: an image cut into patches. */
  public static ConvShape patches(int in, int out, int size) {
    return new ConvShape(in, out, size, size, 0, 1);
  }

  /** Whether the output is of the input's shape, so that the two can be added. */
  public boolean keepsShape() {
    return in == out && stride == 1;
  }

  /** The 1×1 convolution of the same channels and stride. */
  public ConvShape scale() {
    return new ConvShape(in, out, 1, stride, 0, groups);
  }
}
