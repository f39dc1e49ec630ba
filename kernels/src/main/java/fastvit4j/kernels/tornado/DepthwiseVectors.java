package fastvit4j.kernels.tornado;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.vectors.Float16;

/**
 * Depthwise convolutions with sixteen neighbouring channels in a vector and several neighbouring
 * outputs of a row for each work-item, for processors: the formula of {@link Convolution} with a
 * group for each input channel. Columns outside the image are read at the border and counted as
 * zero. Source: the token mixers and downsampling convolutions of the paper (sections 3.1 and 3.2).
 *
 * <p>Layouts: those of {@link Convolution}; the channels are a multiple of 16.
 *
 * <p>Outputs are written out one by one: only local variables of a vector type become registers.
 *
 * <p>Grid: ceil(outWidth / 4) × n · outHeight × in / 16 work-items in groups of 1 × 1 × 1, so that
 * the rows of one vector of channels stay in a cache.
 */
public final class DepthwiseVectors {
  /** Neighbouring outputs of a row that a work-item computes. */
  public static final int OUTPUTS = 4;

  /** The same of {@link #seven}. */
  public static final int OUTPUTS_OF_SEVEN = 8;

  private DepthwiseVectors() {}

  /** One output channel for each input channel, any window and stride. */
  public static void single(
      KernelContext context,
      FloatArray x,
      FloatArray w,
      FloatArray bias,
      FloatArray residual,
      FloatArray y,
      int height,
      int width,
      int in,
      int kernelAndStride,
      int padding,
      int hasResidualAndActivation) {
    int kernelHeight = Packed.high(kernelAndStride);
    int kernelWidth = Packed.middle(kernelAndStride);
    int stride = Packed.low(kernelAndStride);
    int outHeight = (height + 2 * padding - kernelHeight) / stride + 1;
    int outWidth = (width + 2 * padding - kernelWidth) / stride + 1;
    int q = context.globalIdx * OUTPUTS;
    int np = context.globalIdy;
    int c = context.globalIdz;
    int panels = in / Lanes.COUNT;
    int top = np % outHeight * stride - padding;
    int left = q * stride - padding;
    Float16 y0 = Lanes.of(0.0f);
    Float16 y1 = Lanes.of(0.0f);
    Float16 y2 = Lanes.of(0.0f);
    Float16 y3 = Lanes.of(0.0f);
    for (int r = 0; r < kernelHeight; r++) {
      int h = top + r;
      if (h >= 0 && h < height) {
        int line = (np / outHeight * height + h) * width;
        for (int s = 0; s < kernelWidth; s++) {
          Float16 weight = Lanes.load(w, (r * kernelWidth + s) * panels + c);
          int v0 = left + s;
          int v1 = left + s + 1 * stride;
          int v2 = left + s + 2 * stride;
          int v3 = left + s + 3 * stride;
          y0 = Lanes.plusProduct(y0, weight, Lanes.pixel(x, line, v0, width, panels, c));
          y1 = Lanes.plusProduct(y1, weight, Lanes.pixel(x, line, v1, width, panels, c));
          y2 = Lanes.plusProduct(y2, weight, Lanes.pixel(x, line, v2, width, panels, c));
          y3 = Lanes.plusProduct(y3, weight, Lanes.pixel(x, line, v3, width, panels, c));
        }
      }
    }
    int lines = TornadoMath.min(OUTPUTS, outWidth - q);
    int first = (np * outWidth + q) * panels + c;
    Lanes.store(y, first, y0);
    Lanes.storeInside(y, first + 1 * panels, lines > 1 ? 1 : 0, y1);
    Lanes.storeInside(y, first + 2 * panels, lines > 2 ? 1 : 0, y2);
    Lanes.storeInside(y, first + 3 * panels, lines > 3 ? 1 : 0, y3);
    Lanes.finish(
        bias,
        residual,
        y,
        first,
        panels,
        lines,
        1,
        c,
        Packed.middle(hasResidualAndActivation),
        Packed.low(hasResidualAndActivation));
  }

  /**
   * One output channel for each input channel, 7×7 with stride 1 and padding 3, eight outputs of a
   * row: a row's seven weights are loaded once, and each pixel once for all outputs that it meets.
   * Width of the grid: ceil(outWidth / 8).
   */
  public static void seven(
      KernelContext context,
      FloatArray x,
      FloatArray w,
      FloatArray bias,
      FloatArray residual,
      FloatArray y,
      int height,
      int width,
      int channels,
      int hasResidual,
      int activation) {
    int q = context.globalIdx * OUTPUTS_OF_SEVEN;
    int np = context.globalIdy;
    int c = context.globalIdz;
    int panels = channels / Lanes.COUNT;
    int top = np % height - 3;
    int left = q - 3;
    Float16 y0 = Lanes.of(0.0f);
    Float16 y1 = Lanes.of(0.0f);
    Float16 y2 = Lanes.of(0.0f);
    Float16 y3 = Lanes.of(0.0f);
    Float16 y4 = Lanes.of(0.0f);
    Float16 y5 = Lanes.of(0.0f);
    Float16 y6 = Lanes.of(0.0f);
    Float16 y7 = Lanes.of(0.0f);
    for (int r = 0; r < 7; r++) {
      int h = top + r;
      if (h >= 0 && h < height) {
        int line = (np / height * height + h) * width;
        int wAt = r * 7 * panels + c;
        Float16 w0 = Lanes.load(w, wAt);
        Float16 w1 = Lanes.load(w, wAt + 1 * panels);
        Float16 w2 = Lanes.load(w, wAt + 2 * panels);
        Float16 w3 = Lanes.load(w, wAt + 3 * panels);
        Float16 w4 = Lanes.load(w, wAt + 4 * panels);
        Float16 w5 = Lanes.load(w, wAt + 5 * panels);
        Float16 w6 = Lanes.load(w, wAt + 6 * panels);
        Float16 p0 = Lanes.pixel(x, line, left, width, panels, c);
        y0 = Lanes.plusProduct(y0, w0, p0);
        Float16 p1 = Lanes.pixel(x, line, left + 1, width, panels, c);
        y0 = Lanes.plusProduct(y0, w1, p1);
        y1 = Lanes.plusProduct(y1, w0, p1);
        Float16 p2 = Lanes.pixel(x, line, left + 2, width, panels, c);
        y0 = Lanes.plusProduct(y0, w2, p2);
        y1 = Lanes.plusProduct(y1, w1, p2);
        y2 = Lanes.plusProduct(y2, w0, p2);
        Float16 p3 = Lanes.pixel(x, line, left + 3, width, panels, c);
        y0 = Lanes.plusProduct(y0, w3, p3);
        y1 = Lanes.plusProduct(y1, w2, p3);
        y2 = Lanes.plusProduct(y2, w1, p3);
        y3 = Lanes.plusProduct(y3, w0, p3);
        Float16 p4 = Lanes.pixel(x, line, left + 4, width, panels, c);
        y0 = Lanes.plusProduct(y0, w4, p4);
        y1 = Lanes.plusProduct(y1, w3, p4);
        y2 = Lanes.plusProduct(y2, w2, p4);
        y3 = Lanes.plusProduct(y3, w1, p4);
        y4 = Lanes.plusProduct(y4, w0, p4);
        Float16 p5 = Lanes.pixel(x, line, left + 5, width, panels, c);
        y0 = Lanes.plusProduct(y0, w5, p5);
        y1 = Lanes.plusProduct(y1, w4, p5);
        y2 = Lanes.plusProduct(y2, w3, p5);
        y3 = Lanes.plusProduct(y3, w2, p5);
        y4 = Lanes.plusProduct(y4, w1, p5);
        y5 = Lanes.plusProduct(y5, w0, p5);
        Float16 p6 = Lanes.pixel(x, line, left + 6, width, panels, c);
        y0 = Lanes.plusProduct(y0, w6, p6);
        y1 = Lanes.plusProduct(y1, w5, p6);
        y2 = Lanes.plusProduct(y2, w4, p6);
        y3 = Lanes.plusProduct(y3, w3, p6);
        y4 = Lanes.plusProduct(y4, w2, p6);
        y5 = Lanes.plusProduct(y5, w1, p6);
        y6 = Lanes.plusProduct(y6, w0, p6);
        Float16 p7 = Lanes.pixel(x, line, left + 7, width, panels, c);
        y1 = Lanes.plusProduct(y1, w6, p7);
        y2 = Lanes.plusProduct(y2, w5, p7);
        y3 = Lanes.plusProduct(y3, w4, p7);
        y4 = Lanes.plusProduct(y4, w3, p7);
        y5 = Lanes.plusProduct(y5, w2, p7);
        y6 = Lanes.plusProduct(y6, w1, p7);
        y7 = Lanes.plusProduct(y7, w0, p7);
        Float16 p8 = Lanes.pixel(x, line, left + 8, width, panels, c);
        y2 = Lanes.plusProduct(y2, w6, p8);
        y3 = Lanes.plusProduct(y3, w5, p8);
        y4 = Lanes.plusProduct(y4, w4, p8);
        y5 = Lanes.plusProduct(y5, w3, p8);
        y6 = Lanes.plusProduct(y6, w2, p8);
        y7 = Lanes.plusProduct(y7, w1, p8);
        Float16 p9 = Lanes.pixel(x, line, left + 9, width, panels, c);
        y3 = Lanes.plusProduct(y3, w6, p9);
        y4 = Lanes.plusProduct(y4, w5, p9);
        y5 = Lanes.plusProduct(y5, w4, p9);
        y6 = Lanes.plusProduct(y6, w3, p9);
        y7 = Lanes.plusProduct(y7, w2, p9);
        Float16 p10 = Lanes.pixel(x, line, left + 10, width, panels, c);
        y4 = Lanes.plusProduct(y4, w6, p10);
        y5 = Lanes.plusProduct(y5, w5, p10);
        y6 = Lanes.plusProduct(y6, w4, p10);
        y7 = Lanes.plusProduct(y7, w3, p10);
        Float16 p11 = Lanes.pixel(x, line, left + 11, width, panels, c);
        y5 = Lanes.plusProduct(y5, w6, p11);
        y6 = Lanes.plusProduct(y6, w5, p11);
        y7 = Lanes.plusProduct(y7, w4, p11);
        Float16 p12 = Lanes.pixel(x, line, left + 12, width, panels, c);
        y6 = Lanes.plusProduct(y6, w6, p12);
        y7 = Lanes.plusProduct(y7, w5, p12);
        Float16 p13 = Lanes.pixel(x, line, left + 13, width, panels, c);
        y7 = Lanes.plusProduct(y7, w6, p13);
      }
    }
    int lines = TornadoMath.min(OUTPUTS_OF_SEVEN, width - q);
    int first = (np * width + q) * panels + c;
    Lanes.store(y, first, y0);
    Lanes.storeInside(y, first + 1 * panels, lines > 1 ? 1 : 0, y1);
    Lanes.storeInside(y, first + 2 * panels, lines > 2 ? 1 : 0, y2);
    Lanes.storeInside(y, first + 3 * panels, lines > 3 ? 1 : 0, y3);
    Lanes.storeInside(y, first + 4 * panels, lines > 4 ? 1 : 0, y4);
    Lanes.storeInside(y, first + 5 * panels, lines > 5 ? 1 : 0, y5);
    Lanes.storeInside(y, first + 6 * panels, lines > 6 ? 1 : 0, y6);
    Lanes.storeInside(y, first + 7 * panels, lines > 7 ? 1 : 0, y7);
    Lanes.finish(bias, residual, y, first, panels, lines, 1, c, hasResidual, activation);
  }
}
