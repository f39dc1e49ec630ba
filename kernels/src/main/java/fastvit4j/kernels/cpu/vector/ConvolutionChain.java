package fastvit4j.kernels.cpu.vector;

import fastvit4j.kernels.cpu.Buffers;
import fastvit4j.kernels.cpu.ConvolutionSpec;
import fastvit4j.kernels.cpu.CpuKernel;
import fastvit4j.kernels.cpu.OffHeap;

/**
 * A convolution before a {@link DepthwiseChain}, a band of the image at a time: what is between
 * them never leaves the second-level cache. It is how a network's stem begins, where images are
 * largest. Rows that two bands read are computed once by a thread that computes both.
 *
 * <pre>
 * scratch: the convolution's
 *          the chain's
 *          between  [rows of the convolution's result that a band reads][columns][channels]
 * </pre>
 */
final class ConvolutionChain extends CpuKernel {
  /** Bytes of the convolution's result that are there at a time, about. */
  private static final long BETWEEN_BYTES = 1 << 19;

  private final RowKernel convolution;
  private final long imageBytes;
  private final DepthwiseChain next;
  private final int betweenH;
  private final long betweenRowBytes;

  /**
   * A chain.
   *
   * @param convolution the first convolution
   * @param imageFloats floats of its input, one image's
   * @param next what follows it
   * @param n images
   * @param betweenH rows of the convolution's result
   * @param betweenW columns of the convolution's result
   */
  ConvolutionChain(
      RowKernel convolution,
      long imageFloats,
      DepthwiseChain next,
      int n,
      int betweenH,
      int betweenW) {
    ConvolutionSpec spec = next.spec();
    long betweenRowBytes = 4L * betweenW * spec.inChannels();
    long pixels = (long) n * spec.outHeight(betweenH) * spec.outWidth(betweenW);
    super(
        convolution.name() + ", then " + next.name(),
        Footprint.of(
            n * imageFloats,
            pixels * next.outChannels(),
            next.epilogue(),
            0,
            OffHeap.aligned(convolution.scratchBytes())
                + OffHeap.aligned(next.scratchBytes())
                + spec.inputRows(next.bands().size()) * betweenRowBytes));
    this.convolution = convolution;
    this.imageBytes = 4 * imageFloats;
    this.next = next;
    this.betweenH = betweenH;
    this.betweenRowBytes = betweenRowBytes;
  }

  /** Output rows of a band of the depthwise convolution that reads so many columns. */
  static long bandRows(ConvolutionSpec spec, int betweenW) {
    long inputRows = BETWEEN_BYTES / (4L * betweenW * spec.inChannels());
    return (inputRows - spec.kernelHeight()) / spec.stride() + 1;
  }

  @Override
  public int units(int phase) {
    return next.units(phase);
  }

  @Override
  protected void compute(int phase, Buffers buffers, long scratch, int from, int to) {
    ConvolutionSpec spec = next.spec();
    int bands = next.bands().count();
    long own = scratch + OffHeap.aligned(convolution.scratchBytes());
    long between = own + OffHeap.aligned(next.scratchBytes());
    convolution.prepare(scratch);
    next.prepare(own);
    // The convolution's rows that are there, those of one image.
    int heldFrom = 0;
    int heldTo = 0;
    for (int unit = from; unit < to; unit++) {
      int band = unit % bands;
      if (band == 0) {
        heldTo = 0;
      }
      int first = next.bands().from(band) * spec.stride() - spec.padding();
      int needFrom = Math.max(0, first);
      int rows = next.bands().to(band) - next.bands().from(band);
      int needTo = Math.min(betweenH, first + spec.inputRows(rows));
      int begin = needFrom;
      if (needFrom < heldTo) {
        OffHeap.copy(
            between + (needFrom - heldFrom) * betweenRowBytes,
            between,
            (heldTo - needFrom) * betweenRowBytes);
        begin = heldTo;
      }
      convolution.rows(
          buffers.input().address() + unit / bands * imageBytes,
          begin,
          needTo,
          between + (begin - needFrom) * betweenRowBytes,
          0,
          scratch);
      heldFrom = needFrom;
      heldTo = needTo;
      next.band(buffers, between - needFrom * betweenRowBytes, unit, own);
    }
  }
}
