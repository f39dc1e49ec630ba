package fastvit4j.reparam;

import fastvit4j.model.operator.GroupNorm;
import fastvit4j.model.operator.LayerNorm;
import fastvit4j.model.operator.Shape;
import fastvit4j.model.operator.TokenEmbedding;
import fastvit4j.reparam.Float64Evaluator.Value;
import java.util.Arrays;

/** What transformers have beside attention, in float64: normalisation, and tokens of an image. */
final class Float64Tokens {
  private Float64Tokens() {}

  static double[] layerNorm(LayerNorm norm, Value x) {
    double[] weight = norm.weight().toDoubles();
    return normalize(x, norm.channels(), weight, norm.bias().toDoubles(), norm.eps());
  }

  static double[] groupNorm(GroupNorm norm, Value x) {
    int image = x.shape().h() * x.shape().w() * norm.channels();
    double[] weight = norm.weight().toDoubles();
    return normalize(x, image, weight, norm.bias().toDoubles(), norm.eps());
  }

  /** Normalises each run of {@code group} elements. */
  private static double[] normalize(
      Value x, int group, double[] weight, double[] bias, double eps) {
    double[] y = new double[x.data().length];
    for (int at = 0; at < y.length; at += group) {
      double mean = Arrays.stream(x.data(), at, at + group).average().orElseThrow();
      double squares = 0;
      for (int i = at; i < at + group; i++) {
        squares += (x.data()[i] - mean) * (x.data()[i] - mean);
      }
      double deviation = Math.sqrt(squares / group + eps);
      for (int i = 0; i < group; i++) {
        int c = i % weight.length;
        y[at + i] = (x.data()[at + i] - mean) / deviation * weight[c] + bias[c];
      }
    }
    return y;
  }

  /** {@link TokenEmbedding} of [N, H, W, C]. */
  static double[] embed(TokenEmbedding embedding, Value x, Shape out) {
    double[] first = embedding.classToken().toDoubles();
    double[] positions = embedding.positions().toDoubles();
    int image = out.w() * out.c();
    double[] y = new double[out.elements()];
    for (int n = 0; n < out.n(); n++) {
      System.arraycopy(first, 0, y, n * image, out.c());
      int patches = image - out.c();
      System.arraycopy(x.data(), n * patches, y, n * image + out.c(), patches);
    }
    for (int i = 0; i < y.length; i++) {
      y[i] += positions[i % image];
    }
    return y;
  }

  /** The first token of each image. */
  static double[] first(Value x, Shape out) {
    int image = x.shape().h() * x.shape().w() * out.c();
    double[] y = new double[out.elements()];
    for (int n = 0; n < out.n(); n++) {
      System.arraycopy(x.data(), n * image, y, n * out.c(), out.c());
    }
    return y;
  }
}
