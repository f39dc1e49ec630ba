package fastvit4j.kernels.tornado;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * An image's patches as tokens of a vision transformer, and the class token's result. Source: DeiT,
 * which the paper compares itself with.
 */
public final class Tokens {
  private Tokens() {}

  /**
   * A class token before the patches, and a position added to each: {@code y[n, 0] = rows[0]},
   * {@code y[n, t] = x[n, t − 1] + rows[t]}. Grid: n · tokens × channels.
   *
   * <p>Layouts: {@code x} [n, tokens − 1, channels], {@code rows} [tokens, channels], the
   * positions, of which the first has the class token added, {@code y} [n, tokens, channels].
   */
  public static void embed(
      FloatArray x, FloatArray rows, FloatArray y, int batch, int tokens, int channels) {
    for (@Parallel int nt = 0; nt < batch * tokens; nt++) {
      for (@Parallel int c = 0; c < channels; c++) {
        int n = nt / tokens;
        int t = nt % tokens;
        float value = rows.get(t * channels + c);
        if (t > 0) {
          value += x.get((n * (tokens - 1) + t - 1) * channels + c);
        }
        y.set(nt * channels + c, value);
      }
    }
  }

  /**
   * The first token of each image, {@code y[n, c] = x[n, 0, c]}, with {@code x} [n, tokens,
   * channels]. Grid: n × channels.
   */
  public static void first(FloatArray x, FloatArray y, int batch, int tokens, int channels) {
    for (@Parallel int n = 0; n < batch; n++) {
      for (@Parallel int c = 0; c < channels; c++) {
        y.set(n * channels + c, x.get(n * tokens * channels + c));
      }
    }
  }
}
