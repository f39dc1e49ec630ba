package fastvit4j.kernels.cpu.vector;

import fastvit4j.kernels.cpu.ConvolutionSpec;
import fastvit4j.kernels.cpu.CpuKernel;
import fastvit4j.kernels.cpu.CpuOperator;
import fastvit4j.kernels.cpu.Epilogue;
import fastvit4j.kernels.cpu.OffHeap;
import fastvit4j.kernels.cpu.WeightSource;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * A depthwise convolution with any kernel, stride, padding and channel multiplier.
 *
 * @param spec the convolution's shape
 * @param weight address of the weights, [multiplier, kernel height, kernel width, padded channels]
 * @param bias address of the bias, [multiplier, padded channels]
 */
record Depthwise(ConvolutionSpec spec, long weight, long bias) implements CpuOperator {
  /**
   * Bytes of a result, one image's, from which on it is computed together with the products that
   * read it. Below, it is still in the second-level cache, or not far, when these begin, and bands
   * of their own make the convolution slower.
   */
  private static final long LARGE_BYTES = 1 << 21;

  static Depthwise pack(ConvolutionSpec spec, WeightSource weight, float[] bias, Arena arena) {
    int taps = spec.kernelHeight() * spec.kernelWidth();
    int channels = spec.inChannels();
    int padded = padded(channels);
    int multiplier = spec.groupOutChannels();
    float[] given = new float[spec.outChannels() * taps];
    weight.read(0, given);
    long packed = OffHeap.allocate(arena, (long) multiplier * taps * padded);
    long packedBias = OffHeap.allocate(arena, (long) multiplier * padded);
    for (int j = 0; j < multiplier; j++) {
      for (int c = 0; c < channels; c++) {
        int o = c * multiplier + j;
        for (int t = 0; t < taps; t++) {
          OffHeap.set(packed + 4L * ((j * taps + t) * padded + c), given[o * taps + t]);
        }
        if (bias != null) {
          OffHeap.set(packedBias + 4L * (j * padded + c), bias[o]);
        }
      }
    }
    return new Depthwise(spec, packed, packedBias);
  }

  /** Channels of a row of weights: at least a vector. */
  static int padded(int channels) {
    return Math.max(channels, Lanes.LENGTH);
  }

  @Override
  public long weightBytes() {
    int taps = spec.kernelHeight() * spec.kernelWidth();
    return 4L * spec.groupOutChannels() * (taps + 1) * padded(spec.inChannels());
  }

  @Override
  public CpuKernel bind(int n, int h, int w, Epilogue epilogue) {
    return kernel(n, h, w, epilogue);
  }

  @Override
  public Optional<CpuKernel> bindWith(int n, int h, int w, Epilogue epilogue, List<Follower> next) {
    // By the image alone, so that a picture is computed alike in every batch.
    return 4L * spec.outHeight(h) * spec.outWidth(w) * spec.outChannels() < LARGE_BYTES
        ? Optional.empty()
        : chain(n, h, w, epilogue, next, DepthwiseChain.bandRows(spec, w)).map(Function.identity());
  }

  /** This convolution and the products that follow as a chain, if they are one. */
  Optional<DepthwiseChain> chain(
      int n, int h, int w, Epilogue epilogue, List<Follower> next, long bandRows) {
    if (epilogue.residual()
        || next.isEmpty()
        || !(next.getFirst().operator() instanceof Pointwise first)) {
      return Optional.empty();
    }
    return first
        .chain(next.getFirst().epilogue(), next.subList(1, next.size()))
        .map(c -> new DepthwiseChain(kernel(n, h, w, epilogue), spec, c, n, h, w, bandRows));
  }

  private RowKernel kernel(int n, int h, int w, Epilogue epilogue) {
    return DirectDepthwise.suits(spec)
        ? new DirectDepthwise(this, n, h, w, epilogue)
        : new DepthwiseKernel(this, n, h, w, epilogue);
  }
}
