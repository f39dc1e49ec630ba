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
import java.util.Optional;
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

  /**
   * Bytes of a result, one image's, from which on it is computed together with the depthwise
   * convolution that reads it: what no second-level cache holds.
   */
  private static final long LARGE_BYTES = 1 << 20;

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
    return kernel(n, h, w, epilogue);
  }

  @Override
  public Optional<CpuKernel> bindWith(int n, int h, int w, Epilogue epilogue, List<Follower> next) {
    int outH = spec.outHeight(h);
    int outW = spec.outWidth(w);
    if (4L * outH * outW * spec.outChannels() < LARGE_BYTES
        || epilogue.residual()
        || !(next.getFirst().operator() instanceof Depthwise depthwise)) {
      return Optional.empty();
    }
    long image = (long) h * w * spec.inChannels();
    long rows = ConvolutionChain.bandRows(depthwise.spec(), outW);
    return depthwise
        .chain(n, outH, outW, next.getFirst().epilogue(), next.subList(1, next.size()), rows)
        .map(c -> new ConvolutionChain(kernel(n, h, w, epilogue), image, c, n, outH, outW));
  }

  private RowKernel kernel(int n, int h, int w, Epilogue epilogue) {
    Strip strip = Strip.of(spec, w, spec.groupInChannels());
    PackedMatrix weight = weights.getFirst();
    long rowMacs = (long) spec.outWidth(w) * weight.k() * spec.groupOutChannels();
    Split bands = Split.byCost(spec.outHeight(h), rowMacs, UNIT_MACS);
    return new Kernel(this, n, h, w, epilogue, strip, bands);
  }

  private static final class Kernel extends RowKernel {
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
              Tiles.BLOCK_BYTES + spec.inputRows(bands.size()) * strip.rowBytes()));
      this.operator = operator;
      this.n = n;
      this.h = h;
      this.w = w;
      this.epilogue = epilogue;
      this.strip = strip;
      this.bands = bands;
    }

    @Override
    public int units(int phase) {
      return n * operator.spec.groups() * bands.count();
    }

    @Override
    protected void compute(int phase, Buffers buffers, long scratch, int from, int to) {
      ConvolutionSpec spec = operator.spec;
      for (int unit = from; unit < to; unit++) {
        int band = unit % bands.count();
        int group = unit / bands.count() % spec.groups();
        int image = unit / bands.count() / spec.groups();
        long place =
            4L
                * ((long) image * bands.total() + bands.from(band))
                * spec.outWidth(w)
                * spec.outChannels();
        band(
            buffers.input().address() + 4L * image * h * w * spec.inChannels(),
            group,
            bands.from(band),
            bands.to(band),
            buffers.output().address() + place,
            epilogue.residual() ? buffers.residual().address() + place : 0,
            scratch);
      }
    }

    @Override
    void rows(long image, int from, int to, long out, long residual, long scratch) {
      ConvolutionSpec spec = operator.spec;
      for (int group = 0; group < spec.groups(); group++) {
        for (int y = from; y < to; y += bands.size()) {
          long place = 4L * (y - from) * spec.outWidth(w) * spec.outChannels();
          band(
              image,
              group,
              y,
              Math.min(to, y + bands.size()),
              out + place,
              residual == 0 ? 0 : residual + place,
              scratch);
        }
      }
    }

    /** Computes a group's channels of a band, which is no larger than those of the units. */
    private void band(
        long image, int group, int from, int to, long out, long residual, long scratch) {
      ConvolutionSpec spec = operator.spec;
      fillStrip(image, group, from, to, scratch + Tiles.BLOCK_BYTES);
      for (int y = from; y < to; y++) {
        long place =
            4L
                * ((long) (y - from) * spec.outWidth(w) * spec.outChannels()
                    + (long) group * spec.groupOutChannels());
        row(group, y - from, out + place, residual == 0 ? 0 : residual + place, scratch);
      }
    }

    private void fillStrip(long image, int group, int from, int to, long rows) {
      ConvolutionSpec spec = operator.spec;
      long pixelBytes = 4L * spec.inChannels();
      long in = image + 4L * group * spec.groupInChannels();
      int first = from * spec.stride() - spec.padding();
      int count = spec.inputRows(to - from);
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

    private void row(int group, int bandRow, long out, long residual, long scratch) {
      ConvolutionSpec spec = operator.spec;
      PackedMatrix weight = operator.weights.get(group);
      MatrixProduct.multiply(
          weight,
          0,
          weight.panels().count(),
          scratch + Tiles.BLOCK_BYTES + (long) bandRow * spec.stride() * strip.rowBytes(),
          4L * spec.stride() * strip.channels(),
          spec.outWidth(w),
          spec.kernelHeight(),
          strip.rowBytes(),
          out,
          residual,
          4L * spec.outChannels(),
          epilogue.activation(),
          scratch);
    }
  }
}
