package fastvit4j.kernels.cpu.vector;

import fastvit4j.kernels.cpu.Buffers;
import fastvit4j.kernels.cpu.ConvolutionSpec;
import fastvit4j.kernels.cpu.Epilogue;
import fastvit4j.kernels.cpu.Split;

/**
 * Computes a depthwise convolution one vector of channels at a time, row by row. The input rows
 * that a window sees stand in a ring of strips, each copied once, with padding; it is small enough
 * for the first-level cache, and it makes every window alike.
 *
 * <pre>
 * scratch: ring     [kernel height][padded columns][vector]
 *          result   [multiplier][output columns][vector]
 *          mixed    [output columns][vector · multiplier], if the multiplier is not 1
 * </pre>
 */
final class DepthwiseKernel extends RowKernel {
  /** Multiply-accumulate operations that are worth being a unit. */
  private static final long UNIT_MACS = 1 << 19;

  private final Depthwise operator;
  private final ConvolutionSpec spec;
  private final int n;
  private final int h;
  private final int w;
  private final int outW;
  private final Epilogue epilogue;
  private final Strip strip;
  private final Split bands;
  private final Split vectors;
  private final int multiplier;

  DepthwiseKernel(Depthwise operator, int n, int h, int w, Epilogue epilogue) {
    ConvolutionSpec spec = operator.spec();
    Strip strip = Strip.of(spec, w, Lanes.LENGTH);
    int multiplier = spec.groupOutChannels();
    long results = (long) spec.outWidth(w) * Lanes.BYTES * multiplier;
    super(
        "depthwise " + spec.windowName() + (multiplier == 1 ? "" : " x" + multiplier),
        Footprint.of(
            (long) n * h * w * spec.inChannels(),
            (long) n * spec.outHeight(h) * spec.outWidth(w) * spec.outChannels(),
            epilogue,
            0,
            spec.kernelHeight() * strip.rowBytes() + 2 * results));
    this.operator = operator;
    this.spec = spec;
    this.n = n;
    this.h = h;
    this.w = w;
    this.outW = spec.outWidth(w);
    this.epilogue = epilogue;
    this.strip = strip;
    this.multiplier = multiplier;
    int taps = spec.kernelHeight() * spec.kernelWidth();
    long rowMacs = (long) outW * taps * Lanes.LENGTH * multiplier;
    int outH = spec.outHeight(h);
    int least = Math.min(outH, 2 * spec.kernelHeight());
    this.bands = new Split(outH, Math.max(least, Split.byCost(outH, rowMacs, UNIT_MACS).size()));
    this.vectors =
        Split.byCost(
            Lanes.roundUp(spec.inChannels()) / Lanes.LENGTH, rowMacs * bands.size(), UNIT_MACS);
  }

  @Override
  public int units(int phase) {
    return n * bands.count() * vectors.count();
  }

  @Override
  protected void compute(int phase, Buffers buffers, long scratch, int from, int to) {
    prepare(scratch);
    for (int unit = from; unit < to; unit++) {
      int group = unit % vectors.count();
      int band = unit / vectors.count() % bands.count();
      int image = unit / vectors.count() / bands.count();
      for (int v = vectors.from(group); v < vectors.to(group); v++) {
        // The last vector begins earlier if the channels do not fill it, and repeats some.
        int channel = Math.clamp((long) v * Lanes.LENGTH, 0, lastChannel());
        long place =
            4L * ((long) image * bands.total() + bands.from(band)) * outW * spec.outChannels();
        band(
            buffers.input().address() + 4L * image * h * w * spec.inChannels(),
            bands.from(band),
            bands.to(band),
            channel,
            buffers.output().address() + place,
            epilogue.residual() ? buffers.residual().address() + place : 0,
            scratch);
      }
    }
  }

  /** Sets the columns outside of the image to zero. */
  @Override
  void prepare(long scratch) {
    for (int slot = 0; slot < spec.kernelHeight(); slot++) {
      strip.clearPadding(scratch + slot * strip.rowBytes());
    }
  }

  @Override
  void rows(long image, int from, int to, long out, long residual, long scratch) {
    for (int v = 0; v < spec.inChannels(); v += Lanes.LENGTH) {
      band(image, from, to, Math.clamp(v, 0, lastChannel()), out, residual, scratch);
    }
  }

  private int lastChannel() {
    return Math.max(0, spec.inChannels() - Lanes.LENGTH);
  }

  private void band(
      long image, int from, int to, int channel, long out, long residual, long scratch) {
    int kh = spec.kernelHeight();
    long pixelBytes = 4L * spec.inChannels();
    long in = image + 4L * channel;
    int count = Math.min(spec.inChannels(), Lanes.LENGTH);
    int filled = 0;
    for (int y = from; y < to; y++) {
      int top = y * spec.stride() - spec.padding();
      int first = Math.max(0, top);
      int end = Math.min(h, top + kh);
      for (int iy = Math.max(filled, first); iy < end; iy++) {
        strip.fill(
            scratch + iy % kh * strip.rowBytes(),
            in + (long) iy * w * pixelBytes,
            pixelBytes,
            count);
      }
      filled = Math.max(filled, end);
      long place =
          4L * ((long) (y - from) * outW * spec.outChannels() + (long) channel * multiplier);
      row(y, channel, first, end, out + place, residual == 0 ? 0 : residual + place, scratch);
    }
  }

  private void row(int y, int channel, int first, int end, long out, long residual, long scratch) {
    int kh = spec.kernelHeight();
    int kw = spec.kernelWidth();
    int outC = spec.outChannels();
    int padded = Depthwise.padded(spec.inChannels());
    long ldo = 4L * outC;
    boolean direct = multiplier == 1 && epilogue.isNone() && outC >= Lanes.LENGTH;
    long result = scratch + kh * strip.rowBytes();
    int top = y * spec.stride() - spec.padding();
    for (int j = 0; j < multiplier; j++) {
      long taps = 4L * padded * kw * (j * kh + Math.max(0, first - top));
      DepthwiseRow.compute(
          outW,
          scratch,
          strip.rowBytes(),
          kh,
          first % kh,
          end - first,
          kw,
          Lanes.BYTES,
          spec.stride(),
          operator.weight() + taps + 4L * channel,
          4 * padded,
          operator.bias() + 4L * (j * padded + channel),
          direct ? out : result + (long) j * outW * Lanes.BYTES,
          direct ? ldo : Lanes.BYTES);
    }
    if (!direct) {
      long mixed = result;
      if (multiplier > 1) {
        mixed = result + (long) multiplier * outW * Lanes.BYTES;
        Interleave.rows(result, mixed, outW, multiplier);
      }
      Epilogues.store(
          mixed,
          (long) multiplier * Lanes.BYTES,
          outW,
          Math.min(outC, multiplier * Lanes.LENGTH),
          out,
          residual,
          ldo,
          epilogue.activation());
    }
  }
}
