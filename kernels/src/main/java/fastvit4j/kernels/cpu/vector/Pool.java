package fastvit4j.kernels.cpu.vector;

import static fastvit4j.kernels.cpu.OffHeap.MEMORY;
import static fastvit4j.kernels.cpu.vector.Lanes.ORDER;
import static fastvit4j.kernels.cpu.vector.Lanes.SPECIES;

import fastvit4j.kernels.cpu.ConvolutionSpec;
import fastvit4j.kernels.cpu.CpuKernel;
import fastvit4j.kernels.cpu.CpuOperator;
import fastvit4j.kernels.cpu.Epilogue;
import jdk.incubator.vector.FloatVector;

/**
 * The mean or the maximum over windows, for at least a vector of channels.
 *
 * @param window shape of the windows, as that of a depthwise convolution
 * @param maximum whether the maximum is wanted, not the mean
 */
record Pool(ConvolutionSpec window, boolean maximum) implements CpuOperator {
  @Override
  public long weightBytes() {
    return 0;
  }

  @Override
  public CpuKernel bind(int n, int h, int w, Epilogue epilogue) {
    int channels = window.inChannels();
    int outW = window.outWidth(w);
    int outPixels = window.outHeight(h) * outW;
    return new PixelKernel(
        (maximum ? "maximum " : "mean ") + window.windowName(),
        (long) n * h * w * channels,
        n * outPixels,
        channels,
        (long) window.kernelHeight() * window.kernelWidth(),
        epilogue) {
      @Override
      void pixel(long in, int pixel, long result) {
        int top = pixel % outPixels / outW * window.stride() - window.padding();
        int left = pixel % outW * window.stride() - window.padding();
        int fromY = Math.max(0, top);
        int fromX = Math.max(0, left);
        int rows = Math.min(h, top + window.kernelHeight()) - fromY;
        int columns = Math.min(w, left + window.kernelWidth()) - fromX;
        long pixelBytes = 4L * channels;
        long first =
            in + ((long) pixel / outPixels * h * w + (long) fromY * w + fromX) * pixelBytes;
        for (int v = 0; v < channels; v += Lanes.LENGTH) {
          long c = vectorOffset(v);
          FloatVector y =
              maximum
                  ? largest(first + c, rows, columns, w * pixelBytes, pixelBytes)
                  : mean(first + c, rows, columns, w * pixelBytes, pixelBytes);
          y.intoMemorySegment(MEMORY, result + c, ORDER);
        }
      }
    };
  }

  private static FloatVector mean(
      long first, int rows, int columns, long rowBytes, long pixelBytes) {
    FloatVector sum = FloatVector.zero(SPECIES);
    for (int y = 0; y < rows; y++) {
      for (int x = 0; x < columns; x++) {
        long at = first + y * rowBytes + x * pixelBytes;
        sum = sum.add(FloatVector.fromMemorySegment(SPECIES, MEMORY, at, ORDER));
      }
    }
    return sum.div(rows * columns);
  }

  private static FloatVector largest(
      long first, int rows, int columns, long rowBytes, long pixelBytes) {
    FloatVector most = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY);
    for (int y = 0; y < rows; y++) {
      for (int x = 0; x < columns; x++) {
        long at = first + y * rowBytes + x * pixelBytes;
        most = most.max(FloatVector.fromMemorySegment(SPECIES, MEMORY, at, ORDER));
      }
    }
    return most;
  }
}
