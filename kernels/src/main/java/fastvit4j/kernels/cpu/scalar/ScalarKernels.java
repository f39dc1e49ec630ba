package fastvit4j.kernels.cpu.scalar;

import fastvit4j.kernels.cpu.ConvolutionSpec;
import fastvit4j.kernels.cpu.CpuKernels;
import fastvit4j.kernels.cpu.CpuOperator;
import fastvit4j.kernels.cpu.ElementwiseKind;
import fastvit4j.kernels.cpu.OffHeap;
import fastvit4j.kernels.cpu.WeightSource;
import java.lang.foreign.Arena;

/**
 * Plain Java: what runs where vector code cannot, and the twin that vector code is compared with.
 * Sums are kept in float64.
 */
public class ScalarKernels implements CpuKernels {
  /** Scalar kernels. */
  public ScalarKernels() {}

  @Override
  public String name() {
    return "scalar code";
  }

  @Override
  public int vectorBits() {
    return Float.SIZE;
  }

  @Override
  public CpuOperator convolution(
      ConvolutionSpec spec, WeightSource weight, float[] bias, Arena arena) {
    return ScalarConvolution.pack(spec, weight, bias, arena);
  }

  @Override
  public CpuOperator linear(
      int inChannels, int outChannels, WeightSource weight, float[] bias, Arena arena) {
    return convolution(
        new ConvolutionSpec(inChannels, outChannels, 1, 1, 1, 0, 1), weight, bias, arena);
  }

  @Override
  public CpuOperator attention(int heads, int headDim, Arena arena) {
    return new ScalarAttention(heads, headDim);
  }

  @Override
  public CpuOperator squeezeExcite(
      int channels,
      int reduced,
      float[] reduceWeight,
      float[] reduceBias,
      float[] expandWeight,
      float[] expandBias,
      Arena arena) {
    return new ScalarSqueezeExcite(
        channels,
        reduced,
        OffHeap.copyOf(arena, reduceWeight, 0),
        OffHeap.copyOf(arena, reduceBias, 0),
        OffHeap.copyOf(arena, expandWeight, 0),
        OffHeap.copyOf(arena, expandBias, 0));
  }

  @Override
  public CpuOperator affine(float[] scale, float[] shift, Arena arena) {
    return ScalarPixelwise.affine(scale.clone(), shift == null ? null : shift.clone());
  }

  @Override
  public CpuOperator layerNorm(float[] weight, float[] bias, double eps, Arena arena) {
    return ScalarPixelwise.layerNorm(weight.clone(), bias.clone(), eps);
  }

  @Override
  public CpuOperator groupNorm(float[] weight, float[] bias, double eps, Arena arena) {
    return new ScalarGroupNorm(weight.clone(), bias.clone(), eps);
  }

  @Override
  public CpuOperator tokenEmbedding(float[] classToken, float[] positions, Arena arena) {
    // The class token is the same in every image: its sum with its position is a constant.
    float[] rows = positions.clone();
    for (int c = 0; c < classToken.length; c++) {
      rows[c] += classToken[c];
    }
    int channels = classToken.length;
    return new TokenEmbedding(channels, rows.length / channels, OffHeap.copyOf(arena, rows, 0));
  }

  @Override
  public CpuOperator firstToken(int channels) {
    return new FirstToken(channels);
  }

  @Override
  public CpuOperator globalAveragePool(int channels) {
    return new ScalarGlobalAveragePool(channels);
  }

  @Override
  public CpuOperator averagePool(int channels, int kernel, int stride, int padding) {
    return new ScalarPool(ConvolutionSpec.window(channels, kernel, stride, padding), false);
  }

  @Override
  public CpuOperator maxPool(int channels, int kernel, int stride, int padding) {
    return new ScalarPool(ConvolutionSpec.window(channels, kernel, stride, padding), true);
  }

  @Override
  public CpuOperator add(int channels) {
    return new ScalarElementwise(ElementwiseKind.ADD, channels);
  }

  @Override
  public CpuOperator subtract(int channels) {
    return new ScalarElementwise(ElementwiseKind.SUBTRACT, channels);
  }

  @Override
  public CpuOperator identity(int channels) {
    return new ScalarElementwise(ElementwiseKind.IDENTITY, channels);
  }
}
