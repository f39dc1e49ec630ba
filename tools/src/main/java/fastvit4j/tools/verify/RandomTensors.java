package fastvit4j.tools.verify;

import fastvit4j.model.image.PixelBatch;
import fastvit4j.model.operator.BatchNorm;
import fastvit4j.model.operator.Conv2d;
import fastvit4j.model.operator.GroupNorm;
import fastvit4j.model.operator.LayerNorm;
import fastvit4j.model.operator.LayerScale;
import fastvit4j.model.operator.Linear;
import fastvit4j.model.operator.Shape;
import fastvit4j.model.operator.SqueezeExcite;
import fastvit4j.model.operator.TokenEmbedding;
import fastvit4j.model.tensor.Activation;
import fastvit4j.model.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.SplittableRandom;

/** Seeded random parameters and inputs of sizes that keep activations around 1. */
public final class RandomTensors {
  private final SplittableRandom random;

  /** Numbers that follow from a seed. */
  public RandomTensors(long seed) {
    random = new SplittableRandom(seed);
  }

  /** An input with values in [−2, 2). */
  public Activation input(Shape shape) {
    Activation activation = Activation.allocate(shape);
    for (int i = 0; i < shape.elements(); i++) {
      activation.set(i, (float) random.nextDouble(-2, 2));
    }
    return activation;
  }

  /** Pictures of random bytes, to be normalised by ImageNet's numbers. */
  public PixelBatch pictures(Shape shape) {
    byte[] samples = new byte[shape.elements()];
    random.nextBytes(samples);
    return new PixelBatch(shape, MemorySegment.ofArray(samples), SessionInput.preprocessing(shape));
  }

  /** A convolution with a square window. */
  public Conv2d conv(
      int in, int out, int kernel, int stride, int padding, int groups, boolean bias) {
    return conv(in, out, kernel, kernel, stride, padding, groups, bias);
  }

  Conv2d conv(
      int in, int out, int height, int width, int stride, int padding, int groups, boolean bias) {
    return new Conv2d(
        weight(out, in / groups, height, width),
        bias ? vector("bias", -0.5, 0.5, out) : null,
        stride,
        padding,
        groups);
  }

  /** A depthwise convolution with "same" padding. */
  public Conv2d depthwise(int channels, int multiplier, int kernel, int stride) {
    return conv(channels, channels * multiplier, kernel, stride, kernel / 2, channels, true);
  }

  /** A convolution with a 1×1 window. */
  public Conv2d pointwise(int in, int out) {
    return conv(in, out, 1, 1, 0, 1, true);
  }

  /** A matrix product. */
  public Linear linear(int in, int out, boolean bias) {
    return new Linear(weight(out, in), bias ? vector("bias", -0.5, 0.5, out) : null);
  }

  /** A batch normalisation. */
  public BatchNorm batchNorm(int channels) {
    return new BatchNorm(
        vector("weight", -1.5, 1.5, channels),
        vector("bias", -0.5, 0.5, channels),
        vector("running_mean", -0.5, 0.5, channels),
        vector("running_var", 0.1, 2, channels),
        BatchNorm.EPS);
  }

  /** A layer normalisation. */
  public LayerNorm layerNorm(int channels) {
    return new LayerNorm(
        vector("weight", -1.5, 1.5, channels), vector("bias", -0.5, 0.5, channels), 1e-5);
  }

  /** A normalisation of each image. */
  public GroupNorm groupNorm(int channels) {
    return new GroupNorm(
        vector("weight", -1.5, 1.5, channels), vector("bias", -0.5, 0.5, channels), 1e-5);
  }

  /** A class token and positions. */
  public TokenEmbedding tokenEmbedding(int tokens, int channels) {
    return new TokenEmbedding(
        tensor("cls_token", -1, 1, 1, 1, channels),
        tensor("pos_embed", -1, 1, 1, tokens, channels));
  }

  /** A factor for each channel. */
  public LayerScale layerScale(int channels) {
    return new LayerScale(tensor("gamma", -1, 1, channels, 1, 1));
  }

  /** A squeeze-excitation. */
  public SqueezeExcite squeezeExcite(int channels, int reduced) {
    return new SqueezeExcite(
        weight(reduced, channels, 1, 1),
        vector("bias", -0.5, 0.5, reduced),
        weight(channels, reduced, 1, 1),
        vector("bias", -0.5, 0.5, channels));
  }

  private Tensor weight(int... shape) {
    int fanIn = Arrays.stream(shape).skip(1).reduce(1, (a, b) -> a * b);
    double bound = Math.sqrt(3.0 / fanIn);
    return tensor("weight", -bound, bound, shape);
  }

  private Tensor vector(String name, double from, double to, int length) {
    return tensor(name, from, to, length);
  }

  private Tensor tensor(String name, double from, double to, int... shape) {
    float[] values = new float[Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextDouble(from, to);
    }
    return Tensor.of(name, values, shape);
  }
}
