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
    int o = context.globalIdx * Lanes.COUNT;
    int q = context.globalIdy * OUTPUTS;
    int np = context.globalIdz;
    int top = np % outHeight * stride - padding;
    int left = q * stride - padding;
    int first = o / outGroup * inGroup;
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
          int x0 = (line + TornadoMath.min(TornadoMath.max(v0, 0), width - 1)) * in + first;
          int x1 = (line + TornadoMath.min(TornadoMath.max(v1, 0), width - 1)) * in + first;
          int x2 = (line + TornadoMath.min(TornadoMath.max(v2, 0), width - 1)) * in + first;
          int x3 = (line + TornadoMath.min(TornadoMath.max(v3, 0), width - 1)) * in + first;
          float m0 = v0 >= 0 && v0 < width ? 1.0f : 0.0f;
          float m1 = v1 >= 0 && v1 < width ? 1.0f : 0.0f;
          float m2 = v2 >= 0 && v2 < width ? 1.0f : 0.0f;
          float m3 = v3 >= 0 && v3 < width ? 1.0f : 0.0f;
          int wAt = (r * kernelWidth + s) * inGroup * out + o;
          for (int i = 0; i < inGroup; i++) {
            Float16 weight = Lanes.load(w, wAt + i * out);
            y0 = Float16.add(y0, Float16.mult(weight, Lanes.of(m0 * x.get(x0 + i))));
            y1 = Float16.add(y1, Float16.mult(weight, Lanes.of(m1 * x.get(x1 + i))));
            y2 = Float16.add(y2, Float16.mult(weight, Lanes.of(m2 * x.get(x2 + i))));
            y3 = Float16.add(y3, Float16.mult(weight, Lanes.of(m3 * x.get(x3 + i))));
          }
        }
      }
    }
    Float16 shift = Lanes.load(bias, o);
    int yAt = (np * outWidth + q) * out + o;
    int hasResidual = Packed.middle(hasResidualAndActivation);
    int activation = Packed.low(hasResidualAndActivation);
    int count = outWidth - q;
    y0 = Float16.add(y0, shift);
    if (hasResidual == 1) {
      y0 = Float16.add(y0, Lanes.load(residual, yAt + TornadoMath.min(0, count - 1) * out));
    }
    y0 = Lanes.activate(y0, activation);
    if (0 < count) {
      Lanes.store(y, yAt + 0 * out, y0);
    }
    y1 = Float16.add(y1, shift);
    if (hasResidual == 1) {
      y1 = Float16.add(y1, Lanes.load(residual, yAt + TornadoMath.min(1, count - 1) * out));
    }
    y1 = Lanes.activate(y1, activation);
    if (1 < count) {
      Lanes.store(y, yAt + 1 * out, y1);
    }
    y2 = Float16.add(y2, shift);
    if (hasResidual == 1) {
      y2 = Float16.add(y2, Lanes.load(residual, yAt + TornadoMath.min(2, count - 1) * out));
    }
    y2 = Lanes.activate(y2, activation);
    if (2 < count) {
      Lanes.store(y, yAt + 2 * out, y2);
    }
    y3 = Float16.add(y3, shift);
    if (hasResidual == 1) {
      y3 = Float16.add(y3, Lanes.load(residual, yAt + TornadoMath.min(3, count - 1) * out));
    }
    y3 = Lanes.activate(y3, activation);
    if (3 < count) {
      Lanes.store(y, yAt + 3 * out, y3);
    }
  }
}
