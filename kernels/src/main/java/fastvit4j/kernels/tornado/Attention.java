package fastvit4j.kernels.tornado;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Multi-head self-attention without its projections: {@code y = softmax(q · kᵀ / √headDim) · v} for
 * each image and head, in three tasks. Source: the last stage of the SA and MA variants (section
 * 3.3 of the paper).
 *
 * <p>Layouts: {@code qkv} [n, tokens, 3, heads, headDim], {@code scores} [n, heads, tokens,
 * tokens], {@code y} [n, tokens, heads, headDim].
 */
public final class Attention {
  private Attention() {}

  /** {@code scores = scale · q · kᵀ}. Grid: n · heads · tokens × tokens. */
  public static void scores(
      FloatArray qkv,
      FloatArray scores,
      int batch,
      int tokens,
      int heads,
      int headDim,
      float scale) {
    for (@Parallel int row = 0; row < batch * heads * tokens; row++) {
      for (@Parallel int key = 0; key < tokens; key++) {
        int query = row % tokens;
        int head = row / tokens % heads;
        int n = row / (tokens * heads);
        int stride = 3 * heads * headDim;
        int qAt = (n * tokens + query) * stride + head * headDim;
        int kAt = (n * tokens + key) * stride + (heads + head) * headDim;
        float sum = 0.0f;
        for (int d = 0; d < headDim; d++) {
          sum += qkv.get(qAt + d) * qkv.get(kAt + d);
        }
        scores.set(row * tokens + key, sum * scale);
      }
    }
  }

  /**
   * The softmax of each row, in place, after subtracting the row's maximum. Grid: n · heads ·
   * tokens.
   */
  public static void softmax(FloatArray scores, int rows, int tokens) {
    for (@Parallel int row = 0; row < rows; row++) {
      float most = scores.get(row * tokens);
      for (int key = 1; key < tokens; key++) {
        most = TornadoMath.max(most, scores.get(row * tokens + key));
      }
      float sum = 0.0f;
      for (int key = 0; key < tokens; key++) {
        float e = TornadoMath.exp(scores.get(row * tokens + key) - most);
        scores.set(row * tokens + key, e);
        sum += e;
      }
      float inverse = 1.0f / sum;
      for (int key = 0; key < tokens; key++) {
        scores.set(row * tokens + key, scores.get(row * tokens + key) * inverse);
      }
    }
  }

  /** {@code y = scores · v}. Grid: n · tokens × heads · headDim. */
  public static void weightedSum(
      FloatArray qkv,
      FloatArray scores,
      FloatArray y,
      int batch,
      int tokens,
      int heads,
      int headDim) {
    for (@Parallel int nt = 0; nt < batch * tokens; nt++) {
      for (@Parallel int c = 0; c < heads * headDim; c++) {
        int n = nt / tokens;
        int query = nt % tokens;
        int head = c / headDim;
        int channels = heads * headDim;
        int sAt = ((n * heads + head) * tokens + query) * tokens;
        float sum = 0.0f;
        for (int key = 0; key < tokens; key++) {
          sum +=
              scores.get(sAt + key) * qkv.get((n * tokens + key) * 3 * channels + 2 * channels + c);
        }
        y.set(nt * channels + c, sum);
      }
    }
  }
}
