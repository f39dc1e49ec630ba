package fastvit4j.kernels.cpu.scalar;

import fastvit4j.kernels.cpu.ConvolutionSpec;
import fastvit4j.kernels.cpu.CpuKernel;
import fastvit4j.kernels.cpu.CpuOperator;
import fastvit4j.kernels.cpu.Epilogue;
import fastvit4j.kernels.cpu.OffHeap;

/**
 * The mean or the maximum over windows.
 *
 * @param window shape of the windows, as that of a depthwise convolution
 * @param maximum whether the maximum is wanted, not the mean
 */
record ScalarPool(ConvolutionSpec window, boolean maximum) implements CpuOperator {
  @Override
  public long weightBytes() {
    return 0;
  }

  @Override
  public CpuKernel bind(int n, int h, int w, Epilogue epilogue) {
    int channels = window.inChannels();
    int outW = window.outWidth(w);
    int outPixels = window.outHeight(h) * outW;
    return new ScalarPixelKernel(
        (maximum ? "scalar maximum " : "scalar mean ") + window.windowName(),
        (long) n * h * w * channels,
        n * outPixels,
        channels,
        (long) window.kernelHeight() * window.kernelWidth(),
        epilogue) {
      @Override
      void pixel(long in, int pixel, long result) {
        int top = pixel % outPixels / outW * window.stride() - window.padding();
        int left = pixel % outW * window.stride() - window.padding();
        long image = in + 4L * (pixel / outPixels) * h * w * channels;
        for (int c = 0; c < channels; c++) {
          float y = pool(image + 4L * c, h, w, top, left);
          OffHeap.set(result + 4L * c, y);
        }
      }
    };
  }

  private float pool(long image, int h, int w, int top, int left) {
    double sum = 0;
    float most = Float.NEGATIVE_INFINITY;
    int count = 0;
    for (int y = Math.max(0, top); y < Math.min(h, top + window.kernelHeight()); y++) {
      for (int x = Math.max(0, left); x < Math.min(w, left + window.kernelWidth()); x++) {
        float value = OffHeap.get(image + 4L * (y * w + x) * window.inChannels());
        sum += value;
        most = Math.max(most, value);
        count++;
      }
    }
    return maximum ? most : (float) (sum / count);
  }
}
