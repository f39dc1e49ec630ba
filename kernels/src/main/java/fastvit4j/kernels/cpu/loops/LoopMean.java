package fastvit4j.kernels.cpu.loops;

import fastvit4j.kernels.cpu.Buffers;
import fastvit4j.kernels.cpu.CpuKernel;
import fastvit4j.kernels.cpu.CpuOperator;
import fastvit4j.kernels.cpu.Epilogue;
import fastvit4j.kernels.cpu.OffHeap;

/**
 * The mean over an image's pixels.
 *
 * @param channels channels
 */
record LoopMean(int channels) implements CpuOperator {
  @Override
  public long weightBytes() {
    return 0;
  }

  @Override
  public CpuKernel bind(int n, int h, int w, Epilogue epilogue) {
    int pixels = h * w;
    long outputs = (long) n * channels;
    return new CpuKernel(
        "loops over means", CpuKernel.Footprint.of(outputs * pixels, outputs, epilogue, 0, 0)) {
      @Override
      public int units(int phase) {
        return n;
      }

      @Override
      protected void compute(int phase, Buffers buffers, long scratch, int from, int to) {
        LoopEpilogue store = LoopEpilogue.of(epilogue, buffers, channels);
        float[] x = new float[channels];
        for (int image = from; image < to; image++) {
          long first = buffers.input().address() + 4L * image * pixels * channels;
          store.store(of(first, pixels, x), (long) image * channels, channels);
        }
      }
    };
  }

  /** The mean over pixels of {@code x.length} channels, which passes through {@code x}. */
  static float[] of(long image, int pixels, float[] x) {
    float[] sums = new float[x.length];
    for (int p = 0; p < pixels; p++) {
      OffHeap.load(image + 4L * p * x.length, x, 0, x.length);
      ArrayLoops.add(sums, x);
    }
    for (int c = 0; c < sums.length; c++) {
      sums[c] /= pixels;
    }
    return sums;
  }
}
