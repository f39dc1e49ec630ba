package fastvit4j.kernels.tornado;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.vectors.Float16;

/**
 * Convolutions with sixteen neighbouring output channels in a vector and four neighbouring outputs
 * of a row for each work-item, for processors: the formula of {@link Convolution}, the register
 * tile of {@link PointwiseVectors}. Columns outside the image are read at the border and counted as
 * zero. Source: the stem's 3×3 convolution (section 3.1 of the paper).
 *
 * <p>Layouts: those of {@link Convolution}; {@code out} is a multiple of 16.
 *
 * <p>The outputs are written out one by one: only local variables of a vector type become
 * registers.
 *
 * <p>Grid: out / 16 × ceil(outWidth / 4) × n · outHeight work-items in groups of 1 × 1 × 1.
 */
public final class ConvolutionVectors {
  /**
   * Neighbouring outputs of a row that a work-item computes; with eight, TornadoVM's compiler gives
   * up inlining.
   */
  public static final int OUTPUTS = 4;

  private ConvolutionVectors() {}

  /**
   * Any grouping in which sixteen neighbouring output channels are of one group: the same element
   * of x meets sixteen weights. {@code inGroup} and {@code outGroup}, a multiple of 16, are the
   * channels of a group.
   */
  public static void dense(
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
      int inGroup,
      int outGroup,
      int kernelAndStride,
      int padding,
      int hasResidualAndActivation) {
    int kernelHeight = Packed.high(kernelAndStride);
    int kernelWidth = Packed.middle(kernelAndStride);
    int stride = Packed.low(kernelAndStride);
    int outHeight = (height + 2 * padding - kernelHeight) / stride + 1;
    int outWidth = (width + 2 * padding - kernelWidth) / stride + 1;
    int panel = context.globalIdx;
    int panels = out / Lanes.COUNT;
    int q = context.globalIdy * OUTPUTS;
    int np = context.globalIdz;
    int top = np % outHeight * stride - padding;
    int left = q * stride - padding;
    int channel = panel * Lanes.COUNT / outGroup * inGroup;
    Float16 y0 = Lanes.of(0.0f);
    Float16 y1 = Lanes.of(0.0f);
    Float16 y2 = Lanes.of(0.0f);
    Float16 y3 = Lanes.of(0.0f);
    for (int r = 0; r < kernelHeight; r++) {
      int h = top + r;
      if (h >= 0 && h < height) {
        int line = (np / outHeight * height + h) * width;
        for (int s = 0; s < kernelWidth; s++) {
          int v0 = left + s + 0 * stride;
          int v1 = left + s + 1 * stride;
          int v2 = left + s + 2 * stride;
          int v3 = left + s + 3 * stride;
          int x0 = (line + TornadoMath.min(TornadoMath.max(v0, 0), width - 1)) * in + channel;
          int x1 = (line + TornadoMath.min(TornadoMath.max(v1, 0), width - 1)) * in + channel;
          int x2 = (line + TornadoMath.min(TornadoMath.max(v2, 0), width - 1)) * in + channel;
          int x3 = (line + TornadoMath.min(TornadoMath.max(v3, 0), width - 1)) * in + channel;
          float m0 = v0 >= 0 && v0 < width ? 1.0f : 0.0f;
          float m1 = v1 >= 0 && v1 < width ? 1.0f : 0.0f;
          float m2 = v2 >= 0 && v2 < width ? 1.0f : 0.0f;
          float m3 = v3 >= 0 && v3 < width ? 1.0f : 0.0f;
          int wAt = (r * kernelWidth + s) * inGroup * panels + panel;
          for (int i = 0; i < inGroup; i++) {
            Float16 weight = Lanes.load(w, wAt + i * panels);
            y0 = Float16.add(y0, Float16.mult(weight, Lanes.of(m0 * x.get(x0 + i))));
            y1 = Float16.add(y1, Float16.mult(weight, Lanes.of(m1 * x.get(x1 + i))));
            y2 = Float16.add(y2, Float16.mult(weight, Lanes.of(m2 * x.get(x2 + i))));
            y3 = Float16.add(y3, Float16.mult(weight, Lanes.of(m3 * x.get(x3 + i))));
          }
        }
      }
    }
    int lines = TornadoMath.min(OUTPUTS, outWidth - q);
    int first = (np * outWidth + q) * panels + panel;
    Lanes.storeInside(y, first, lines > 0 ? 1 : 0, y0);
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
        panel,
        Packed.middle(hasResidualAndActivation),
        Packed.low(hasResidualAndActivation));
  }
}
