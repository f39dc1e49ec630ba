package fastvit4j.tests.oracle;

import fastvit4j.model.operator.SelfAttention;
import fastvit4j.model.operator.Shape;

/**
 * One head of attention over one image: where its queries, keys and values stand, and the softmax
 * of its scores.
 */
final class Head {
  private final int heads;
  private final int dim;
  private final int tokens;
  private final int image;
  private final int head;

  Head(SelfAttention attention, Shape input, int image, int head) {
    this.heads = attention.heads();
    this.dim = attention.headDim();
    this.tokens = input.h() * input.w();
    this.image = image;
    this.head = head;
  }

  int tokens() {
    return tokens;
  }

  int dim() {
    return dim;
  }

  double scale() {
    return 1 / Math.sqrt(dim);
  }

  int query(int token, int d) {
    return index(token, 0, d);
  }

  int key(int token, int d) {
    return index(token, 1, d);
  }

  int value(int token, int d) {
    return index(token, 2, d);
  }

  int output(int token, int d) {
    return ((image * tokens + token) * heads + head) * dim + d;
  }

  private int index(int token, int part, int d) {
    return (((image * tokens + token) * 3 + part) * heads + head) * dim + d;
  }

  /** Scores of token {@code i}'s query with every key. */
  double[] scores(double[] x, int i) {
    double[] scores = new double[tokens];
    for (int j = 0; j < tokens; j++) {
      double sum = 0;
      for (int d = 0; d < dim; d++) {
        sum += x[query(i, d)] * x[key(j, d)];
      }
      scores[j] = sum * scale();
    }
    return scores;
  }

  /** The softmax of the scores. */
  double[] probabilities(double[] x, int i) {
    double[] p = scores(x, i);
    double largest = Double.NEGATIVE_INFINITY;
    for (double score : p) {
      largest = Math.max(largest, score);
    }
    double sum = 0;
    for (int j = 0; j < tokens; j++) {
      p[j] = Math.exp(p[j] - largest);
      sum += p[j];
    }
    for (int j = 0; j < tokens; j++) {
      p[j] /= sum;
    }
    return p;
  }
}
