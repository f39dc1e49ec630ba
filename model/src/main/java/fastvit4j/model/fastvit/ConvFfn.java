package fastvit4j.model.fastvit;

import fastvit4j.model.layers.ConvShape;

/**
 * The feed-forward network with a large depthwise kernel: depthwise convolution and normalisation,
 * a pointwise convolution to the hidden channels, activation, and a pointwise convolution back.
 * Without a kernel, the normalisation alone stands first.
 */
final class ConvFfn {
  private ConvFfn() {}

  static String build(BlockBuilder b, String name, int channels, int hidden, String input) {
    String mixed = normalized(b, name, channels, input);
    String widened =
        b.conv(name + ".fc1", name, ConvShape.pointwise(channels, hidden), true, mixed);
    String active = b.activation(name + ".act", name, widened);
    return b.conv(name + ".fc2", name, ConvShape.pointwise(hidden, channels), true, active);
  }

  private static String normalized(BlockBuilder b, String name, int channels, String input) {
    int kernel = b.config().convFfnKernel();
    if (kernel == 0) {
      return b.normFolded() ? input : b.norm(name + ".norm", name, channels, input);
    }
    ConvShape shape = ConvShape.depthwise(channels, kernel);
    String convolved = b.conv(name + ".conv.conv", name, shape, b.normFolded(), input);
    return b.normFolded() ? convolved : b.norm(name + ".conv.bn", name, channels, convolved);
  }
}
