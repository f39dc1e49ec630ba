package fastvit4j.kernels.cpu.scalar;

import fastvit4j.kernels.cpu.Buffers;
import fastvit4j.kernels.cpu.CpuKernel;
import fastvit4j.kernels.cpu.CpuOperator;
import fastvit4j.kernels.cpu.Epilogue;
import fastvit4j.kernels.cpu.OffHeap;

/**
 * Squeeze-and-excitation, an image at a time.
 *
 * @param channels C
 * @param reduced R
 * @param reduceWeight address of [R, C]
 * @param reduceBias address of [R]
 * @param expandWeight address of [C, R]
 * @param expandBias address of [C]
 */
record ScalarSqueezeExcite(
    int channels,
    int reduced,
    long reduceWeight,
    long reduceBias,
    long expandWeight,
    long expandBias)
    implements CpuOperator {
  @Override
  public long weightBytes() {
    return 4L * (2L * channels * reduced + channels + reduced);
  }

  @Override
  public CpuKernel bind(int n, int h, int w, Epilogue epilogue) {
    int pixels = h * w;
    long elements = (long) n * pixels * channels;
    CpuKernel.Footprint footprint =
        CpuKernel.Footprint.of(elements, elements, epilogue, 0, 4L * channels);
    return new CpuKernel("scalar squeeze-excite", footprint) {
      @Override
      public int units(int phase) {
        return n;
      }

      @Override
      protected void compute(int phase, Buffers buffers, long scratch, int from, int to) {
        for (int image = from; image < to; image++) {
          long first = 4L * image * pixels * channels;
          double[] gates = gates(buffers.input().address() + first, pixels);
          for (int p = 0; p < pixels; p++) {
            long place = first + 4L * p * channels;
            for (int c = 0; c < channels; c++) {
              double x = OffHeap.get(buffers.input().address() + place + 4L * c);
              OffHeap.set(scratch + 4L * c, (float) (gates[c] * x));
            }
            long residual = epilogue.residual() ? buffers.residual().address() + place : 0;
            ScalarPixelKernel.store(
                scratch, channels, buffers.output().address() + place, residual, epilogue);
          }
        }
      }
    };
  }

  private double[] gates(long image, int pixels) {
    double[] means = new double[channels];
    for (int i = 0; i < pixels * channels; i++) {
      means[i % channels] += OffHeap.get(image + 4L * i) / (double) pixels;
    }
    double[] hidden = new double[reduced];
    for (int r = 0; r < reduced; r++) {
      double sum = OffHeap.get(reduceBias + 4L * r);
      for (int c = 0; c < channels; c++) {
        sum += means[c] * OffHeap.get(reduceWeight + 4L * (r * channels + c));
      }
      hidden[r] = Math.max(0, sum);
    }
    double[] gates = new double[channels];
    for (int c = 0; c < channels; c++) {
      double sum = OffHeap.get(expandBias + 4L * c);
      for (int r = 0; r < reduced; r++) {
        sum += hidden[r] * OffHeap.get(expandWeight + 4L * (c * reduced + r));
      }
      gates[c] = ScalarMath.sigmoid(sum);
    }
    return gates;
  }
}
