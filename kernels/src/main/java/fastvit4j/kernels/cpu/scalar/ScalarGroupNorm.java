package fastvit4j.kernels.cpu.scalar;

import fastvit4j.kernels.cpu.Buffers;
import fastvit4j.kernels.cpu.CpuKernel;
import fastvit4j.kernels.cpu.CpuOperator;
import fastvit4j.kernels.cpu.Epilogue;
import fastvit4j.kernels.cpu.OffHeap;

/** Group normalisation with one group, an image at a time. */
final class ScalarGroupNorm implements CpuOperator {
  private final float[] weight;
  private final float[] bias;
  private final double eps;

  /** Keeps the parameters, a number for each channel. */
  ScalarGroupNorm(float[] weight, float[] bias, double eps) {
    this.weight = weight;
    this.bias = bias;
    this.eps = eps;
  }

  @Override
  public long weightBytes() {
    return 8L * weight.length;
  }

  @Override
  public CpuKernel bind(int n, int h, int w, Epilogue epilogue) {
    int channels = weight.length;
    int pixels = h * w;
    long image = (long) pixels * channels;
    CpuKernel.Footprint footprint =
        CpuKernel.Footprint.of(n * image, n * image, epilogue, 0, 4L * channels);
    return new CpuKernel("scalar group normalisation", footprint) {
      @Override
      public int units(int phase) {
        return n;
      }

      @Override
      protected void compute(int phase, Buffers buffers, long scratch, int from, int to) {
        for (int i = from; i < to; i++) {
          normalize(buffers, 4L * i * image, scratch);
        }
      }

      private void normalize(Buffers buffers, long first, long scratch) {
        long x = buffers.input().address() + first;
        double mean = 0;
        for (long i = 0; i < image; i++) {
          mean += OffHeap.get(x + 4 * i) / (double) image;
        }
        double variance = 0;
        for (long i = 0; i < image; i++) {
          double d = OffHeap.get(x + 4 * i) - mean;
          variance += d * d / image;
        }
        double factor = 1 / Math.sqrt(variance + eps);
        for (int p = 0; p < pixels; p++) {
          long place = 4L * p * channels;
          for (int c = 0; c < channels; c++) {
            double d = OffHeap.get(x + place + 4L * c) - mean;
            OffHeap.set(scratch + 4L * c, (float) (d * factor * weight[c] + bias[c]));
          }
          long at = first + place;
          long residual = epilogue.residual() ? buffers.residual().address() + at : 0;
          ScalarPixelKernel.store(
              scratch, channels, buffers.output().address() + at, residual, epilogue);
        }
      }
    };
  }
}
