package fastvit4j.kernels.cpu.vector;

import fastvit4j.kernels.cpu.Buffers;
import fastvit4j.kernels.cpu.ConvolutionSpec;
import fastvit4j.kernels.cpu.CpuKernel;
import fastvit4j.kernels.cpu.Epilogue;
import fastvit4j.kernels.cpu.OffHeap;
import fastvit4j.kernels.cpu.Split;

/**
 * A convolution, the depthwise one that follows it, and the product behind that if there is one, a
 * band of the image at a time: what is between them never leaves the second-level cache. It is how
 * a network's stem begins, where images are largest. Rows that two bands read are computed once by
 * a thread that computes both.
 *
 * <pre>
 * scratch: each operator's own
 *          between  [rows of the first result that a band reads][its columns][channels]
 *          band     [rows of a band][output columns][channels], if there is a product
 * </pre>
 */
final class ConvolutionChain extends CpuKernel {
  /** Bytes of the first result that are there at a time, about. */
  private static final long BETWEEN_BYTES = 1 << 19;

  private final RowKernel convolution;
  private final long imageBytes;
  private final ConvolutionSpec spec;
  private final RowKernel depthwise;
  private final ProductChain products;
  private final int n;
  private final int betweenH;
  private final long betweenRowBytes;
  private final int outW;
  private final Split bands;

  /**
   * A chain.
   *
   * @param convolution the first convolution
   * @param imageFloats floats of its input, one image's
   * @param operator the depthwise convolution, bound as {@code depthwise}
   * @param products the product, or null
   * @param n images
   * @param betweenH rows of the first result
   * @param betweenW columns of the first result
   */
  ConvolutionChain(
      RowKernel convolution,
      long imageFloats,
      Depthwise operator,
      RowKernel depthwise,
      ProductChain products,
      int n,
      int betweenH,
      int betweenW) {
    ConvolutionSpec spec = operator.spec();
    int outH = spec.outHeight(betweenH);
    int outW = spec.outWidth(betweenW);
    long betweenRowBytes = 4L * betweenW * spec.inChannels();
    long fit = (BETWEEN_BYTES / betweenRowBytes - spec.kernelHeight()) / spec.stride() + 1;
    Split bands = new Split(outH, Math.clamp(fit, 1, Math.max(1, outH / 8)));
    int outChannels = products == null ? spec.outChannels() : products.outChannels();
    super(
        convolution.name()
            + ", then "
            + depthwise.name()
            + (products == null
                ? ""
                : ", then products " + n * outH * outW + "x" + products.channels())
            + " by "
            + bands.size()
            + " rows",
        Footprint.of(
            n * imageFloats,
            (long) n * outH * outW * outChannels,
            Epilogue.NONE,
            0,
            own(convolution)
                + own(depthwise)
                + betweenRows(spec, bands.size()) * betweenRowBytes
                + (products == null
                    ? 0
                    : OffHeap.aligned(products.scratchBytes())
                        + 4L * bands.size() * outW * spec.outChannels())));
    this.convolution = convolution;
    this.imageBytes = 4 * imageFloats;
    this.spec = spec;
    this.depthwise = depthwise;
    this.products = products;
    this.n = n;
    this.betweenH = betweenH;
    this.betweenRowBytes = betweenRowBytes;
    this.outW = outW;
    this.bands = bands;
  }

  private static long own(RowKernel kernel) {
    return OffHeap.aligned(kernel.scratchBytes());
  }

  private static long betweenRows(ConvolutionSpec spec, int rows) {
    return (rows - 1L) * spec.stride() + spec.kernelHeight();
  }

  @Override
  public int units(int phase) {
    return n * bands.count();
  }

  @Override
  protected void compute(int phase, Buffers buffers, long scratch, int from, int to) {
    long second = scratch + own(convolution);
    long between = second + own(depthwise);
    long third = between + betweenRows(spec, bands.size()) * betweenRowBytes;
    convolution.prepare(scratch);
    depthwise.prepare(second);
    // The rows of the first result that are there, of which image.
    int held = -1;
    int heldFrom = 0;
    int heldTo = 0;
    for (int unit = from; unit < to; unit++) {
      int image = unit / bands.count();
      int first = bands.from(unit % bands.count());
      int last = bands.to(unit % bands.count()) - 1;
      int needFrom = Math.max(0, first * spec.stride() - spec.padding());
      int needTo = Math.min(betweenH, last * spec.stride() - spec.padding() + spec.kernelHeight());
      int begin = needFrom;
      if (held == image && heldFrom <= needFrom && needFrom < heldTo) {
        OffHeap.copy(
            between + (needFrom - heldFrom) * betweenRowBytes,
            between,
            (heldTo - needFrom) * betweenRowBytes);
        begin = heldTo;
      }
      convolution.rows(
          buffers.input().address() + image * imageBytes,
          begin,
          needTo,
          between + (begin - needFrom) * betweenRowBytes,
          scratch);
      held = image;
      heldFrom = needFrom;
      heldTo = needTo;
      band(buffers, image, first, last + 1, between - needFrom * betweenRowBytes, second, third);
    }
  }

  /** Computes a band of the output; {@code image} is where the first result's row 0 would be. */
  private void band(Buffers buffers, int n, int from, int to, long image, long second, long third) {
    long pixel = ((long) n * bands.total() + from) * outW;
    if (products == null) {
      long out = buffers.output().address() + 4 * pixel * spec.outChannels();
      depthwise.rows(image, from, to, out, second);
      return;
    }
    long band = third + OffHeap.aligned(products.scratchBytes());
    depthwise.rows(image, from, to, band, second);
    long out = buffers.output().address() + 4 * pixel * products.outChannels();
    products.run(band, (to - from) * outW, out, 0, third);
  }
}
