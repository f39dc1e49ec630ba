package fastvit4j.kernels.cpu.scalar;

import fastvit4j.kernels.cpu.CpuKernel;
import fastvit4j.kernels.cpu.CpuOperator;
import fastvit4j.kernels.cpu.Epilogue;
import fastvit4j.kernels.cpu.OffHeap;

/** The mean over an image's pixels. */
record ScalarGlobalAveragePool(int channels) implements CpuOperator {
  @Override
  public long weightBytes() {
    return 0;
  }

  @Override
  public CpuKernel bind(int n, int h, int w, Epilogue epilogue) {
    int pixels = h * w;
    return new ScalarPixelKernel(
        "scalar mean", (long) n * pixels * channels, n, channels, pixels, epilogue) {
      @Override
      void pixel(long in, int image, long result) {
        for (int c = 0; c < channels; c++) {
          double sum = 0;
          for (int p = 0; p < pixels; p++) {
            sum += OffHeap.get(in + 4L * (((long) image * pixels + p) * channels + c));
          }
          OffHeap.set(result + 4L * c, (float) (sum / pixels));
        }
      }
    };
  }
}
