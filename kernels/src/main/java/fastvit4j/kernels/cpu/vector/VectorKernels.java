package fastvit4j.kernels.cpu.vector;

import fastvit4j.kernels.cpu.ConvolutionSpec;
import fastvit4j.kernels.cpu.CpuKernels;
import fastvit4j.kernels.cpu.CpuKernelsProvider;
import fastvit4j.kernels.cpu.CpuOperator;
import fastvit4j.kernels.cpu.ElementwiseKind;
import fastvit4j.kernels.cpu.OffHeap;
import fastvit4j.kernels.cpu.WeightSource;
import java.lang.foreign.Arena;
import java.util.stream.IntStream;

/**
 * Operators written with the Vector API. Where channels do not fill the last vector, that vector
 * begins earlier and computes some channels twice, to the same bits; operators that do only that,
 * and have fewer channels than one vector, are left to scalar code.
 */
public final class VectorKernels implements CpuKernels {
  private final CpuKernels scalar = CpuKernelsProvider.scalar();

  /** Vector kernels of the width that this class was loaded for. */
  public VectorKernels() {}

  @Override
  public String name() {
    return vectorBits() + "-bit vectors" + (PairedTiles.ENABLED ? ", products in pairs" : "");
  }

  @Override
  public int vectorBits() {
    return Lanes.SPECIES.vectorBitSize();
  }

  @Override
  public CpuOperator convolution(
      ConvolutionSpec spec, WeightSource weight, float[] bias, Arena arena) {
    if (spec.isPointwise()) {
      return linear(spec.inChannels(), spec.outChannels(), weight, bias, arena);
    }
    return spec.isDepthwise()
        ? Depthwise.pack(spec, weight, bias, arena)
        : DenseConvolution.pack(spec, weight, bias, arena);
  }

  @Override
  public CpuOperator linear(
      int inChannels, int outChannels, WeightSource weight, float[] bias, Arena arena) {
    return new Pointwise(
        inChannels,
        outChannels,
        PairedMatrix.suits(inChannels, outChannels)
            ? PairedMatrix.pack(outChannels, inChannels, weight, bias, arena)
            : pack(inChannels, outChannels, weight, bias, arena));
  }

  @Override
  public CpuOperator attention(int heads, int headDim, Arena arena) {
    return new Attention(heads, headDim);
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
    if (channels < Lanes.LENGTH) {
      return scalar.squeezeExcite(
          channels, reduced, reduceWeight, reduceBias, expandWeight, expandBias, arena);
    }
    return new SqueezeExcite(
        channels,
        pack(channels, reduced, WeightSource.of(reduceWeight), reduceBias, arena),
        pack(reduced, channels, WeightSource.of(expandWeight), expandBias, arena));
  }

  @Override
  public CpuOperator affine(float[] scale, float[] shift, Arena arena) {
    if (scale.length < Lanes.LENGTH) {
      return scalar.affine(scale, shift, arena);
    }
    float[] summand = shift == null ? new float[scale.length] : shift;
    return new Affine(
        scale.length, OffHeap.copyOf(arena, scale, 0), OffHeap.copyOf(arena, summand, 0));
  }

  @Override
  public CpuOperator layerNorm(float[] weight, float[] bias, double eps, Arena arena) {
    if (weight.length < Lanes.LENGTH) {
      return scalar.layerNorm(weight, bias, eps, arena);
    }
    return new LayerNorm(
        weight.length, OffHeap.copyOf(arena, weight, 0), OffHeap.copyOf(arena, bias, 0), eps);
  }

  @Override
  public CpuOperator groupNorm(float[] weight, float[] bias, double eps, Arena arena) {
    if (weight.length < Lanes.LENGTH) {
      return scalar.groupNorm(weight, bias, eps, arena);
    }
    return new GroupNorm(
        weight.length, OffHeap.copyOf(arena, weight, 0), OffHeap.copyOf(arena, bias, 0), eps);
  }

  @Override
  public CpuOperator tokenEmbedding(float[] classToken, float[] positions, Arena arena) {
    return scalar.tokenEmbedding(classToken, positions, arena);
  }

  @Override
  public CpuOperator firstToken(int channels) {
    return scalar.firstToken(channels);
  }

  @Override
  public CpuOperator globalAveragePool(int channels) {
    return channels < Lanes.LENGTH
        ? scalar.globalAveragePool(channels)
        : new GlobalAveragePool(channels);
  }

  @Override
  public CpuOperator averagePool(int channels, int kernel, int stride, int padding) {
    return channels < Lanes.LENGTH
        ? scalar.averagePool(channels, kernel, stride, padding)
        : new Pool(ConvolutionSpec.window(channels, kernel, stride, padding), false);
  }

  @Override
  public CpuOperator maxPool(int channels, int kernel, int stride, int padding) {
    return channels < Lanes.LENGTH
        ? scalar.maxPool(channels, kernel, stride, padding)
        : new Pool(ConvolutionSpec.window(channels, kernel, stride, padding), true);
  }

  @Override
  public CpuOperator add(int channels) {
    return new Elementwise(ElementwiseKind.ADD, channels);
  }

  @Override
  public CpuOperator subtract(int channels) {
    return new Elementwise(ElementwiseKind.SUBTRACT, channels);
  }

  @Override
  public CpuOperator identity(int channels) {
    return new Elementwise(ElementwiseKind.IDENTITY, channels);
  }

  private static PackedMatrix pack(int k, int n, WeightSource weight, float[] bias, Arena arena) {
    return PackedMatrix.pack(n, weight, 0, IntStream.range(0, k).toArray(), bias, 0, arena);
  }
}
