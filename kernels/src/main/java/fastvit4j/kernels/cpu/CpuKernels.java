package fastvit4j.kernels.cpu;

import java.lang.foreign.Arena;

/**
 * Makes the operators of one instruction set. Weights are copied, into memory of the given arena;
 * they must not be used after it is closed.
 */
public interface CpuKernels {
  /** For people: {@code 512-bit vectors} or {@code plain loops}. */
  String name();

  /** Width of a vector in bits, 32 where code has none of its own. */
  int vectorBits();

  /**
   * A convolution of any kind.
   *
   * @param spec its shape
   * @param weight [O, C / groups, kernel height, kernel width]
   * @param bias [O], or null
   * @param arena where packed weights are kept
   */
  CpuOperator convolution(ConvolutionSpec spec, WeightSource weight, float[] bias, Arena arena);

  /**
   * A linear layer at every pixel, {@code y = weight · x + bias}.
   *
   * @param inChannels C
   * @param outChannels O
   * @param weight [O, C]
   * @param bias [O], or null
   * @param arena where packed weights are kept
   */
  CpuOperator linear(
      int inChannels, int outChannels, WeightSource weight, float[] bias, Arena arena);

  /** {@code softmax(q · kᵀ / √headDim) · v} from [3, heads, headDim] channels for each token. */
  CpuOperator attention(int heads, int headDim, Arena arena);

  /**
   * Squeeze-and-excitation, {@code x · sigmoid(expand · relu(reduce · mean(x) + b₁) + b₂)}.
   *
   * @param channels C
   * @param reduced R, channels between the two layers
   * @param reduceWeight [R, C]
   * @param reduceBias [R]
   * @param expandWeight [C, R]
   * @param expandBias [C]
   * @param arena where packed weights are kept
   */
  CpuOperator squeezeExcite(
      int channels,
      int reduced,
      float[] reduceWeight,
      float[] reduceBias,
      float[] expandWeight,
      float[] expandBias,
      Arena arena);

  /** {@code y = scale · x + shift}, channel by channel; {@code shift} may be null. */
  CpuOperator affine(float[] scale, float[] shift, Arena arena);

  /** {@code y = (x − mean) / √(variance + eps) · weight + bias} over the channels of a pixel. */
  CpuOperator layerNorm(float[] weight, float[] bias, double eps, Arena arena);

  /**
   * {@code y = (x − mean) / √(variance + eps) · weight + bias}, mean and variance over all elements
   * of an image.
   */
  CpuOperator groupNorm(float[] weight, float[] bias, double eps, Arena arena);

  /**
   * The class token and an image's patches, each plus its position.
   *
   * @param classToken [C]
   * @param positions [1 + patches, C]
   * @param arena where the sums are kept
   */
  CpuOperator tokenEmbedding(float[] classToken, float[] positions, Arena arena);

  /** The first token of each image. */
  CpuOperator firstToken(int channels);

  /** The mean over an image's pixels. */
  CpuOperator globalAveragePool(int channels);

  /** The mean over square windows; pixels outside the image do not count. */
  CpuOperator averagePool(int channels, int kernel, int stride, int padding);

  /** The maximum over square windows; pixels outside the image never win. */
  CpuOperator maxPool(int channels, int kernel, int stride, int padding);

  /** The sum of two activations. */
  CpuOperator add(int channels);

  /** The first activation minus the second. */
  CpuOperator subtract(int channels);

  /** The input itself: what an activation function that stands alone is fused into. */
  CpuOperator identity(int channels);
}
