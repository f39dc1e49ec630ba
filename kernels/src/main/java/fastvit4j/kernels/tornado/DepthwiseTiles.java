package fastvit4j.kernels.tornado;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Depthwise convolutions of any square window, stride and channel multiplier, for GPUs: as {@link
 * Convolution} with {@code in} groups, and for what {@link DepthwiseRows} does not hold. Source:
 * the same convolutions.
 *
 * <p>Layouts: {@code x} [n, height, width, in], {@code w} [kernel, kernel, out], {@code bias}
 * [out], {@code residual} and {@code y} [n, outHeight, outWidth, out], with {@code out = in ·
 * multiplier}.
 *
 * <p>A group computes a tile of some lines and some strips of four columns, of 32 output channels;
 * the part of x that lies under it is in local memory. {@link #tile} makes it as large as fits.
 */
public final class DepthwiseTiles {
  /** Output channels of a group. */
  public static final int LANES = 32;

  /** Neighbouring outputs of a line that a work-item computes. */
  public static final int OUTPUTS = 4;

  private static final int STRIPS = 8;
  private static final int FLOATS = 8064;

  /** Bytes of local memory of a group. */
  public static final int BYTES = 4 * FLOATS;

  private DepthwiseTiles() {}

  /**
   * The tile of a window, as {@link #tiled} takes it: lines and strips of a group, {@link Packed}
   * as middle and low number; 0 where there is none, because x is too large under even the smallest
   * tile or the multiplier does not divide 32.
   */
  public static int tile(int kernel, int stride, int multiplier) {
    if (LANES % multiplier != 0) {
      return 0;
    }
    for (int lines = STRIPS / 2; lines >= 1; lines /= 2) {
      for (int strips = STRIPS / lines; strips >= 1; strips /= 2) {
        int floats =
            ((lines - 1) * stride + kernel)
                * ((strips * OUTPUTS - 1) * stride + kernel)
                * (LANES / multiplier);
        if (floats <= FLOATS && lines * strips >= 2) {
          return Packed.of(0, lines, strips);
        }
      }
    }
    return 0;
  }

  /**
   * A tile for each work-group.
   *
   * <p>Grid: ceil(out / 32) · 32 × ceil(outWidth / (4 · strips)) · lines · strips × n ·
   * ceil(outHeight / lines) work-items in groups of 32 × lines · strips × 1. Local memory: {@link
   * #BYTES} bytes.
   *
   * @param tile what {@link #tile} says
   */
  public static void tiled(
      KernelContext context,
      FloatArray x,
      FloatArray w,
      FloatArray bias,
      FloatArray residual,
      FloatArray y,
      int height,
      int width,
      int in,
      int out,
      int multiplier,
      int kernelAndStride,
      int padding,
      int tile,
      int hasResidualAndActivation) {
    float[] halo = context.allocateFloatLocalArray(FLOATS);
    int kernel = Packed.middle(kernelAndStride);
    int stride = Packed.low(kernelAndStride);
    int lines = Packed.middle(tile);
    int strips = Packed.low(tile);
    int hasResidual = Packed.middle(hasResidualAndActivation);
    int activation = Packed.low(hasResidualAndActivation);
    int outHeight = (height + 2 * padding - kernel) / stride + 1;
    int outWidth = (width + 2 * padding - kernel) / stride + 1;
    int haloHeight = (lines - 1) * stride + kernel;
    int haloWidth = (strips * OUTPUTS - 1) * stride + kernel;
    int haloChannels = LANES / multiplier;
    int lane = context.localIdx;
    int item = context.localIdy;
    int slice = context.groupIdx;
    int channel = slice * LANES + lane;
    int firstIn = slice * haloChannels;
    int left = context.groupIdy * strips * OUTPUTS;
    int band = context.groupIdz;
    int down = (outHeight + lines - 1) / lines;
    int image = band / down;
    int top = band % down * lines;
    int size = haloHeight * haloWidth * haloChannels;
    for (int e = item * LANES + lane; e < size; e += lines * strips * LANES) {
      int p = e / haloChannels;
      halo[e] =
          Tiles.pixel(
              x,
              image,
              top * stride + p / haloWidth - padding,
              left * stride + p % haloWidth - padding,
              firstIn + e % haloChannels,
              height,
              width,
              in);
    }
    context.localBarrier();
    int weight = TornadoMath.min(channel, out - 1);
    int line = item / strips;
    int column = item % strips * OUTPUTS;
    int step = stride * haloChannels;
    int p = top + line;
    // Rows of the window beside the image are left out, which keeps this loop from being unrolled.
    int firstRow = TornadoMath.max(0, padding - p * stride);
    int lastRow = TornadoMath.min(kernel, height + padding - p * stride);
    float y0 = 0.0f;
    float y1 = 0.0f;
    float y2 = 0.0f;
    float y3 = 0.0f;
    for (int r = firstRow; r < lastRow; r++) {
      for (int s = 0; s < kernel; s++) {
        int at =
            ((line * stride + r) * haloWidth + column * stride + s) * haloChannels
                + lane / multiplier;
        float tap = w.get((r * kernel + s) * out + weight);
        y0 += halo[at] * tap;
        y1 += halo[at + step] * tap;
        y2 += halo[at + 2 * step] * tap;
        y3 += halo[at + 3 * step] * tap;
      }
    }
    int q = left + column;
    int row = (image * outHeight + p) * outWidth + q;
    int end = p < outHeight ? row + TornadoMath.min(outWidth - q, OUTPUTS) : row;
    Epilogue.store(bias, residual, y, row, channel, end, out, hasResidual, activation, y0);
    Epilogue.store(bias, residual, y, row + 1, channel, end, out, hasResidual, activation, y1);
    Epilogue.store(bias, residual, y, row + 2, channel, end, out, hasResidual, activation, y2);
    Epilogue.store(bias, residual, y, row + 3, channel, end, out, hasResidual, activation, y3);
  }
}
