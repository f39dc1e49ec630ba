package fastvit4j.kernels.cpu.vector;

import fastvit4j.kernels.cpu.Buffers;
import fastvit4j.kernels.cpu.ConvolutionSpec;
import fastvit4j.kernels.cpu.Epilogue;
import fastvit4j.kernels.cpu.Split;

/**
 * A depthwise convolution of few taps, which costs about as much as reading its input: row by row,
 * all channels of a row, from the image itself. Windows that reach over the left or right border
 * are computed one by one; a window's rows outside the image are left out.
 *
 * <pre>
 * scratch: result   [output columns][channels], if there is an epilogue
 * </pre>
 */
final class DirectDepthwise extends RowKernel {
  /** Multiply-accumulate operations that are worth being a unit. */
  private static final long UNIT_MACS = 1 << 17;

  private final Depthwise operator;
  private final ConvolutionSpec spec;
  private final int n;
  private final int h;
  private final int w;
  private final int outW;
  private final Epilogue epilogue;
  private final Split bands;
  private final int inside;
  private final int insideEnd;

  DirectDepthwise(Depthwise operator, int n, int h, int w, Epilogue epilogue) {
    ConvolutionSpec spec = operator.spec();
    long rowFloats = (long) spec.outWidth(w) * spec.outChannels();
    super(
        "depthwise " + spec.windowName() + " from the image",
        Footprint.of(
            (long) n * h * w * spec.inChannels(),
            rowFloats * n * spec.outHeight(h),
            epilogue,
            0,
            epilogue.isNone() ? 0 : 4 * rowFloats));
    this.operator = operator;
    this.spec = spec;
    this.n = n;
    this.h = h;
    this.w = w;
    this.outW = spec.outWidth(w);
    this.epilogue = epilogue;
    this.bands =
        Split.byCost(
            spec.outHeight(h), rowFloats * spec.kernelHeight() * spec.kernelWidth(), UNIT_MACS);
    int first = (spec.padding() + spec.stride() - 1) / spec.stride();
    int last = Math.floorDiv(w + spec.padding() - spec.kernelWidth(), spec.stride());
    this.inside = Math.min(first, outW);
    this.insideEnd = Math.clamp(last + 1, inside, outW);
  }

  /** Whether this kernel suits a convolution. */
  static boolean suits(ConvolutionSpec spec) {
    return spec.kernelWidth() <= 3
        && spec.groupOutChannels() == 1
        && spec.inChannels() >= Lanes.LENGTH;
  }

  @Override
  public int units(int phase) {
    return n * bands.count();
  }

  @Override
  protected void compute(int phase, Buffers buffers, long scratch, int from, int to) {
    long pixelBytes = 4L * spec.inChannels();
    for (int unit = from; unit < to; unit++) {
      int band = unit % bands.count();
      long image = unit / bands.count();
      long place = (image * bands.total() + bands.from(band)) * outW * pixelBytes;
      rows(
          buffers.input().address() + image * h * w * pixelBytes,
          bands.from(band),
          bands.to(band),
          buffers.output().address() + place,
          epilogue.residual() ? buffers.residual().address() + place : 0,
          scratch);
    }
  }

  @Override
  void rows(long image, int from, int to, long out, long residual, long scratch) {
    int columns = outW * spec.outChannels();
    for (int y = from; y < to; y++) {
      long place = 4L * (y - from) * columns;
      row(image, y, epilogue.isNone() ? out + place : scratch);
      if (!epilogue.isNone()) {
        Epilogues.store(
            scratch,
            0,
            1,
            columns,
            out + place,
            residual == 0 ? 0 : residual + place,
            0,
            epilogue.activation());
      }
    }
  }

  private void row(long image, int y, long out) {
    int channels = spec.inChannels();
    int pixelBytes = 4 * channels;
    int top = y * spec.stride() - spec.padding();
    int first = Math.max(0, top);
    int rows = Math.min(h, top + spec.kernelHeight()) - first;
    long rowBytes = (long) w * pixelBytes;
    for (int v = 0; v < channels; v += Lanes.LENGTH) {
      long c = 4L * Math.min(v, channels - Lanes.LENGTH);
      long in = image + first * rowBytes + c;
      long taps = operator.weight() + (long) (first - top) * spec.kernelWidth() * pixelBytes + c;
      for (int x = 0; x < inside; x++) {
        border(in, rows, x, taps, c, out);
      }
      if (inside < insideEnd) {
        DepthwiseRow.compute(
            insideEnd - inside,
            in + ((long) inside * spec.stride() - spec.padding()) * pixelBytes,
            rowBytes,
            Integer.MAX_VALUE,
            0,
            rows,
            spec.kernelWidth(),
            pixelBytes,
            spec.stride(),
            taps,
            pixelBytes,
            operator.bias() + c,
            out + (long) inside * pixelBytes + c,
            pixelBytes);
      }
      for (int x = insideEnd; x < outW; x++) {
        border(in, rows, x, taps, c, out);
      }
    }
  }

  private void border(long in, int rows, int x, long taps, long c, long out) {
    int pixelBytes = 4 * spec.inChannels();
    int left = x * spec.stride() - spec.padding();
    int first = Math.max(0, left);
    int end = Math.min(w, left + spec.kernelWidth());
    DepthwiseRow.one(
        in + (long) first * pixelBytes,
        (long) w * pixelBytes,
        Integer.MAX_VALUE,
        0,
        rows,
        Math.max(0, end - first),
        pixelBytes,
        taps + (long) (first - left) * pixelBytes,
        pixelBytes,
        (long) spec.kernelWidth() * pixelBytes,
        operator.bias() + c,
        out + (long) x * pixelBytes + c);
  }
}
