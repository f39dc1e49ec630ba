package fastvit4j.kernels.cpu.vector;

import static fastvit4j.kernels.cpu.OffHeap.MEMORY;
import static fastvit4j.kernels.cpu.vector.Lanes.ORDER;
import static fastvit4j.kernels.cpu.vector.Lanes.SPECIES;

import fastvit4j.kernels.cpu.CpuKernel;
import fastvit4j.kernels.cpu.CpuOperator;
import fastvit4j.kernels.cpu.Epilogue;
import jdk.incubator.vector.FloatVector;

/**
 * {@code y = scale · x + shift}, channel by channel, for at least a vector of channels.
 *
 * @param channels channels
 * @param scale address of the factors
 * @param shift address of the summands
 */
record Affine(int channels, long scale, long shift) implements CpuOperator {
  @Override
  public long weightBytes() {
    return 8L * channels;
  }

  @Override
  public CpuKernel bind(int n, int h, int w, Epilogue epilogue) {
    int pixels = n * h * w;
    return new PixelKernel(
        "scale and shift", (long) pixels * channels, pixels, channels, 1, epilogue) {
      @Override
      void pixel(long in, int pixel, long result) {
        long from = in + 4L * pixel * channels;
        for (int v = 0; v < channels; v += Lanes.LENGTH) {
          long c = vectorOffset(v);
          FloatVector.fromMemorySegment(SPECIES, MEMORY, from + c, ORDER)
              .fma(
                  FloatVector.fromMemorySegment(SPECIES, MEMORY, scale + c, ORDER),
                  FloatVector.fromMemorySegment(SPECIES, MEMORY, shift + c, ORDER))
              .intoMemorySegment(MEMORY, result + c, ORDER);
        }
      }
    };
  }
}
