package fastvit4j.kernels.tornado;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Squeeze-and-excitation in one kernel for GPUs, a work-group for each image: {@code y = act(x ·
 * sigmoid(w₂ · relu(w₁ · mean(x) + b₁) + b₂))}. Source: the head's convolution (section 3.1 of the
 * paper).
 *
 * <p>Layouts: {@code x} and {@code y} [n, pixels, channels], {@code w1} [channels, reduced], {@code
 * b1} [reduced], {@code w2} [reduced, channels], {@code b2} [channels].
 */
public final class SqueezeExciteImage {
  /** Work-items of a group. */
  public static final int GROUP = 256;

  /** The most channels. */
  public static final int CHANNELS = 4096;

  /** The most channels between the two layers. */
  public static final int REDUCED = 1024;

  /** Bytes of local memory of a group. */
  public static final int BYTES = 4 * (CHANNELS + REDUCED + GROUP);

  private static final int PARTS = 8;
  private static final int LANES = GROUP / PARTS;

  private SqueezeExciteImage() {}

  /**
   * The whole operator; the mean and what the first layer makes of it stay in local memory. The
   * sums of the first layer, over all channels, are cut into 8 parts.
   *
   * <p>Grid: 256 · n work-items in groups of 256. Local memory: {@link #BYTES} bytes.
   */
  public static void image(
      KernelContext context,
      FloatArray x,
      FloatArray w1,
      FloatArray b1,
      FloatArray w2,
      FloatArray b2,
      FloatArray y,
      int pixels,
      int channels,
      int reduced,
      int activation) {
    float[] mean = context.allocateFloatLocalArray(CHANNELS);
    float[] hidden = context.allocateFloatLocalArray(REDUCED);
    float[] parts = context.allocateFloatLocalArray(GROUP);
    int item = context.localIdx;
    int first = context.groupIdx * pixels * channels;
    for (int c = item; c < channels; c += GROUP) {
      float sum = 0.0f;
      for (int chunk = 0; chunk < pixels; chunk += Pointwise.CHUNK) {
        int stop = TornadoMath.min(chunk + Pointwise.CHUNK, pixels);
        float part = 0.0f;
        for (int p = chunk; p < stop; p++) {
          part += x.get(first + p * channels + c);
        }
        sum += part;
      }
      mean[c] = sum / pixels;
    }
    context.localBarrier();
    int lane = item % LANES;
    int part = item / LANES;
    int depth = (channels + PARTS - 1) / PARTS;
    for (int j0 = 0; j0 < reduced; j0 += LANES) {
      int j = TornadoMath.min(j0 + lane, reduced - 1);
      int stop = TornadoMath.min((part + 1) * depth, channels);
      float sum = 0.0f;
      for (int c = part * depth; c < stop; c++) {
        sum += mean[c] * w1.get(c * reduced + j);
      }
      parts[item] = sum;
      context.localBarrier();
      if (part == 0 && j0 + lane < reduced) {
        float total = b1.get(j);
        for (int k = 0; k < PARTS; k++) {
          total += parts[k * LANES + lane];
        }
        hidden[j] = TornadoMath.max(total, 0.0f);
      }
      context.localBarrier();
    }
    for (int c = item; c < channels; c += GROUP) {
      float sum = b2.get(c);
      for (int j = 0; j < reduced; j++) {
        sum += hidden[j] * w2.get(j * channels + c);
      }
      float factor = Epilogue.sigmoid(sum);
      for (int p = 0; p < pixels; p++) {
        int at = first + p * channels + c;
        y.set(at, Epilogue.activate(x.get(at) * factor, activation));
      }
    }
  }
}
