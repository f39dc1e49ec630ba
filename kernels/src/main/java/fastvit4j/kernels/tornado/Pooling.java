package fastvit4j.kernels.tornado;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Averages and maxima over windows and whole images, channel by channel. Source: the head's global
 * average pool, PoolFormer's mixer (the paper's baseline), ResNet's stem.
 *
 * <p>Layouts: {@code x} [n, height, width, channels], {@code y} [n, outHeight, outWidth, channels].
 */
public final class Pooling {
  private Pooling() {}

  /** {@code y[n, c] = mean of x[n, ·, ·, c]}. Grid: n × channels. */
  public static void globalAverage(
      FloatArray x, FloatArray y, int batch, int pixels, int channels) {
    for (@Parallel int n = 0; n < batch; n++) {
      for (@Parallel int c = 0; c < channels; c++) {
        float sum = 0.0f;
        for (int p = 0; p < pixels; p++) {
          sum += x.get((n * pixels + p) * channels + c);
        }
        y.set(n * channels + c, sum / pixels);
      }
    }
  }

  /**
   * The mean of each window's pixels that are inside the image. Grid: n · outHeight × outWidth ×
   * channels.
   */
  public static void average(
      FloatArray x,
      FloatArray y,
      int batch,
      int height,
      int width,
      int channels,
      int size,
      int stride,
      int padding) {
    int outHeight = (height + 2 * padding - size) / stride + 1;
    int outWidth = (width + 2 * padding - size) / stride + 1;
    for (@Parallel int np = 0; np < batch * outHeight; np++) {
      for (@Parallel int q = 0; q < outWidth; q++) {
        for (@Parallel int c = 0; c < channels; c++) {
          int n = np / outHeight;
          int top = np % outHeight * stride - padding;
          int left = q * stride - padding;
          float sum = 0.0f;
          int count = 0;
          for (int r = 0; r < size; r++) {
            for (int s = 0; s < size; s++) {
              int h = top + r;
              int v = left + s;
              if (h >= 0 && h < height && v >= 0 && v < width) {
                sum += x.get(((n * height + h) * width + v) * channels + c);
                count++;
              }
            }
          }
          y.set((np * outWidth + q) * channels + c, sum / count);
        }
      }
    }
  }

  /**
   * The maximum of each window's pixels that are inside the image. Grid: n · outHeight × outWidth ×
   * channels.
   */
  public static void maximum(
      FloatArray x,
      FloatArray y,
      int batch,
      int height,
      int width,
      int channels,
      int size,
      int stride,
      int padding) {
    int outHeight = (height + 2 * padding - size) / stride + 1;
    int outWidth = (width + 2 * padding - size) / stride + 1;
    for (@Parallel int np = 0; np < batch * outHeight; np++) {
      for (@Parallel int q = 0; q < outWidth; q++) {
        for (@Parallel int c = 0; c < channels; c++) {
          int n = np / outHeight;
          int top = np % outHeight * stride - padding;
          int left = q * stride - padding;
          float most = -3.4028235e38f;
          for (int r = 0; r < size; r++) {
            for (int s = 0; s < size; s++) {
              int h = top + r;
              int v = left + s;
              if (h >= 0 && h < height && v >= 0 && v < width) {
                most = TornadoMath.max(most, x.get(((n * height + h) * width + v) * channels + c));
              }
            }
          }
          y.set((np * outWidth + q) * channels + c, most);
        }
      }
    }
  }
}
