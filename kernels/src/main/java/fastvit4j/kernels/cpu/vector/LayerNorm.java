package fastvit4j.kernels.cpu.vector;

import static fastvit4j.kernels.cpu.OffHeap.MEMORY;
import static fastvit4j.kernels.cpu.vector.Lanes.BYTES;
import static fastvit4j.kernels.cpu.vector.Lanes.LENGTH;
import static fastvit4j.kernels.cpu.vector.Lanes.ORDER;
import static fastvit4j.kernels.cpu.vector.Lanes.SPECIES;

import fastvit4j.kernels.cpu.CpuKernel;
import fastvit4j.kernels.cpu.CpuOperator;
import fastvit4j.kernels.cpu.Epilogue;
import fastvit4j.kernels.cpu.OffHeap;
import jdk.incubator.vector.FloatVector;

/**
 * Layer normalisation over at least a vector of channels; the variance is that of the differences
 * from the mean, computed in a second pass, so that nothing cancels.
 *
 * @param channels channels
 * @param weight address of the scale
 * @param bias address of the shift
 * @param eps added to the variance
 */
record LayerNorm(int channels, long weight, long bias, double eps) implements CpuOperator {
  @Override
  public long weightBytes() {
    return 8L * channels;
  }

  @Override
  public CpuKernel bind(int n, int h, int w, Epilogue epilogue) {
    int pixels = n * h * w;
    return new PixelKernel(
        "layer normalisation", (long) pixels * channels, pixels, channels, 2, epilogue) {
      @Override
      void pixel(long in, int pixel, long result) {
        normalize(in + 4L * pixel * channels, result);
      }
    };
  }

  private void normalize(long x, long result) {
    float mean = sum(x, result) / channels;
    float factor = (float) (1 / Math.sqrt(squares(x, mean, result) / channels + eps));
    for (int v = 0; v < channels; v += LENGTH) {
      long c = 4L * Math.min(v, channels - LENGTH);
      FloatVector.fromMemorySegment(SPECIES, MEMORY, x + c, ORDER)
          .sub(mean)
          .mul(factor)
          .fma(
              FloatVector.fromMemorySegment(SPECIES, MEMORY, weight + c, ORDER),
              FloatVector.fromMemorySegment(SPECIES, MEMORY, bias + c, ORDER))
          .intoMemorySegment(MEMORY, result + c, ORDER);
    }
  }

  private float sum(long x, long spare) {
    FloatVector sums = FloatVector.zero(SPECIES);
    long end = x + 4L * channels;
    long at = x;
    for (; at + BYTES <= end; at += BYTES) {
      sums = sums.add(FloatVector.fromMemorySegment(SPECIES, MEMORY, at, ORDER));
    }
    float rest = 0;
    for (; at < end; at += 4) {
      rest += OffHeap.get(at);
    }
    return Lanes.sum(sums, spare) + rest;
  }

  private float squares(long x, float mean, long spare) {
    FloatVector sums = FloatVector.zero(SPECIES);
    long end = x + 4L * channels;
    long at = x;
    for (; at + BYTES <= end; at += BYTES) {
      FloatVector d = FloatVector.fromMemorySegment(SPECIES, MEMORY, at, ORDER).sub(mean);
      sums = d.fma(d, sums);
    }
    float rest = 0;
    for (; at < end; at += 4) {
      float d = OffHeap.get(at) - mean;
      rest += d * d;
    }
    return Lanes.sum(sums, spare) + rest;
  }
}
