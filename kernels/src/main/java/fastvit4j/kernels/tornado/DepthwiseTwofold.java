package fastvit4j.kernels.tornado;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.vectors.Float16;

/**
 * {@link DepthwiseVectors} with two output channels for each input channel: sixteen input channels
 * give the even and the odd ones of thirty-two. Source: the patch embeddings' 7×7 with channel
 * multiplier 2 (section 3.2 of the paper).
 */
public final class DepthwiseTwofold {
  private DepthwiseTwofold() {}

  /**
   * Any window and stride. {@code in} is a multiple of 16; {@code w} is [kernelHeight, kernelWidth,
   * in / 16, 2, 16]: of sixteen input channels the weights of their even output channels, then
   * those of their odd ones.
   */
  public static void twofold(
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
    int q = context.globalIdx * DepthwiseVectors.OUTPUTS;
    int np = context.globalIdy;
    int c = context.globalIdz;
    int panels = in / Lanes.COUNT;
    int top = np % outHeight * stride - padding;
    int left = q * stride - padding;
    Float16 even0 = Lanes.of(0.0f);
    Float16 odd0 = Lanes.of(0.0f);
    Float16 even1 = Lanes.of(0.0f);
    Float16 odd1 = Lanes.of(0.0f);
    Float16 even2 = Lanes.of(0.0f);
    Float16 odd2 = Lanes.of(0.0f);
    Float16 even3 = Lanes.of(0.0f);
    Float16 odd3 = Lanes.of(0.0f);
    for (int r = 0; r < kernelHeight; r++) {
      int h = top + r;
      if (h >= 0 && h < height) {
        int line = (np / outHeight * height + h) * width;
        for (int s = 0; s < kernelWidth; s++) {
          int wAt = 2 * ((r * kernelWidth + s) * panels + c);
          Float16 weight0 = Lanes.load(w, wAt);
          Float16 weight1 = Lanes.load(w, wAt + 1);
          Float16 p0 = Lanes.pixel(x, line, left + s, width, panels, c);
          even0 = Lanes.plusProduct(even0, weight0, p0);
          odd0 = Lanes.plusProduct(odd0, weight1, p0);
          Float16 p1 = Lanes.pixel(x, line, left + s + 1 * stride, width, panels, c);
          even1 = Lanes.plusProduct(even1, weight0, p1);
          odd1 = Lanes.plusProduct(odd1, weight1, p1);
          Float16 p2 = Lanes.pixel(x, line, left + s + 2 * stride, width, panels, c);
          even2 = Lanes.plusProduct(even2, weight0, p2);
          odd2 = Lanes.plusProduct(odd2, weight1, p2);
          Float16 p3 = Lanes.pixel(x, line, left + s + 3 * stride, width, panels, c);
          even3 = Lanes.plusProduct(even3, weight0, p3);
          odd3 = Lanes.plusProduct(odd3, weight1, p3);
        }
      }
    }
    int lines = TornadoMath.min(DepthwiseVectors.OUTPUTS, outWidth - q);
    int step = 2 * panels;
    int first = (np * outWidth + q) * step + 2 * c;
    Lanes.store(y, first, lower(even0, odd0));
    Lanes.store(y, first + 1, upper(even0, odd0));
    Lanes.storeInside(y, first + 1 * step, lines > 1 ? 1 : 0, lower(even1, odd1));
    Lanes.storeInside(y, first + 1 * step + 1, lines > 1 ? 1 : 0, upper(even1, odd1));
    Lanes.storeInside(y, first + 2 * step, lines > 2 ? 1 : 0, lower(even2, odd2));
    Lanes.storeInside(y, first + 2 * step + 1, lines > 2 ? 1 : 0, upper(even2, odd2));
    Lanes.storeInside(y, first + 3 * step, lines > 3 ? 1 : 0, lower(even3, odd3));
    Lanes.storeInside(y, first + 3 * step + 1, lines > 3 ? 1 : 0, upper(even3, odd3));
    Lanes.finish(
        bias,
        residual,
        y,
        first,
        step,
        lines,
        2,
        2 * c,
        Packed.middle(hasResidualAndActivation),
        Packed.low(hasResidualAndActivation));
  }

  /** The first eight of each, in turns. */
  private static Float16 lower(Float16 even, Float16 odd) {
    return new Float16(
        even.get(0),
        odd.get(0),
        even.get(1),
        odd.get(1),
        even.get(2),
        odd.get(2),
        even.get(3),
        odd.get(3),
        even.get(4),
        odd.get(4),
        even.get(5),
        odd.get(5),
        even.get(6),
        odd.get(6),
        even.get(7),
        odd.get(7));
  }

  /** The last eight of each, in turns. */
  private static Float16 upper(Float16 even, Float16 odd) {
    return new Float16(
        even.get(8),
        odd.get(8),
        even.get(9),
        odd.get(9),
        even.get(10),
        odd.get(10),
        even.get(11),
        odd.get(11),
        even.get(12),
        odd.get(12),
        even.get(13),
        odd.get(13),
        even.get(14),
        odd.get(14),
        even.get(15),
        odd.get(15));
  }
}
