package fastvit4j.runtime.cpu;

import fastvit4j.kernels.cpu.ActivationFunction;
import fastvit4j.kernels.cpu.ConvolutionSpec;
import fastvit4j.kernels.cpu.CpuKernels;
import fastvit4j.kernels.cpu.CpuOperator;
import fastvit4j.kernels.cpu.Epilogue;
import fastvit4j.kernels.cpu.WeightSource;
import fastvit4j.model.operator.Add;
import fastvit4j.model.operator.AvgPool2d;
import fastvit4j.model.operator.BatchNorm;
import fastvit4j.model.operator.Conv2d;
import fastvit4j.model.operator.FirstToken;
import fastvit4j.model.operator.Gelu;
import fastvit4j.model.operator.GlobalAveragePool;
import fastvit4j.model.operator.GroupNorm;
import fastvit4j.model.operator.LayerNorm;
import fastvit4j.model.operator.LayerScale;
import fastvit4j.model.operator.Linear;
import fastvit4j.model.operator.MaxPool2d;
import fastvit4j.model.operator.Operator;
import fastvit4j.model.operator.Relu;
import fastvit4j.model.operator.SelfAttention;
import fastvit4j.model.operator.Silu;
import fastvit4j.model.operator.SqueezeExcite;
import fastvit4j.model.operator.Subtract;
import fastvit4j.model.operator.TokenEmbedding;
import fastvit4j.model.tensor.Tensor;
import fastvit4j.runtime.plan.FusedStep;
import java.lang.foreign.Arena;
import java.util.function.Function;

/** Packs the weights of steps for a set of kernels. */
final class OperatorPacker {
  private final CpuKernels kernels;
  private final Arena arena;

  /** Packs into memory of the arena, which any threads may use. */
  OperatorPacker(CpuKernels kernels, Arena arena) {
    this.kernels = kernels;
    this.arena = arena;
  }

  /**
   * The operator of a step whose first input has {@code channels} channels. What FastViT consists
   * of is asked for first: a switch over types makes classes at its first use, for which a short
   * command would wait.
   */
  CpuOperator pack(FusedStep step, int channels) {
    if (step.operator() instanceof Conv2d conv) {
      return convolution(conv);
    }
    if (step.operator() instanceof Linear linear) {
      return linear(linear);
    }
    if (step.operator() instanceof SelfAttention attention) {
      return kernels.attention(attention.heads(), attention.headDim(), arena);
    }
    if (step.operator() instanceof SqueezeExcite se) {
      return squeezeExcite(se);
    }
    if (step.operator() instanceof GlobalAveragePool) {
      return kernels.globalAveragePool(channels);
    }
    return other(step.operator(), channels);
  }

  private CpuOperator other(Operator operator, int channels) {
    return switch (operator) {
      case Conv2d _, Linear _, SelfAttention _, SqueezeExcite _, GlobalAveragePool _ ->
          throw new IllegalArgumentException(operator + " is packed elsewhere");
      case BatchNorm norm -> batchNorm(norm);
      case LayerScale scale -> kernels.affine(scale.gamma().toFloats(), null, arena);
      case LayerNorm norm ->
          kernels.layerNorm(norm.weight().toFloats(), norm.bias().toFloats(), norm.eps(), arena);
      case GroupNorm norm ->
          kernels.groupNorm(norm.weight().toFloats(), norm.bias().toFloats(), norm.eps(), arena);
      case TokenEmbedding embedding ->
          kernels.tokenEmbedding(
              embedding.classToken().toFloats(), embedding.positions().toFloats(), arena);
      case FirstToken _ -> kernels.firstToken(channels);
      case AvgPool2d pool ->
          kernels.averagePool(channels, pool.kernel(), pool.stride(), pool.padding());
      case MaxPool2d pool ->
          kernels.maxPool(channels, pool.kernel(), pool.stride(), pool.padding());
      case Add _ -> kernels.add(channels);
      case Subtract _ -> kernels.subtract(channels);
      case Gelu _, Relu _, Silu _ -> kernels.identity(channels);
    };
  }

  /** What follows the operator of a step. */
  static Epilogue epilogue(FusedStep step) {
    Operator last = step.activation() == null ? step.operator() : step.activation();
    ActivationFunction activation = ActivationFunction.NONE;
    if (last instanceof Gelu) {
      activation = ActivationFunction.GELU;
    } else if (last instanceof Relu) {
      activation = ActivationFunction.RELU;
    } else if (last instanceof Silu) {
      activation = ActivationFunction.SILU;
    }
    return new Epilogue(step.residual() != null, activation);
  }

  private CpuOperator convolution(Conv2d conv) {
    ConvolutionSpec spec =
        new ConvolutionSpec(
            conv.inChannels(),
            conv.outChannels(),
            conv.kernelHeight(),
            conv.kernelWidth(),
            conv.stride(),
            conv.padding(),
            conv.groups());
    float[] bias = floats(conv.bias());
    return packed(conv.weight(), weight -> kernels.convolution(spec, weight, bias, arena));
  }

  private CpuOperator linear(Linear linear) {
    int in = linear.inChannels();
    int out = linear.outChannels();
    float[] bias = floats(linear.bias());
    return packed(linear.weight(), weight -> kernels.linear(in, out, weight, bias, arena));
  }

  /**
   * Packs weights and lets go of them: a file's weights and all packed ones need not be in memory.
   */
  private static CpuOperator packed(Tensor weight, Function<WeightSource, CpuOperator> packing) {
    CpuOperator operator = packing.apply(weight::copyTo);
    weight.unload();
    return operator;
  }

  private CpuOperator squeezeExcite(SqueezeExcite se) {
    return kernels.squeezeExcite(
        se.channels(),
        se.reduced(),
        se.reduceWeight().toFloats(),
        se.reduceBias().toFloats(),
        se.expandWeight().toFloats(),
        se.expandBias().toFloats(),
        arena);
  }

  /** Scale and shift are computed in float64 and rounded once. */
  private CpuOperator batchNorm(BatchNorm norm) {
    float[] scale = new float[norm.channels()];
    float[] shift = new float[norm.channels()];
    for (int c = 0; c < scale.length; c++) {
      double factor =
          norm.weight().getDouble(c) / Math.sqrt(norm.variance().getDouble(c) + norm.eps());
      scale[c] = (float) factor;
      shift[c] = (float) (norm.bias().getDouble(c) - norm.mean().getDouble(c) * factor);
    }
    return kernels.affine(scale, shift, arena);
  }

  private static float[] floats(Tensor tensor) {
    return tensor == null ? null : tensor.toFloats();
  }
}
