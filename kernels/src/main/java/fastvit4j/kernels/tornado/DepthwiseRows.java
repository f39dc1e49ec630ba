package fastvit4j.kernels.tornado;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Depthwise convolutions of any square window and channel multiplier, of stride 1 and 2, for GPUs:
 * as {@link Convolution} with {@code in} groups. Source: the patch embeddings' 7×7 convolutions
 * with stride 2 and channel multiplier 2, the stem's 3×3 with stride 2 (sections 3.1 and 3.2 of the
 * paper).
 *
 * <p>Layouts: {@code x} [n, height, width, in], {@code w} [kernel, kernel, out], {@code bias}
 * [out], {@code residual} and {@code y} [n, outHeight, outWidth, out], with {@code out = in ·
 * multiplier}.
 *
 * <pre>
 *    32 output channels across the lanes of a group, some lines of 8 pixels of each;
 *    work-item (lane, line) has 8 sums, and 8 elements of x that move along by one for each tap:
 *
 *   columns of x, stride 1       0 1 2 3 4 5 6 7 8 9 . . .
 *   first tap times              0 1 2 3 4 5 6 7
 *   second tap times               1 2 3 4 5 6 7 8
 *   third tap times                  2 3 4 5 6 7 8 9
 * </pre>
 *
 * <p>So of a line of x every element is read from local memory once for all the taps of a row, and
 * every tap once for 8 outputs. With stride 2 there are two such rows, of the even columns and of
 * the odd ones, for two taps at a time. Each row of taps has sums of its own first. TornadoVM
 * unrolls the loop along a row of taps, in which registers are then only renamed; that over the
 * rows of a window stays one, as it leaves out rows beside the image: the code is as long as a row,
 * however large the window.
 */
public final class DepthwiseRows {
  /** Output channels of a group. */
  public static final int LANES = 32;

  /** Neighbouring outputs of a line that a work-item computes. */
  public static final int OUTPUTS = 8;

  private static final int FLOATS = 8192;

  /** Bytes of local memory of a group. */
  public static final int BYTES = 4 * FLOATS;

  private DepthwiseRows() {}

  /**
   * Lines of a group, 8, 4 or 2, as many as local memory holds x under; 0 where it does not hold it
   * under two, the multiplier does not divide 32 or the stride is another.
   */
  public static int lines(int kernel, int stride, int multiplier) {
    if (LANES % multiplier != 0 || stride < 1 || stride > 2) {
      return 0;
    }
    int wide = (OUTPUTS - 1) * stride + kernel;
    for (int lines = 8; lines >= 2; lines /= 2) {
      int high = (lines - 1) * stride + kernel;
      if (high * wide * (LANES / multiplier) <= FLOATS) {
        return lines;
      }
    }
    return 0;
  }

  /**
   * Stride 1.
   *
   * <p>Grid: ceil(out / 32) · 32 × ceil(outWidth / 8) · lines × n · ceil(outHeight / lines)
   * work-items in groups of 32 × lines × 1. Local memory: {@link #BYTES} bytes.
   *
   * @param kernelAndPadding {@link Packed}, as middle and low number
   * @param lines what {@link #lines} says
   */
  public static void everyPixel(
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
      int kernelAndPadding,
      int lines,
      int hasResidualAndActivation) {
    float[] halo = context.allocateFloatLocalArray(FLOATS);
    int kernel = Packed.middle(kernelAndPadding);
    int padding = Packed.low(kernelAndPadding);
    int outHeight = height + 2 * padding - kernel + 1;
    int outWidth = width + 2 * padding - kernel + 1;
    int haloHeight = lines - 1 + kernel;
    int haloWidth = OUTPUTS - 1 + kernel;
    int haloChannels = LANES / multiplier;
    int lane = context.localIdx;
    int line = context.localIdy;
    int slice = context.groupIdx;
    int left = context.groupIdy * OUTPUTS;
    int band = context.groupIdz;
    int down = (outHeight + lines - 1) / lines;
    int image = band / down;
    int top = band % down * lines;
    int haloChannel = lane % haloChannels;
    for (int r = line; r < haloHeight; r += lines) {
      for (int s = lane / haloChannels; s < haloWidth; s += multiplier) {
        halo[(r * haloWidth + s) * haloChannels + haloChannel] =
            Tiles.pixel(
                x,
                image,
                top + r - padding,
                left + s - padding,
                slice * haloChannels + haloChannel,
                height,
                width,
                in);
      }
    }
    context.localBarrier();
    int channel = slice * LANES + lane;
    int weight = TornadoMath.min(channel, out - 1);
    int p = top + line;
    int firstRow = TornadoMath.max(0, padding - p);
    int lastRow = TornadoMath.min(kernel, height + padding - p);
    float y0 = 0.0f;
    float y1 = 0.0f;
    float y2 = 0.0f;
    float y3 = 0.0f;
    float y4 = 0.0f;
    float y5 = 0.0f;
    float y6 = 0.0f;
    float y7 = 0.0f;
    for (int r = firstRow; r < lastRow; r++) {
      int at = (line + r) * haloWidth * haloChannels + lane / multiplier;
      int wAt = r * kernel * out + weight;
      float x0 = halo[at];
      float x1 = halo[at + 1 * haloChannels];
      float x2 = halo[at + 2 * haloChannels];
      float x3 = halo[at + 3 * haloChannels];
      float x4 = halo[at + 4 * haloChannels];
      float x5 = halo[at + 5 * haloChannels];
      float x6 = halo[at + 6 * haloChannels];
      float p0 = 0.0f;
      float p1 = 0.0f;
      float p2 = 0.0f;
      float p3 = 0.0f;
      float p4 = 0.0f;
      float p5 = 0.0f;
      float p6 = 0.0f;
      float p7 = 0.0f;
      for (int s = 0; s < kernel; s++) {
        float tap = w.get(wAt + s * out);
        float x7 = halo[at + (s + 7) * haloChannels];
        p0 += x0 * tap;
        p1 += x1 * tap;
        p2 += x2 * tap;
        p3 += x3 * tap;
        p4 += x4 * tap;
        p5 += x5 * tap;
        p6 += x6 * tap;
        p7 += x7 * tap;
        x0 = x1;
        x1 = x2;
        x2 = x3;
        x3 = x4;
        x4 = x5;
        x5 = x6;
        x6 = x7;
      }
      y0 += p0;
      y1 += p1;
      y2 += p2;
      y3 += p3;
      y4 += p4;
      y5 += p5;
      y6 += p6;
      y7 += p7;
    }
    int hasResidual = Packed.middle(hasResidualAndActivation);
    int activation = Packed.low(hasResidualAndActivation);
    int row = (image * outHeight + p) * outWidth + left;
    int end = p < outHeight ? row + TornadoMath.min(outWidth - left, OUTPUTS) : row;
    Epilogue.store(bias, residual, y, row, channel, end, out, hasResidual, activation, y0);
    Epilogue.store(bias, residual, y, row + 1, channel, end, out, hasResidual, activation, y1);
    Epilogue.store(bias, residual, y, row + 2, channel, end, out, hasResidual, activation, y2);
    Epilogue.store(bias, residual, y, row + 3, channel, end, out, hasResidual, activation, y3);
    Epilogue.store(bias, residual, y, row + 4, channel, end, out, hasResidual, activation, y4);
    Epilogue.store(bias, residual, y, row + 5, channel, end, out, hasResidual, activation, y5);
    Epilogue.store(bias, residual, y, row + 6, channel, end, out, hasResidual, activation, y6);
    Epilogue.store(bias, residual, y, row + 7, channel, end, out, hasResidual, activation, y7);
  }

  /**
   * Stride 2.
   *
   * <p>Grid, local memory and parameters: as {@link #everyPixel}.
   */
  public static void everySecond(
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
      int kernelAndPadding,
      int lines,
      int hasResidualAndActivation) {
    float[] halo = context.allocateFloatLocalArray(FLOATS);
    int kernel = Packed.middle(kernelAndPadding);
    int padding = Packed.low(kernelAndPadding);
    int outHeight = (height + 2 * padding - kernel) / 2 + 1;
    int outWidth = (width + 2 * padding - kernel) / 2 + 1;
    int haloHeight = (lines - 1) * 2 + kernel;
    int haloWidth = (OUTPUTS - 1) * 2 + kernel;
    int haloChannels = LANES / multiplier;
    int lane = context.localIdx;
    int line = context.localIdy;
    int slice = context.groupIdx;
    int left = context.groupIdy * OUTPUTS;
    int band = context.groupIdz;
    int down = (outHeight + lines - 1) / lines;
    int image = band / down;
    int top = band % down * lines;
    int haloChannel = lane % haloChannels;
    for (int r = line; r < haloHeight; r += lines) {
      for (int s = lane / haloChannels; s < haloWidth; s += multiplier) {
        halo[(r * haloWidth + s) * haloChannels + haloChannel] =
            Tiles.pixel(
                x,
                image,
                top * 2 + r - padding,
                left * 2 + s - padding,
                slice * haloChannels + haloChannel,
                height,
                width,
                in);
      }
    }
    context.localBarrier();
    int channel = slice * LANES + lane;
    int weight = TornadoMath.min(channel, out - 1);
    int p = top + line;
    int firstRow = TornadoMath.max(0, padding - p * 2);
    int lastRow = TornadoMath.min(kernel, height + padding - p * 2);
    float y0 = 0.0f;
    float y1 = 0.0f;
    float y2 = 0.0f;
    float y3 = 0.0f;
    float y4 = 0.0f;
    float y5 = 0.0f;
    float y6 = 0.0f;
    float y7 = 0.0f;
    for (int r = firstRow; r < lastRow; r++) {
      int at = (line * 2 + r) * haloWidth * haloChannels + lane / multiplier;
      int wAt = r * kernel * out + weight;
      // Even columns, to which even taps go, and odd ones.
      float e0 = halo[at];
      float e1 = halo[at + 2 * haloChannels];
      float e2 = halo[at + 4 * haloChannels];
      float e3 = halo[at + 6 * haloChannels];
      float e4 = halo[at + 8 * haloChannels];
      float e5 = halo[at + 10 * haloChannels];
      float e6 = halo[at + 12 * haloChannels];
      float o0 = halo[at + 1 * haloChannels];
      float o1 = halo[at + 3 * haloChannels];
      float o2 = halo[at + 5 * haloChannels];
      float o3 = halo[at + 7 * haloChannels];
      float o4 = halo[at + 9 * haloChannels];
      float o5 = halo[at + 11 * haloChannels];
      float o6 = halo[at + 13 * haloChannels];
      float p0 = 0.0f;
      float p1 = 0.0f;
      float p2 = 0.0f;
      float p3 = 0.0f;
      float p4 = 0.0f;
      float p5 = 0.0f;
      float p6 = 0.0f;
      float p7 = 0.0f;
      for (int s = 0; s < kernel / 2; s++) {
        float even = w.get(wAt + 2 * s * out);
        float odd = w.get(wAt + (2 * s + 1) * out);
        float e7 = halo[at + (2 * s + 14) * haloChannels];
        float o7 = halo[at + (2 * s + 15) * haloChannels];
        p0 += e0 * even + o0 * odd;
        p1 += e1 * even + o1 * odd;
        p2 += e2 * even + o2 * odd;
        p3 += e3 * even + o3 * odd;
        p4 += e4 * even + o4 * odd;
        p5 += e5 * even + o5 * odd;
        p6 += e6 * even + o6 * odd;
        p7 += e7 * even + o7 * odd;
        e0 = e1;
        e1 = e2;
        e2 = e3;
        e3 = e4;
        e4 = e5;
        e5 = e6;
        e6 = e7;
        o0 = o1;
        o1 = o2;
        o2 = o3;
        o3 = o4;
        o4 = o5;
        o5 = o6;
        o6 = o7;
      }
      if (kernel % 2 == 1) {
        float tap = w.get(wAt + (kernel - 1) * out);
        float e7 = halo[at + (kernel + 13) * haloChannels];
        p0 += e0 * tap;
        p1 += e1 * tap;
        p2 += e2 * tap;
        p3 += e3 * tap;
        p4 += e4 * tap;
        p5 += e5 * tap;
        p6 += e6 * tap;
        p7 += e7 * tap;
      }
      y0 += p0;
      y1 += p1;
      y2 += p2;
      y3 += p3;
      y4 += p4;
      y5 += p5;
      y6 += p6;
      y7 += p7;
    }
    int hasResidual = Packed.middle(hasResidualAndActivation);
    int activation = Packed.low(hasResidualAndActivation);
    int row = (image * outHeight + p) * outWidth + left;
    int end = p < outHeight ? row + TornadoMath.min(outWidth - left, OUTPUTS) : row;
    Epilogue.store(bias, residual, y, row, channel, end, out, hasResidual, activation, y0);
    Epilogue.store(bias, residual, y, row + 1, channel, end, out, hasResidual, activation, y1);
    Epilogue.store(bias, residual, y, row + 2, channel, end, out, hasResidual, activation, y2);
    Epilogue.store(bias, residual, y, row + 3, channel, end, out, hasResidual, activation, y3);
    Epilogue.store(bias, residual, y, row + 4, channel, end, out, hasResidual, activation, y4);
    Epilogue.store(bias, residual, y, row + 5, channel, end, out, hasResidual, activation, y5);
    Epilogue.store(bias, residual, y, row + 6, channel, end, out, hasResidual, activation, y6);
    Epilogue.store(bias, residual, y, row + 7, channel, end, out, hasResidual, activation, y7);
  }
}
