package fastvit4j.kernels.cpu.vector;

import fastvit4j.kernels.cpu.Buffers;
import fastvit4j.kernels.cpu.ConvolutionSpec;
import fastvit4j.kernels.cpu.CpuKernel;
import fastvit4j.kernels.cpu.CpuOperator;
import fastvit4j.kernels.cpu.Epilogue;
import fastvit4j.kernels.cpu.OffHeap;
import fastvit4j.kernels.cpu.Split;
import fastvit4j.kernels.cpu.WeightSource;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A convolution of any kernel, stride, padding and groups, as a matrix product whose rows are
 * windows: in a {@link Strip} of one group's channels, a window is one piece of memory for each row
 * of the kernel, so no window is ever copied.
 *
 * @param spec the convolution's shape
 * @param weights packed weights of each group; a row of the matrix is a (kernel row, kernel column,
 *     input channel)
 */
record DenseConvolution(ConvolutionSpec spec, List<PackedMatrix> weights) implements CpuOperator {
  /** Multiply-accumulate operations that are worth being a unit. */
  private static final long UNIT_MACS = 1 << 20;

  static DenseConvolution pack(
      ConvolutionSpec spec, WeightSource weight, float[] bias, Arena arena) {
    int taps = spec.kernelHeight() * spec.kernelWidth();
    int in = spec.groupInChannels();
    int out = spec.groupOutChannels();
    int[] order = new int[taps * in];
    for (int i = 0; i < order.length; i++) {
      order[i] = i % in * taps + i / in;
    }
    List<PackedMatrix> weights =
        IntStream.range(0, spec.groups())
            .mapToObj(
                g ->
                    PackedMatrix.pack(
                        out, weight, g * out * order.length, order, bias, g * out, arena))
            .toList();
    return new DenseConvolution(spec, weights);
  }

  @Override
  public long weightBytes() {
    return weights.stream().mapToLong(PackedMatrix::bytes).sum();
  }

  @Override
  public CpuKernel bind(int n, int h, int w, Epilogue epilogue) {
    Strip strip = Strip.of(spec, w, spec.groupInChannels());
    PackedMatrix weight = weights.getFirst();
    long rowMacs = (long) spec.outWidth(w) * weight.k() * spec.groupOutChannels();
    Split bands = Split.byCost(spec.outHeight(h), rowMacs, UNIT_MACS);
    return new Kernel(this, n, h, w, epilogue, strip, bands);
  }

  private static final class Kernel extends CpuKernel {
    private final DenseConvolution operator;
    private final int n;
    private final int h;
    private final int w;
    private final Epilogue epilogue;
    private final Strip strip;
    private final Split bands;

    Kernel(
        DenseConvolution operator,
        int n,
        int h,
        int w,
        Epilogue epilogue,
        Strip strip,
        Split bands) {
      ConvolutionSpec spec = operator.spec;
      super(
          "convolution " + spec.windowName() + " by strips of " + bands.size() + " rows",
          Footprint.of(
              (long) n * h * w * spec.inChannels(),
              (long) n * bands.total() * spec.outWidth(w) * spec.outChannels(),
              epilogue,
              0,
              Tiles.BLOCK_BYTES + stripRows(spec, bands.size()) * strip.rowBytes()));
      this.operator = operator;
      this.n = n;
      this.h = h;
      this.w = w;
      this.epilogue = epilogue;
      this.strip = strip;
      this.bands = bands;
    }

    private static int stripRows(ConvolutionSpec spec, int outRows) {
      return (outRows - 1) * spec.stride() + spec.kernelHeight();
    }

    @Override
    public int units(int phase) {
      return n * operator.spec.groups() * bands.count();
    }

    @Override
    protected void compute(int phase, Buffers buffers, long scratch, int from, int to) {
      for (int unit = from; unit < to; unit++) {
        int band = unit % bands.count();
        int group = unit / bands.count() % operator.spec.groups();
        int image = unit / bands.count() / operator.spec.groups();
        fillStrip(buffers, scratch + Tiles.BLOCK_BYTES, image, group, band);
        for (int y = bands.from(band); y < bands.to(band); y++) {
          row(buffers, scratch, image, group, y, y - bands.from(band));
        }
      }
    }

    private void fillStrip(Buffers buffers, long rows, int image, int group, int band) {
      ConvolutionSpec spec = operator.spec;
      long pixelBytes = 4L * spec.inChannels();
      long in =
          buffers.input().address()
              + (long) image * h * w * pixelBytes
              + 4L * group * spec.groupInChannels();
      int first = bands.from(band) * spec.stride() - spec.padding();
      int count = stripRows(spec, bands.to(band) - bands.from(band));
      for (int i = 0; i < count; i++) {
        long row = rows + i * strip.rowBytes();
        if (first + i < 0 || first + i >= h) {
          OffHeap.clear(row, strip.rowBytes());
        } else {
          strip.clearPadding(row);
          strip.fill(row, in + (long) (first + i) * w * pixelBytes, pixelBytes, strip.channels());
        }
      }
    }

    private void row(Buffers buffers, long scratch, int image, int group, int y, int bandRow) {
      ConvolutionSpec spec = operator.spec;
      PackedMatrix weight = operator.weights.get(group);
      int outW = spec.outWidth(w);
      long ldo = 4L * spec.outChannels();
      long place =
          ((long) image * bands.total() + y) * outW * ldo + 4L * group * spec.groupOutChannels();
      MatrixProduct.multiply(
          weight,
          0,
          weight.panels().count(),
          scratch + Tiles.BLOCK_BYTES + (long) bandRow * spec.stride() * strip.rowBytes(),
          4L * spec.stride() * strip.channels(),
          outW,
          spec.kernelHeight(),
          strip.rowBytes(),
          buffers.output().address() + place,
          epilogue.residual() ? buffers.residual().address() + place : 0,
          ldo,
          epilogue.activation(),
          scratch);
    }
  }
}
