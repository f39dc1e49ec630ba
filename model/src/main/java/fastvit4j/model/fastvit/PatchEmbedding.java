package fastvit4j.model.fastvit;

import fastvit4j.model.layers.ConvShape;

/**
 * The embedding before stages 2 to 4: a strided large-kernel depthwise convolution that doubles the
 * channels, in the train form with a parallel 3×3 one, then a pointwise MobileOne block. Where
 * convolutions are not factorized, one dense MobileOne block.
 */
final class PatchEmbedding {
  private static final int SMALL_KERNEL = 3;

  private PatchEmbedding() {}

  static String build(BlockBuilder b, String name, int in, int out, String input) {
    int kernel = b.config().patchEmbeddingKernel();
    String first = name + ".proj.0";
    if (!b.config().factorized()) {
      return MobileOneBlock.activated(b, first, new ConvShape(in, out, kernel, 2, 1), input);
    }
    String reduced = largeKernel(b, first, in, out, kernel, input);
    return MobileOneBlock.activated(b, name + ".proj.1", ConvShape.pointwise(out, out), reduced);
  }

  private static String largeKernel(
      BlockBuilder b, String name, int in, int out, int kernel, String input) {
    ConvShape large = new ConvShape(in, out, kernel, 2, in);
    if (b.form() != Form.TRAIN) {
      return b.conv(name + ".reparam_conv", name, large, true, input);
    }
    String sum = b.convNorm(name + ".large_conv", name, large, input);
    if (!b.config().overparameterized() || kernel <= SMALL_KERNEL) {
      return sum;
    }
    ConvShape small = new ConvShape(in, out, SMALL_KERNEL, 2, in);
    return b.add(name + ".add", name, sum, b.convNorm(name + ".small_conv", name, small, input));
  }
}
