package fastvit4j.kernels.cpu.vector;

import fastvit4j.kernels.cpu.Buffers;
import fastvit4j.kernels.cpu.ConvolutionSpec;
import fastvit4j.kernels.cpu.CpuKernel;
import fastvit4j.kernels.cpu.Epilogue;
import fastvit4j.kernels.cpu.OffHeap;
import fastvit4j.kernels.cpu.Split;

/**
 * A depthwise convolution and the products that follow it, as {@link ProductChain}, a band of the
 * image at a time: what is between them never leaves the second-level cache.
 *
 * <pre>
 * scratch: the products'
 *          the convolution's
 *          between  [rows of a band][output columns][channels]
 * </pre>
 */
final class DepthwiseChain extends CpuKernel {
  /** Bytes of a band, about. */
  private static final long BAND_BYTES = 1 << 18;

  /** Rows of a band at least: the rows that two bands read are copied for both. */
  private static final int LEAST_ROWS = 4;

  /** Bands of an image that are enough for the threads of most machines. */
  private static final int LEAST_BANDS = 16;

  private final RowKernel depthwise;
  private final ConvolutionSpec spec;
  private final ProductChain products;
  private final int n;
  private final long imageBytes;
  private final int outW;
  private final Split bands;

  /**
   * A chain.
   *
   * @param depthwise the convolution, bound to the image size
   * @param spec its shape
   * @param products the products
   * @param n images
   * @param h rows of the input
   * @param w columns of the input
   * @param bandRows output rows of a band, about; fewer where there would be too few bands
   */
  DepthwiseChain(
      RowKernel depthwise,
      ConvolutionSpec spec,
      ProductChain products,
      int n,
      int h,
      int w,
      long bandRows) {
    int outH = spec.outHeight(h);
    int outW = spec.outWidth(w);
    Split bands = new Split(outH, Math.clamp(bandRows, 1, Math.max(1, outH / LEAST_BANDS)));
    long imageFloats = (long) h * w * spec.inChannels();
    super(
        depthwise.name()
            + ", then products "
            + n * outH * outW
            + "x"
            + products.channels()
            + " by "
            + bands.size()
            + " rows",
        Footprint.of(
            n * imageFloats,
            (long) n * outH * outW * products.outChannels(),
            products.epilogue(),
            0,
            OffHeap.aligned(products.scratchBytes())
                + OffHeap.aligned(depthwise.scratchBytes())
                + 4L * bands.size() * outW * spec.outChannels()));
    this.depthwise = depthwise;
    this.spec = spec;
    this.products = products;
    this.n = n;
    this.imageBytes = 4 * imageFloats;
    this.outW = outW;
    this.bands = bands;
  }

  /** Rows of a band of a convolution of an image with so many columns. */
  static long bandRows(ConvolutionSpec spec, int w) {
    return Math.max(LEAST_ROWS, BAND_BYTES / (4L * spec.outWidth(w) * spec.outChannels()));
  }

  /** The convolution's shape. */
  ConvolutionSpec spec() {
    return spec;
  }

  /** What follows the last product. */
  Epilogue epilogue() {
    return products.epilogue();
  }

  /** Channels of the output. */
  int outChannels() {
    return products.outChannels();
  }

  /** The output rows' split. */
  Split bands() {
    return bands;
  }

  @Override
  public int units(int phase) {
    return n * bands.count();
  }

  @Override
  protected void compute(int phase, Buffers buffers, long scratch, int from, int to) {
    prepare(scratch);
    for (int unit = from; unit < to; unit++) {
      band(buffers, buffers.input().address() + unit / bands.count() * imageBytes, unit, scratch);
    }
  }

  /** Prepares a thread's scratch, once for all bands that follow. */
  void prepare(long scratch) {
    depthwise.prepare(scratch + OffHeap.aligned(products.scratchBytes()));
  }

  /**
   * Computes a unit.
   *
   * @param buffers of which output and residual are used
   * @param image address of the convolution's input, of which only the rows that the unit reads
   *     need be there
   * @param unit the unit
   * @param scratch memory that was {@link #prepare prepared}
   */
  void band(Buffers buffers, long image, int unit, long scratch) {
    int band = unit % bands.count();
    int first = bands.from(band);
    int rows = bands.to(band) - first;
    long own = scratch + OffHeap.aligned(products.scratchBytes());
    long between = own + OffHeap.aligned(depthwise.scratchBytes());
    depthwise.rows(image, first, first + rows, between, 0, own);
    long pixel = ((long) unit / bands.count() * bands.total() + first) * outW;
    long place = 4 * pixel * products.outChannels();
    products.run(
        between,
        rows * outW,
        buffers.output().address() + place,
        products.epilogue().residual() ? buffers.residual().address() + place : 0,
        scratch);
  }
}
