package fastvit4j.kernels.tornado;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Group normalisation with one group in three tasks: {@code y = (x − mean) / √(variance + eps) ·
 * weight[c] + bias[c]} with the mean and the variance of all elements of an image. An image is
 * shared out to {@code parts} work-items, of which each takes every parts-th element: its mean, and
 * its sum of squares about that mean, so that nothing cancels. Source: PoolFormer, the paper's
 * baseline.
 *
 * <p>Layouts: {@code x} and {@code y} [n, elements], the channels innermost; {@code moments} [n,
 * parts, mean and sum of squares]; {@code statistics} [n, mean and 1 / √(variance + eps)].
 */
public final class GroupNormalization {
  private GroupNormalization() {}

  /** Mean and sum of squares of each part; parts ≤ elements. Grid: n · parts. */
  public static void moments(FloatArray x, FloatArray moments, int batch, int elements, int parts) {
    for (@Parallel int np = 0; np < batch * parts; np++) {
      int from = np / parts * elements + np % parts;
      int count = (elements - np % parts + parts - 1) / parts;
      float sum = 0.0f;
      for (int i = 0; i < count; i++) {
        sum += x.get(from + i * parts);
      }
      float mean = sum / count;
      float squares = 0.0f;
      for (int i = 0; i < count; i++) {
        float d = x.get(from + i * parts) - mean;
        squares += d * d;
      }
      moments.set(2 * np, mean);
      moments.set(2 * np + 1, squares);
    }
  }

  /**
   * Merges the parts of each image: its mean is that of the means, weighted by the parts' elements,
   * its sum of squares that of the sums and of the means' distances from it. Grid: n.
   */
  public static void merge(
      FloatArray moments, FloatArray statistics, int batch, int elements, int parts, float eps) {
    for (@Parallel int n = 0; n < batch; n++) {
      float mean = 0.0f;
      for (int p = 0; p < parts; p++) {
        int count = (elements - p + parts - 1) / parts;
        mean += moments.get(2 * (n * parts + p)) * count / elements;
      }
      float variance = 0.0f;
      for (int p = 0; p < parts; p++) {
        int count = (elements - p + parts - 1) / parts;
        float d = moments.get(2 * (n * parts + p)) - mean;
        variance += (moments.get(2 * (n * parts + p) + 1) + d * d * count) / elements;
      }
      statistics.set(2 * n, mean);
      statistics.set(2 * n + 1, 1.0f / TornadoMath.sqrt(variance + eps));
    }
  }

  /** {@code y = (x − mean) · inverse · weight[c] + bias[c]}. Grid: n · pixels × channels. */
  public static void normalizeGroup(
      FloatArray x,
      FloatArray statistics,
      FloatArray weight,
      FloatArray bias,
      FloatArray y,
      int batch,
      int pixels,
      int channels) {
    for (@Parallel int p = 0; p < batch * pixels; p++) {
      for (@Parallel int c = 0; c < channels; c++) {
        int n = p / pixels;
        float d = x.get(p * channels + c) - statistics.get(2 * n);
        y.set(p * channels + c, d * statistics.get(2 * n + 1) * weight.get(c) + bias.get(c));
      }
    }
  }
}
