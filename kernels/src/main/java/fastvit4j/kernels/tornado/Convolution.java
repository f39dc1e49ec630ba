package fastvit4j.kernels.tornado;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Convolutions with a window, dense, grouped or depthwise: {@code y[n, p, q, o] = act(bias[o] + Σ
 * w[r, s, i, o] · x[n, p·stride + r − padding, q·stride + s − padding, g·I + i] + residual[n, p, q,
 * o])} with {@code I = in / groups} and {@code g = o / (out / groups)}; pixels outside the image
 * are zero. Source: the stem's 3×3 convolution, RepMixer's 3×3 and the ConvFFN's 7×7 depthwise
 * convolutions, the patch embeddings' 7×7 with channel multiplier 2 (sections 3.1 and 3.2 of the
 * paper).
 *
 * <p>Layouts: {@code x} [n, height, width, in], {@code w} [kernel, kernel, in / groups, out]
 * (transposed from the checkpoint's [out, in / groups, kernel, kernel]), {@code bias} [out], {@code
 * residual} and {@code y} [n, outHeight, outWidth, out].
 */
public final class Convolution {
  private Convolution() {}

  /** Any grouping, one element of y for each iteration. Grid: n · outHeight × outWidth × out. */
  public static void grouped(
      FloatArray x,
      FloatArray w,
      FloatArray bias,
      FloatArray residual,
      FloatArray y,
      int batch,
      int height,
      int width,
      int in,
      int out,
      int groups,
      int kernelAndStride,
      int padding,
      int hasResidualAndActivation) {
    int kernelHeight = Packed.high(kernelAndStride);
    int kernelWidth = Packed.middle(kernelAndStride);
    int stride = Packed.low(kernelAndStride);
    int hasResidual = Packed.middle(hasResidualAndActivation);
    int activation = Packed.low(hasResidualAndActivation);
    int outHeight = (height + 2 * padding - kernelHeight) / stride + 1;
    int outWidth = (width + 2 * padding - kernelWidth) / stride + 1;
    int inGroup = in / groups;
    int outGroup = out / groups;
    for (@Parallel int np = 0; np < batch * outHeight; np++) {
      for (@Parallel int q = 0; q < outWidth; q++) {
        for (@Parallel int o = 0; o < out; o++) {
          int n = np / outHeight;
          int p = np % outHeight;
          int first = o / outGroup * inGroup;
          float sum = bias.get(o);
          for (int r = 0; r < kernelHeight; r++) {
            int h = p * stride + r - padding;
            if (h >= 0 && h < height) {
              for (int s = 0; s < kernelWidth; s++) {
                int v = q * stride + s - padding;
                if (v >= 0 && v < width) {
                  int xAt = ((n * height + h) * width + v) * in + first;
                  int wAt = (r * kernelWidth + s) * inGroup * out + o;
                  for (int i = 0; i < inGroup; i++) {
                    sum += x.get(xAt + i) * w.get(wAt + i * out);
                  }
                }
              }
            }
          }
          int yAt = (np * outWidth + q) * out + o;
          if (hasResidual == 1) {
            sum += residual.get(yAt);
          }
          y.set(yAt, Epilogue.activate(sum, activation));
        }
      }
    }
  }

  /** Neighbouring outputs of a row that a work-item of {@link #columns} computes. */
  public static final int OUTPUTS = 4;

  /** Work-items of a group of {@link #columns} in its first direction: output channels. */
  public static final int CHANNELS = 16;

  /**
   * Any grouping; four neighbouring outputs of a row and one channel for each work-item, so that a
   * weight is read once for four products and neighbouring work-items read neighbouring weights
   * (and, depthwise, neighbouring elements of x). Columns outside the image are read at the border
   * and counted as zero, so that all work-items of a group do the same. On a processor a group
   * becomes one vector loop.
   *
   * <p>{@code inGroup} and {@code outGroup} are the channels of a group: 1 and the channel
   * multiplier where the convolution is depthwise.
   *
   * <p>Grid: ceil(out / 16) · 16 × at least ceil(outWidth / 4) × n · outHeight work-items in groups
   * of 16 × any number × 1.
   */
  public static void columns(
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
    int channel = context.globalIdx;
    int q = context.globalIdy * OUTPUTS;
    int np = context.globalIdz;
    int n = np / outHeight;
    int top = np % outHeight * stride - padding;
    int left = q * stride - padding;
    int o = TornadoMath.min(channel, out - 1);
    int first = o / outGroup * inGroup;
    float y0 = 0.0f;
    float y1 = 0.0f;
    float y2 = 0.0f;
    float y3 = 0.0f;
    for (int r = 0; r < kernelHeight; r++) {
      int h = top + r;
      if (h >= 0 && h < height) {
        int line = (n * height + h) * width;
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
            float weight = w.get(wAt + i * out);
            y0 += m0 * x.get(x0 + i) * weight;
            y1 += m1 * x.get(x1 + i) * weight;
            y2 += m2 * x.get(x2 + i) * weight;
            y3 += m3 * x.get(x3 + i) * weight;
          }
        }
      }
    }
    int at = (np * outWidth + q) * out + channel;
    int count = channel < out ? TornadoMath.min(outWidth - q, OUTPUTS) : 0;
    store(bias, residual, y, at + 0 * out, o, count - 0, hasResidualAndActivation, y0);
    store(bias, residual, y, at + 1 * out, o, count - 1, hasResidualAndActivation, y1);
    store(bias, residual, y, at + 2 * out, o, count - 2, hasResidualAndActivation, y2);
    store(bias, residual, y, at + 3 * out, o, count - 3, hasResidualAndActivation, y3);
  }

  private static void store(
      FloatArray bias,
      FloatArray residual,
      FloatArray y,
      int at,
      int channel,
      int left,
      int hasResidualAndActivation,
      float sum) {
    if (left > 0) {
      float value = sum + bias.get(channel);
      if (Packed.middle(hasResidualAndActivation) == 1) {
        value += residual.get(at);
      }
      y.set(at, Epilogue.activate(value, Packed.low(hasResidualAndActivation)));
    }
  }
}
