package fastvit4j.model.fastvit;

import fastvit4j.model.fastvit.BlockBuilder.ConvShape;
import fastvit4j.model.operator.SqueezeExcite;
import fastvit4j.model.tensor.Weights;

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
    String sum = null;
    if (b.config().overparameterized()) {
      if (shape.keepsShape()) {
        sum = b.batchNorm(name + ".identity", name, shape.in(), input);
      }
      if (shape.kernel() > 1) {
        ConvShape pointwise =
            new ConvShape(shape.in(), shape.out(), 1, shape.stride(), shape.groups());
        String scale = b.convNorm(name + ".conv_scale", name, pointwise, input);
        sum = sum == null ? scale : b.add(name + ".add_scale", name, sum, scale);
      }
    }
    String convolved = b.convNorm(name + ".conv_kxk.0", name, shape, input);
    return sum == null ? convolved : b.add(name + ".add", name, sum, convolved);
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
    Weights w = b.weights();
    SqueezeExcite excite =
        new SqueezeExcite(
            w.tensor(name + ".se.fc1.weight", reduced, channels, 1, 1),
            w.tensor(name + ".se.fc1.bias", reduced),
            w.tensor(name + ".se.fc2.weight", channels, reduced, 1, 1),
            w.tensor(name + ".se.fc2.bias", channels));
    return b.activation(name + ".act", name, b.node(name + ".se", name, excite, convolved));
  }
}
