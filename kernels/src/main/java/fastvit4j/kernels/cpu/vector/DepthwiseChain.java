package fastvit4j.kernels.cpu.vector;

import fastvit4j.kernels.cpu.Buffers;
import fastvit4j.kernels.cpu.CpuKernel;
import fastvit4j.kernels.cpu.OffHeap;
import fastvit4j.kernels.cpu.Split;

/**
 * A depthwise convolution and the products that follow it, as {@link ProductChain}, a band of the
 * image at a time: what is between them never leaves the second-level cache.
 *
 * <pre>
 * scratch: the chain's
 *          the convolution's
 *          band     [rows of a band][output columns][channels]
 * </pre>
 */
final class DepthwiseChain extends CpuKernel {
  /** Bytes of a band, about. */
  private static final long BAND_BYTES = 1 << 18;

  private final RowKernel depthwise;
  private final ProductChain chain;
  private final int n;
  private final long imageBytes;
  private final int rowPixels;
  private final Split bands;

  DepthwiseChain(
      RowKernel depthwise, ProductChain chain, int n, long imageFloats, int outH, int outW) {
    int channels = chain.inChannels();
    int least = Math.min(outH, 4);
    int rows = Math.clamp(BAND_BYTES / (4L * outW * channels), least, Math.max(least, outH / 8));
    Split bands = new Split(outH, rows);
    super(
        depthwise.name()
            + ", then products "
            + n * outH * outW
            + "x"
            + chain.channels()
            + " by "
            + rows
            + " rows",
        Footprint.of(
            n * imageFloats,
            (long) n * outH * outW * chain.outChannels(),
            chain.epilogue(),
            0,
            OffHeap.aligned(chain.scratchBytes())
                + OffHeap.aligned(depthwise.scratchBytes())
                + 4L * rows * outW * channels));
    this.depthwise = depthwise;
    this.chain = chain;
    this.n = n;
    this.imageBytes = 4 * imageFloats;
    this.rowPixels = outW;
    this.bands = bands;
  }

  @Override
  public int units(int phase) {
    return n * bands.count();
  }

  @Override
  protected void compute(int phase, Buffers buffers, long scratch, int from, int to) {
    long own = scratch + OffHeap.aligned(chain.scratchBytes());
    long band = own + OffHeap.aligned(depthwise.scratchBytes());
    depthwise.prepare(own);
    for (int unit = from; unit < to; unit++) {
      int image = unit / bands.count();
      int first = bands.from(unit % bands.count());
      int rows = bands.to(unit % bands.count()) - first;
      depthwise.rows(
          buffers.input().address() + image * imageBytes, first, first + rows, band, own);
      long place = 4L * ((long) image * bands.total() + first) * rowPixels * chain.outChannels();
      chain.run(
          band,
          rows * rowPixels,
          buffers.output().address() + place,
          chain.epilogue().residual() ? buffers.residual().address() + place : 0,
          scratch);
    }
  }
}
