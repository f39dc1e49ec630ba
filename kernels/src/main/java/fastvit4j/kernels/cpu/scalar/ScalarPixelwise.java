package fastvit4j.kernels.cpu.scalar;

import fastvit4j.kernels.cpu.CpuKernel;
import fastvit4j.kernels.cpu.CpuOperator;
import fastvit4j.kernels.cpu.Epilogue;
import fastvit4j.kernels.cpu.OffHeap;

/**
 * An operator that computes each pixel from the same pixel of its input.
 *
 * @param name for people
 * @param channels channels
 * @param weights floats of weights
 * @param function the function
 */
record ScalarPixelwise(String name, int channels, int weights, Function function)
    implements CpuOperator {
  /** A function of a pixel's channels. */
  @FunctionalInterface
  interface Function {
    /** Computes the channels at {@code result} from those at {@code x}. */
    void apply(long x, long result);
  }

  static ScalarPixelwise affine(float[] scale, float[] shift) {
    return new ScalarPixelwise(
        "scalar scale and shift",
        scale.length,
        2 * scale.length,
        (x, result) -> {
          for (int c = 0; c < scale.length; c++) {
            double y = (double) scale[c] * OffHeap.get(x + 4L * c);
            OffHeap.set(result + 4L * c, (float) (shift == null ? y : y + shift[c]));
          }
        });
  }

  static ScalarPixelwise layerNorm(float[] weight, float[] bias, double eps) {
    int channels = weight.length;
    return new ScalarPixelwise(
        "scalar layer normalisation",
        channels,
        2 * channels,
        (x, result) -> {
          double mean = 0;
          for (int c = 0; c < channels; c++) {
            mean += OffHeap.get(x + 4L * c) / (double) channels;
          }
          double variance = 0;
          for (int c = 0; c < channels; c++) {
            double d = OffHeap.get(x + 4L * c) - mean;
            variance += d * d / channels;
          }
          double factor = 1 / Math.sqrt(variance + eps);
          for (int c = 0; c < channels; c++) {
            double d = OffHeap.get(x + 4L * c) - mean;
            OffHeap.set(result + 4L * c, (float) (d * factor * weight[c] + bias[c]));
          }
        });
  }

  @Override
  public long weightBytes() {
    return 4L * weights;
  }

  @Override
  public CpuKernel bind(int n, int h, int w, Epilogue epilogue) {
    int pixels = n * h * w;
    return new ScalarPixelKernel(name, (long) pixels * channels, pixels, channels, 2, epilogue) {
      @Override
      void pixel(long in, int pixel, long result) {
        function.apply(in + 4L * pixel * channels, result);
      }
    };
  }
}
