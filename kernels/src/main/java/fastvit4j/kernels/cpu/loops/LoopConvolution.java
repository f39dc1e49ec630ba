package fastvit4j.kernels.cpu.loops;

import fastvit4j.kernels.cpu.ConvolutionSpec;
import fastvit4j.kernels.cpu.CpuOperator;

/** A convolution with its weights in rows that are as long as an innermost loop. */
abstract class LoopConvolution implements CpuOperator {
  /** Its shape. */
  final ConvolutionSpec spec;

  /** A row for each term of a sum. */
  final float[][] weight;

  /** As long as a row. */
  final float[] bias;

  LoopConvolution(ConvolutionSpec spec, float[][] weight, float[] bias) {
    this.spec = spec;
    this.weight = weight;
    this.bias = bias;
  }

  @Override
  public final long weightBytes() {
    return 4L * bias.length * (weight.length + 1);
  }
}
