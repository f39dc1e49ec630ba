package fastvit4j.kernels.cpu.vector;

import static fastvit4j.kernels.cpu.OffHeap.MEMORY;

import fastvit4j.kernels.cpu.ActivationFunction;
import fastvit4j.kernels.cpu.Buffers;
import fastvit4j.kernels.cpu.CpuKernel;
import fastvit4j.kernels.cpu.CpuOperator;
import fastvit4j.kernels.cpu.Epilogue;
import fastvit4j.kernels.cpu.OffHeap;
import fastvit4j.kernels.cpu.Split;
import jdk.incubator.vector.FloatVector;

/**
 * Squeeze-and-excitation for at least a vector of channels, in three phases: the means, the gate of
 * each image, the product.
 *
 * @param channels channels of input and output
 * @param reduce the first layer
 * @param expand the second layer
 */
record SqueezeExcite(int channels, PackedMatrix reduce, PackedMatrix expand)
    implements CpuOperator {
  /** Floats that are worth being a unit. */
  private static final long UNIT_FLOATS = 1 << 14;

  @Override
  public long weightBytes() {
    return reduce.bytes() + expand.bytes();
  }

  @Override
  public CpuKernel bind(int n, int h, int w, Epilogue epilogue) {
    return new Kernel(this, n, h * w, epilogue);
  }

  /** The workspace is [n][means of all channels, gates of all channels]. */
  private static final class Kernel extends CpuKernel {
    private final SqueezeExcite operator;
    private final int channels;
    private final int n;
    private final int pixels;
    private final Epilogue epilogue;
    private final Split vectors;
    private final Split rows;

    Kernel(SqueezeExcite operator, int n, int pixels, Epilogue epilogue) {
      int channels = operator.channels;
      long elements = (long) n * pixels * channels;
      super(
          "squeeze-excite in three phases",
          Footprint.of(
              elements,
              elements,
              epilogue,
              8L * n * channels,
              Tiles.BLOCK_BYTES + 4L * Math.max(channels, operator.expand.k())));
      this.operator = operator;
      this.channels = channels;
      this.n = n;
      this.pixels = pixels;
      this.epilogue = epilogue;
      this.vectors =
          Split.byCost(
              Lanes.roundUp(channels) / Lanes.LENGTH, (long) pixels * Lanes.LENGTH, UNIT_FLOATS);
      this.rows = Split.byCost(pixels, channels, UNIT_FLOATS);
    }

    @Override
    public int phases() {
      return 3;
    }

    @Override
    public int units(int phase) {
      return switch (phase) {
        case 0 -> n * vectors.count();
        case 1 -> n;
        default -> n * rows.count();
      };
    }

    @Override
    protected void compute(int phase, Buffers buffers, long scratch, int from, int to) {
      for (int unit = from; unit < to; unit++) {
        switch (phase) {
          case 0 -> means(buffers, unit / vectors.count(), unit % vectors.count());
          case 1 -> gate(means(buffers, unit), scratch);
          default -> product(buffers, scratch, unit / rows.count(), unit % rows.count());
        }
      }
    }

    private long means(Buffers buffers, int image) {
      return buffers.workspace().address() + 8L * image * channels;
    }

    private void means(Buffers buffers, int image, int group) {
      long in = buffers.input().address() + 4L * image * pixels * channels;
      for (int v = vectors.from(group); v < vectors.to(group); v++) {
        long c = 4L * Math.min(v * Lanes.LENGTH, channels - Lanes.LENGTH);
        Means.of(in + c, pixels, 4L * channels)
            .intoMemorySegment(MEMORY, means(buffers, image) + c, Lanes.ORDER);
      }
    }

    private void gate(long means, long scratch) {
      long hidden = scratch + Tiles.BLOCK_BYTES;
      long gates = means + 4L * channels;
      layer(operator.reduce, means, hidden, ActivationFunction.RELU, scratch);
      layer(operator.expand, hidden, gates, ActivationFunction.NONE, scratch);
      for (int c = 0; c < channels; c++) {
        long gate = gates + 4L * c;
        OffHeap.set(gate, (float) (1 / (1 + Math.exp(-OffHeap.get(gate)))));
      }
    }

    private static void layer(
        PackedMatrix weight, long in, long out, ActivationFunction activation, long scratch) {
      int panels = weight.panels().count();
      MatrixProduct.multiply(weight, 0, panels, in, 0, 1, 1, 0, out, 0, 0, activation, scratch);
    }

    private void product(Buffers buffers, long scratch, int image, int part) {
      long gates = means(buffers, image) + 4L * channels;
      long row = scratch + Tiles.BLOCK_BYTES;
      for (int p = rows.from(part); p < rows.to(part); p++) {
        long place = 4L * ((long) image * pixels + p) * channels;
        long in = buffers.input().address() + place;
        for (int v = 0; v < channels; v += Lanes.LENGTH) {
          long c = 4L * Math.min(v, channels - Lanes.LENGTH);
          FloatVector.fromMemorySegment(Lanes.SPECIES, MEMORY, in + c, Lanes.ORDER)
              .mul(FloatVector.fromMemorySegment(Lanes.SPECIES, MEMORY, gates + c, Lanes.ORDER))
              .intoMemorySegment(MEMORY, row + c, Lanes.ORDER);
        }
        Epilogues.store(
            row,
            0,
            1,
            channels,
            buffers.output().address() + place,
            epilogue.residual() ? buffers.residual().address() + place : 0,
            0,
            epilogue.activation());
      }
    }
  }
}
