package fastvit4j.kernels.tornado;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.ByteArray;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * What is done element by element or channel by channel: the train form's batch normalisation and
 * LayerScale, sums and differences, activations, LayerNorm, and the normalisation of a picture.
 *
 * <p>Layouts: activations are [pixels, channels], the pixels of the whole batch.
 */
public final class Elementwise {
  private Elementwise() {}

  /**
   * {@code y = x · scale[c] + shift[c]}: batch normalisation with {@code scale = weight /
   * √(variance + eps)} and {@code shift = bias − mean · scale}, and LayerScale with no shift. Grid:
   * pixels × channels.
   */
  public static void affine(
      FloatArray x, FloatArray scale, FloatArray shift, FloatArray y, int pixels, int channels) {
    for (@Parallel int p = 0; p < pixels; p++) {
      for (@Parallel int c = 0; c < channels; c++) {
        y.set(p * channels + c, x.get(p * channels + c) * scale.get(c) + shift.get(c));
      }
    }
  }

  /** {@code y = a + sign · b}. Grid: elements. */
  public static void add(FloatArray a, FloatArray b, FloatArray y, int elements, float sign) {
    for (@Parallel int i = 0; i < elements; i++) {
      y.set(i, a.get(i) + sign * b.get(i));
    }
  }

  /** {@code y = act(x)}. Grid: elements. */
  public static void activation(FloatArray x, FloatArray y, int elements, int activation) {
    for (@Parallel int i = 0; i < elements; i++) {
      y.set(i, Epilogue.activate(x.get(i), activation));
    }
  }

  /**
   * {@code y = (x − mean) / √(variance + eps) · weight[c] + bias[c]} over the channels of each
   * pixel. Grid: pixels.
   */
  public static void layerNorm(
      FloatArray x,
      FloatArray weight,
      FloatArray bias,
      FloatArray y,
      int pixels,
      int channels,
      float eps) {
    for (@Parallel int p = 0; p < pixels; p++) {
      float sum = 0.0f;
      for (int c = 0; c < channels; c++) {
        sum += x.get(p * channels + c);
      }
      float mean = sum / channels;
      float squares = 0.0f;
      for (int c = 0; c < channels; c++) {
        float d = x.get(p * channels + c) - mean;
        squares += d * d;
      }
      float inverse = 1.0f / TornadoMath.sqrt(squares / channels + eps);
      for (int c = 0; c < channels; c++) {
        float d = x.get(p * channels + c) - mean;
        y.set(p * channels + c, d * inverse * weight.get(c) + bias.get(c));
      }
    }
  }

  /**
   * A picture of unsigned bytes, red, green and blue, to the network's input: {@code y = x ·
   * scale[c] + shift[c]} with {@code scale = 1 / (255 · std)} and {@code shift = −mean / std}.
   * Grid: pixels × 3.
   */
  public static void normalizePixels(
      ByteArray x, FloatArray scale, FloatArray shift, FloatArray y, int pixels) {
    for (@Parallel int p = 0; p < pixels; p++) {
      for (@Parallel int c = 0; c < 3; c++) {
        int unsigned = x.get(p * 3 + c) & 0xff;
        y.set(p * 3 + c, unsigned * scale.get(c) + shift.get(c));
      }
    }
  }
}
