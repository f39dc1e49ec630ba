package fastvit4j.model.fastvit;

import fastvit4j.model.graph.Graph;
import fastvit4j.model.graph.GraphBuilder;
import fastvit4j.model.layers.ConvShape;
import fastvit4j.model.operator.GlobalAveragePool;
import fastvit4j.model.tensor.Weights;

/**
 * Builds FastViT's graph from a configuration. Nodes and tensors carry timm's names.
 *
 * <pre>
 *   image -> stem (stride 4) -> stage 1 -> embedding -> stage 2 -> embedding -> stage 3 -> embedding -> stage 4
 *         -> 3x3 depthwise, squeeze-excite -> global average pool -> classifier
 * </pre>
 *
 * <p>Source: P. K. A. Vasu et al., FastViT: A Fast Hybrid Vision Transformer using Structural
 * Reparameterization, ICCV 2023, figure 2.
 */
public final class FastViT {
  private static final int IMAGE_CHANNELS = 3;
  private static final int STEM_KERNEL = 3;
  private static final int HEAD_KERNEL = 3;

  private FastViT() {}

  /**
   * The graph of a configuration. Its outputs are {@code stem}, {@code stages.0} to {@code
   * stages.3}, {@code final_conv} and {@code logits}.
   *
   * @param config the architecture
   * @param form the form to build
   * @param weights where each tensor comes from, asked for once by its name in that form and its
   *     shape
   */
  public static Graph graph(FastViTConfig config, Form form, Weights weights) {
    BlockBuilder b = new BlockBuilder(new GraphBuilder(config.name()), weights, form, config);
    String value = stem(b);
    b.graph().output("stem", value);
    for (int stage = 0; stage < FastViTConfig.STAGES; stage++) {
      value = stage(b, stage, value);
      b.graph().output("stages." + stage, value);
    }
    int last = config.embedDims().getLast();
    ConvShape widening = new ConvShape(last, config.headChannels(), HEAD_KERNEL, 1, last);
    value = MobileOneBlock.squeezed(b, "final_conv", widening, value);
    b.graph().output("final_conv", value);
    String pooled = b.node("head.global_pool", "head", new GlobalAveragePool(), value);
    String logits =
        b.linear("head.fc", "head", config.headChannels(), config.classes(), true, pooled);
    b.graph().output(Graph.LOGITS, logits);
    return b.graph().build();
  }

  private static String stem(BlockBuilder b) {
    int channels = b.config().embedDims().getFirst();
    boolean factorized = b.config().factorized();
    ConvShape dense = new ConvShape(IMAGE_CHANNELS, channels, STEM_KERNEL, 2, 1);
    String value = MobileOneBlock.activated(b, "stem.0", dense, Graph.INPUT);
    ConvShape second = new ConvShape(channels, channels, STEM_KERNEL, 2, factorized ? channels : 1);
    value = MobileOneBlock.activated(b, "stem.1", second, value);
    if (!factorized) {
      return value;
    }
    return MobileOneBlock.activated(b, "stem.2", ConvShape.pointwise(channels, channels), value);
  }

  private static String stage(BlockBuilder b, int stage, String input) {
    FastViTConfig config = b.config();
    String name = "stages." + stage;
    int channels = config.embedDims().get(stage);
    String value = input;
    if (stage > 0) {
      int before = config.embedDims().get(stage - 1);
      value = PatchEmbedding.build(b, name + ".downsample", before, channels, value);
    }
    int encoding = config.positionalEncodings().get(stage);
    if (encoding > 0) {
      value = positionalEncoding(b, name + ".pos_emb", channels, encoding, value);
    }
    int hidden = channels * config.mlpRatios().get(stage);
    for (int i = 0; i < config.depths().get(stage); i++) {
      Mixer mixer = config.mixers().get(stage);
      value = MixerBlock.build(b, mixer, name + ".blocks." + i, channels, hidden, value);
    }
    return value;
  }

  /**
   * The conditional positional encoding, {@code x + DW(x)}: one depthwise convolution after
   * reparameterization.
   */
  private static String positionalEncoding(
      BlockBuilder b, String name, int channels, int kernel, String input) {
    ConvShape shape = ConvShape.depthwise(channels, kernel);
    if (b.form() != Form.TRAIN) {
      return b.conv(name + ".reparam_conv", name, shape, true, input);
    }
    String encoding = b.conv(name + ".pos_enc", name, shape, true, input);
    return b.add(name + ".add", name, input, encoding);
  }
}
