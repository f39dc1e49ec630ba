package fastvit4j.reparam;

import fastvit4j.model.operator.SelfAttention;
import fastvit4j.model.operator.Shape;
import fastvit4j.reparam.Float64Evaluator.Value;
import java.util.stream.IntStream;

/** Self-attention in float64. */
final class Float64Attention {
  private Float64Attention() {}

  /** {@link SelfAttention} of [N, H, W, 3·heads·headDim]. */
  static double[] compute(SelfAttention attention, Value x, Shape out) {
    int tokens = out.h() * out.w();
    double[] y = new double[out.elements()];
    IntStream.range(0, out.n() * attention.heads() * tokens)
        .parallel()
        .forEach(
            i -> {
              int token = i % tokens;
              int head = i / tokens % attention.heads();
              int image = i / tokens / attention.heads();
              attend(attention, x.data(), y, image * tokens, tokens, token, head);
            });
    return y;
  }

  /** One token's output of one head. */
  private static void attend(
      SelfAttention attention, double[] x, double[] y, int first, int tokens, int token, int head) {
    int dim = attention.headDim();
    int channels = attention.channels();
    int query = (first + token) * 3 * channels + head * dim;
    double[] weights = new double[tokens];
    double largest = Double.NEGATIVE_INFINITY;
    for (int t = 0; t < tokens; t++) {
      int key = (first + t) * 3 * channels + channels + head * dim;
      double score = 0;
      for (int d = 0; d < dim; d++) {
        score += x[query + d] * x[key + d];
      }
      weights[t] = score / Math.sqrt(dim);
      largest = Math.max(largest, weights[t]);
    }
    double sum = 0;
    for (int t = 0; t < tokens; t++) {
      weights[t] = Math.exp(weights[t] - largest);
      sum += weights[t];
    }
    int to = (first + token) * channels + head * dim;
    for (int t = 0; t < tokens; t++) {
      int value = (first + t) * 3 * channels + 2 * channels + head * dim;
      for (int d = 0; d < dim; d++) {
        y[to + d] += weights[t] / sum * x[value + d];
      }
    }
  }
}
