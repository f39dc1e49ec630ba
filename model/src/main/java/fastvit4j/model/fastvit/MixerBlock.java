package fastvit4j.model.fastvit;

import fastvit4j.model.layers.ConvShape;
import fastvit4j.model.operator.AvgPool2d;
import fastvit4j.model.operator.SelfAttention;
import fastvit4j.model.operator.Subtract;

/** A block of a stage: a token mixer, then a ConvFFN, each added to its input. */
final class MixerBlock {
  private static final int REPMIXER_KERNEL = 3;
  private static final int POOL_KERNEL = 3;

  private MixerBlock() {}

  static String build(
      BlockBuilder b, Mixer mixer, String name, int channels, int hidden, String input) {
    return switch (mixer) {
      case REPMIXER -> {
        String mixed = repMixer(b, name + ".token_mixer", channels, input);
        yield feedForward(b, name, "layer_scale", channels, hidden, mixed);
      }
      case ATTENTION -> {
        String mixed = attention(b, name, channels, input);
        yield feedForward(b, name, "layer_scale_2", channels, hidden, mixed);
      }
      case POOLING -> {
        String mixed = pooling(b, name, channels, input);
        yield feedForward(b, name, "layer_scale_2", channels, hidden, mixed);
      }
    };
  }

  /**
   * {@code x + γ · (mixer(x) − norm(x))}, one depthwise convolution after reparameterization
   * (equation 3 of the paper).
   */
  private static String repMixer(BlockBuilder b, String name, int channels, String input) {
    ConvShape shape = ConvShape.depthwise(channels, REPMIXER_KERNEL);
    if (b.form() != Form.TRAIN) {
      return b.conv(name + ".reparam_conv", name, shape, true, input);
    }
    String mixed = MobileOneBlock.convolution(b, name + ".mixer", shape, input);
    String norm = b.batchNorm(name + ".norm.identity", name + ".norm", channels, input);
    String difference = b.node(name + ".sub", name, new Subtract(), mixed, norm);
    String scaled = b.layerScale(name + ".layer_scale", name, channels, difference);
    return b.add(name + ".add", name, input, scaled);
  }

  /** {@code x + γ · Attention(norm(x))} with heads of {@link FastViTConfig#HEAD_DIM} channels. */
  private static String attention(BlockBuilder b, String name, int channels, String input) {
    String mixer = name + ".token_mixer";
    String normed = b.normFolded() ? input : b.norm(name + ".norm", name, channels, input);
    String qkv = b.linear(mixer + ".qkv", mixer, channels, 3 * channels, b.normFolded(), normed);
    SelfAttention heads =
        new SelfAttention(channels / FastViTConfig.HEAD_DIM, FastViTConfig.HEAD_DIM);
    String attended = b.node(mixer + ".attention", mixer, heads, qkv);
    String projected = b.linear(mixer + ".proj", mixer, channels, channels, true, attended);
    String scaled = b.layerScale(name + ".layer_scale_1", name, channels, projected);
    return b.add(name + ".add_1", name, input, scaled);
  }

  /**
   * {@code x + γ · (pool(norm(x)) − norm(x))}, PoolFormer's mixer; γ has no projection to fold
   * into.
   */
  private static String pooling(BlockBuilder b, String name, int channels, String input) {
    String mixer = name + ".token_mixer";
    String normed = b.norm(name + ".norm", name, channels, input);
    AvgPool2d window = new AvgPool2d(POOL_KERNEL, 1, POOL_KERNEL / 2);
    String pooled = b.node(mixer + ".pool", mixer, window, normed);
    String difference = b.node(mixer + ".sub", mixer, new Subtract(), pooled, normed);
    String scaled = b.unfoldedLayerScale(name + ".layer_scale_1", name, channels, difference);
    return b.add(name + ".add_1", name, input, scaled);
  }

  private static String feedForward(
      BlockBuilder b, String name, String scale, int channels, int hidden, String input) {
    String out = ConvFfn.build(b, name + ".mlp", channels, hidden, input);
    String scaled = b.layerScale(name + "." + scale, name, channels, out);
    return b.add(name + ".add", name, input, scaled);
  }
}
