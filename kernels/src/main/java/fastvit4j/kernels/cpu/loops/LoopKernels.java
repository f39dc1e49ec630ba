package fastvit4j.kernels.cpu.loops;

import fastvit4j.kernels.cpu.ConvolutionSpec;
import fastvit4j.kernels.cpu.CpuOperator;
import fastvit4j.kernels.cpu.WeightSource;
import fastvit4j.kernels.cpu.scalar.ScalarKernels;
import java.lang.foreign.Arena;

/**
 * The operators that FastViT mostly consists of in float32, by loops that the JVM's compiler
 * vectorizes; the others as in scalar code. Several times slower than vector code once both are
 * compiled, and compiled much sooner.
 */
public final class LoopKernels extends ScalarKernels {
  private final ArrayPool<LoopProduct.Work> products = new ArrayPool<>();
  private final ArrayPool<LoopDepthwise.Work> depthwise = new ArrayPool<>();

  /** Loops. */
  public LoopKernels() {}

  @Override
  public String name() {
    return "plain loops";
  }

  @Override
  public CpuOperator convolution(
      ConvolutionSpec spec, WeightSource weight, float[] bias, Arena arena) {
    if (spec.isDepthwise()) {
      return LoopDepthwise.pack(spec, weight, bias, depthwise);
    }
    return spec.groups() == 1
        ? LoopProduct.pack(spec, weight, bias, products)
        : super.convolution(spec, weight, bias, arena);
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
    return new LoopSqueezeExcite(reduceWeight, reduceBias, expandWeight, expandBias);
  }

  @Override
  public CpuOperator attention(int heads, int headDim, Arena arena) {
    return new LoopAttention(heads, headDim);
  }

  @Override
  public CpuOperator globalAveragePool(int channels) {
    return new LoopMean(channels);
  }
}
