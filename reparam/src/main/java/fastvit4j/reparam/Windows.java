package fastvit4j.reparam;

import fastvit4j.model.operator.Conv2d;

/** When the windows of two convolutions are centred on the same pixels, whatever the image. */
final class Windows {
  private Windows() {}

  /**
   * Whether {@code small}'s window lies in the middle of {@code large}'s at every output: the same
   * stride, and in both directions {@code 2 · padding − kernel} the same, so that both give the
   * same number of outputs for every extent, and half the difference of the kernels is a whole
   * number and the difference of the paddings.
   */
  static boolean centred(Conv2d small, Conv2d large) {
    return small.stride() == large.stride()
        && small.kernelHeight() <= large.kernelHeight()
        && small.kernelWidth() <= large.kernelWidth()
        && excess(small.padding(), small.kernelHeight())
            == excess(large.padding(), large.kernelHeight())
        && excess(small.padding(), small.kernelWidth())
            == excess(large.padding(), large.kernelWidth());
  }

  /** Whether the identity is centred in the window: one output for each pixel and channel. */
  static boolean keepsShape(Conv2d conv) {
    return conv.stride() == 1
        && conv.inChannels() == conv.outChannels()
        && excess(conv.padding(), conv.kernelHeight()) == excess(0, 1)
        && excess(conv.padding(), conv.kernelWidth()) == excess(0, 1);
  }

  private static int excess(int padding, int kernel) {
    return 2 * padding - kernel;
  }
}
