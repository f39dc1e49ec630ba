package fastvit4j.kernels.cpu.scalar;

import fastvit4j.kernels.cpu.CpuKernel;
import fastvit4j.kernels.cpu.CpuOperator;
import fastvit4j.kernels.cpu.Epilogue;
import fastvit4j.kernels.cpu.OffHeap;

/**
 * The first token of each image: a copy, which vectors would not make faster.
 *
 * @param channels channels of a token
 */
record FirstToken(int channels) implements CpuOperator {
  @Override
  public long weightBytes() {
    return 0;
  }

  @Override
  public CpuKernel bind(int n, int h, int w, Epilogue epilogue) {
    long image = (long) h * w * channels;
    return new ScalarPixelKernel("first token", n * image, n, channels, 1, epilogue) {
      @Override
      void pixel(long in, int pixel, long result) {
        OffHeap.copy(in + 4L * pixel * image, result, 4L * channels);
      }
    };
  }
}
