package fastvit4j.kernels.tornado;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Squeeze-and-excitation in four tasks: {@link Pooling#globalAverage}, then {@link #reduce}, {@link
 * #expand} and {@link #excite}: {@code y = act(x · sigmoid(w₂ · relu(w₁ · mean(x) + b₁) + b₂))}.
 * Source: the head's convolution (section 3.1 of the paper).
 *
 * <p>Layouts: {@code mean} [n, channels], {@code w1} [channels, reduced], {@code w2} [reduced,
 * channels] (both transposed from the checkpoint's [out, in]), {@code x} and {@code y} [n, pixels,
 * channels].
 */
public final class SqueezeExcitation {
  private SqueezeExcitation() {}

  /** {@code hidden = relu(w₁ · mean + b₁)}. Grid: n × reduced. */
  public static void reduce(
      FloatArray mean,
      FloatArray w1,
      FloatArray b1,
      FloatArray hidden,
      int batch,
      int channels,
      int reduced) {
    for (@Parallel int n = 0; n < batch; n++) {
      for (@Parallel int j = 0; j < reduced; j++) {
        float sum = b1.get(j);
        for (int c = 0; c < channels; c++) {
          sum += mean.get(n * channels + c) * w1.get(c * reduced + j);
        }
        hidden.set(n * reduced + j, TornadoMath.max(sum, 0.0f));
      }
    }
  }

  /** {@code gate = sigmoid(w₂ · hidden + b₂)}. Grid: n × channels. */
  public static void expand(
      FloatArray hidden,
      FloatArray w2,
      FloatArray b2,
      FloatArray gate,
      int batch,
      int channels,
      int reduced) {
    for (@Parallel int n = 0; n < batch; n++) {
      for (@Parallel int c = 0; c < channels; c++) {
        float sum = b2.get(c);
        for (int j = 0; j < reduced; j++) {
          sum += hidden.get(n * reduced + j) * w2.get(j * channels + c);
        }
        gate.set(n * channels + c, Epilogue.sigmoid(sum));
      }
    }
  }

  /** {@code y = act(x · gate)}. Grid: n · pixels × channels. */
  public static void excite(
      FloatArray x,
      FloatArray gate,
      FloatArray y,
      int batch,
      int pixels,
      int channels,
      int activation) {
    for (@Parallel int p = 0; p < batch * pixels; p++) {
      for (@Parallel int c = 0; c < channels; c++) {
        float value = x.get(p * channels + c) * gate.get(p / pixels * channels + c);
        y.set(p * channels + c, Epilogue.activate(value, activation));
      }
    }
  }
}
