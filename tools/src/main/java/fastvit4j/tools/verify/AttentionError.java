package fastvit4j.tools.verify;

import static fastvit4j.tools.verify.ErrorAnalysis.U;

import fastvit4j.model.operator.SelfAttention;
import fastvit4j.reparam.Float64Evaluator.Value;
import java.util.List;

/**
 * The error of attention. A score q · k of D products is off by Σ(|q| e_k + |k| e_q + e_q e_k) + (D
 * + 4) u Σ|q||k|, scaled; the softmax's probabilities relatively by e^(2 δ) − 1 with δ the row's
 * largest score error, the rounding of the difference to the maximum, of exp and of the sum; the
 * weighted mean of T values by those, the values' own errors, and T u more.
 */
final class AttentionError {
  private final int heads;
  private final int dim;
  private final int tokens;
  private final int image;
  private final int head;
  private final double[] x;
  private final double[] e;

  private AttentionError(SelfAttention attention, Bounded in, int image, int head) {
    this.heads = attention.heads();
    this.dim = attention.headDim();
    this.tokens = in.shape().h() * in.shape().w();
    this.image = image;
    this.head = head;
    this.x = in.value().data();
    this.e = in.error().data();
  }

  static Value of(SelfAttention attention, Bounded in) {
    Value error = Values.zeros(attention.infer(List.of(in.shape())));
    for (int n = 0; n < in.shape().n(); n++) {
      for (int h = 0; h < attention.heads(); h++) {
        new AttentionError(attention, in, n, h).into(error.data());
      }
    }
    return error;
  }

  private void into(double[] error) {
    for (int i = 0; i < tokens; i++) {
      double[] p = probabilities(i);
      double relative = Math.expm1(2 * scoreError(i)) + (tokens + 8) * U;
      for (int d = 0; d < dim; d++) {
        double sum = 0;
        for (int j = 0; j < tokens; j++) {
          double v = Math.abs(x[value(j, d)]);
          double off = e[value(j, d)];
          sum += p[j] * (off + (v + off) * (relative + (tokens + 4) * U));
        }
        error[((image * tokens + i) * heads + head) * dim + d] = sum;
      }
    }
  }

  /** The largest error of an exponent in row i. */
  private double scoreError(int i) {
    double largest = 0;
    for (int j = 0; j < tokens; j++) {
      double passedOn = 0;
      double magnitude = 0;
      for (int d = 0; d < dim; d++) {
        double q = Math.abs(x[query(i, d)]);
        double k = Math.abs(x[key(j, d)]);
        double eq = e[query(i, d)];
        double ek = e[key(j, d)];
        passedOn += q * ek + k * eq + eq * ek;
        magnitude += (q + eq) * (k + ek);
      }
      // The difference to the row's maximum, at most twice the largest magnitude, is rounded once,
      // and reduced for exp once more.
      double score = passedOn + (dim + 8) * U * magnitude;
      largest = Math.max(largest, score * scale());
    }
    return largest;
  }

  /** The softmax of row i's scores. */
  private double[] probabilities(int i) {
    double[] p = new double[tokens];
    double largest = Double.NEGATIVE_INFINITY;
    for (int j = 0; j < tokens; j++) {
      for (int d = 0; d < dim; d++) {
        p[j] += x[query(i, d)] * x[key(j, d)] * scale();
      }
      largest = Math.max(largest, p[j]);
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

  private double scale() {
    return 1 / Math.sqrt(dim);
  }

  private int query(int token, int d) {
    return index(token, 0, d);
  }

  private int key(int token, int d) {
    return index(token, 1, d);
  }

  private int value(int token, int d) {
    return index(token, 2, d);
  }

  private int index(int token, int part, int d) {
    return (((image * tokens + token) * 3 + part) * heads + head) * dim + d;
  }
}
