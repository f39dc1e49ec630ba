package fastvit4j.model.fastvit;

import fastvit4j.model.layers.ConvShape;

/**
 * The overparameterized convolution of MobileOne: in the train form the sum of a k×k convolution, a
 * 1×1 convolution (where k > 1) and the input itself (where the shape stays), each with batch
 * normalisation; in the other forms one k×k convolution with bias.
 */
final class MobileOneBlock {
  private static final int SQUEEZE_REDUCTION = 16;

  private MobileOneBlock() {}

  /** The block without squeeze-excite and activation. */
  static String convolution(BlockBuilder b, String name, ConvShape shape, String input) {
    if (b.form() != Form.TRAIN) {
      return b.conv(name + ".reparam_conv", name, shape, true, input);
    }
    return b.layers().mobileOne(name, shape, 1, b.config().overparameterized(), input);
  }

  /** The block with its activation. */
  static String activated(BlockBuilder b, String name, ConvShape shape, String input) {
    return b.activation(name + ".act", name, convolution(b, name, shape, input));
  }

  /** The block with squeeze-excite and activation, as in the head. */
  static String squeezed(BlockBuilder b, String name, ConvShape shape, String input) {
    String convolved = convolution(b, name, shape, input);
    int channels = shape.out();
    int reduced = channels / SQUEEZE_REDUCTION;
    String excited = b.layers().squeezeExcite(name + ".se", name, channels, reduced, convolved);
    return b.activation(name + ".act", name, excited);
  }
}
