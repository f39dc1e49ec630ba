package fastvit4j.kernels.cpu.vector;

import static fastvit4j.kernels.cpu.OffHeap.MEMORY;

import fastvit4j.kernels.cpu.Buffers;
import fastvit4j.kernels.cpu.CpuKernel;
import fastvit4j.kernels.cpu.CpuOperator;
import fastvit4j.kernels.cpu.Epilogue;
import fastvit4j.kernels.cpu.Split;

/** The mean over an image's pixels, for at least a vector of channels. */
record GlobalAveragePool(int channels) implements CpuOperator {
  /** Floats that are worth being a unit. */
  private static final long UNIT_FLOATS = 1 << 16;

  @Override
  public long weightBytes() {
    return 0;
  }

  @Override
  public CpuKernel bind(int n, int h, int w, Epilogue epilogue) {
    return new Kernel(channels, n, h * w, epilogue);
  }

  private static final class Kernel extends CpuKernel {
    private final int channels;
    private final int n;
    private final int pixels;
    private final Epilogue epilogue;
    private final Split vectors;

    Kernel(int channels, int n, int pixels, Epilogue epilogue) {
      super(
          "mean over " + pixels + " pixels",
          Footprint.of(
              (long) n * pixels * channels, (long) n * channels, epilogue, 0, Lanes.BYTES));
      this.channels = channels;
      this.n = n;
      this.pixels = pixels;
      this.epilogue = epilogue;
      this.vectors =
          Split.byCost(
              Lanes.roundUp(channels) / Lanes.LENGTH, (long) pixels * Lanes.LENGTH, UNIT_FLOATS);
    }

    @Override
    public int units(int phase) {
      return n * vectors.count();
    }

    @Override
    protected void compute(int phase, Buffers buffers, long scratch, int from, int to) {
      for (int unit = from; unit < to; unit++) {
        long image = unit / vectors.count();
        int group = unit % vectors.count();
        for (int v = vectors.from(group); v < vectors.to(group); v++) {
          long c = Math.min(v * Lanes.LENGTH, channels - Lanes.LENGTH);
          long in = buffers.input().address() + 4 * (image * pixels * channels + c);
          long place = 4 * (image * channels + c);
          Means.of(in, pixels, 4L * channels).intoMemorySegment(MEMORY, scratch, Lanes.ORDER);
          Epilogues.storeVector(
              scratch,
              buffers.output().address() + place,
              epilogue.residual() ? buffers.residual().address() + place : 0,
              epilogue.activation());
        }
      }
    }
  }
}
