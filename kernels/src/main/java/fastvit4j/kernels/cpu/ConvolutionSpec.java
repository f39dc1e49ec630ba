package fastvit4j.kernels.cpu;

/**
 * The shape of a convolution.
 *
 * @param inChannels C
 * @param outChannels O
 * @param kernelHeight rows of the kernel
 * @param kernelWidth columns of the kernel
 * @param stride rows and columns between outputs
 * @param padding zeros on each side
 * @param groups groups of channels that do not see each other
 */
public record ConvolutionSpec(
    int inChannels,
    int outChannels,
    int kernelHeight,
    int kernelWidth,
    int stride,
    int padding,
    int groups) {
  /** Checks that the groups divide the channels. */
  public ConvolutionSpec {
    if (inChannels % groups != 0
        || outChannels % groups != 0
        || kernelHeight < 1
        || kernelWidth < 1
        || stride < 1
        || padding < 0) {
      throw new IllegalArgumentException("no convolution has this shape");
    }
  }

  /** The windows of a pool, as those of a depthwise convolution. */
  public static ConvolutionSpec window(int channels, int kernel, int stride, int padding) {
    return new ConvolutionSpec(channels, channels, kernel, kernel, stride, padding, channels);
  }

  /** Rows of the output for {@code h} rows of the input. */
  public int outHeight(int h) {
    return outputs(h, kernelHeight);
  }

  /** Columns of the output for {@code w} columns of the input. */
  public int outWidth(int w) {
    return outputs(w, kernelWidth);
  }

  /** Rows of the input, padding included, that so many rows of the output see. */
  public int inputRows(int outRows) {
    return (outRows - 1) * stride + kernelHeight;
  }

  /** Input channels that an output channel sees. */
  public int groupInChannels() {
    return inChannels / groups;
  }

  /** Output channels of a group. */
  public int groupOutChannels() {
    return outChannels / groups;
  }

  /** Whether every input channel is convolved alone. */
  public boolean isDepthwise() {
    return groups == inChannels && (groups > 1 || outChannels == 1);
  }

  /** Whether this is a matrix product at every pixel. */
  public boolean isPointwise() {
    return kernelHeight == 1 && kernelWidth == 1 && stride == 1 && padding == 0 && groups == 1;
  }

  /** For example {@code 7x7 s2}. */
  public String windowName() {
    return kernelHeight + "x" + kernelWidth + (stride == 1 ? "" : " s" + stride);
  }

  private int outputs(int extent, int kernel) {
    int last = extent + 2 * padding - kernel;
    if (last < 0) {
      throw new IllegalArgumentException(
          "an extent of " + extent + " is too small for a kernel of " + kernel);
    }
    return last / stride + 1;
  }
}
