package fastvit4j.tests.oracle;

import static fastvit4j.tests.oracle.ErrorAnalysis.U;

import fastvit4j.model.operator.SelfAttention;
import java.util.List;

/**
 * The error of attention. A score q · k of D products is off by Σ(|q| e_k + |k| e_q + e_q e_k) + (D
 * + 4) u Σ|q||k|, scaled; the softmax's probabilities relatively by e^(2 δ) − 1 with δ the row's
 * largest score error, the rounding of the difference to the maximum, of exp and of the sum; the
 * weighted mean of T values by those, the values' own errors, and T u more.
 */
final class AttentionError {
  private final Head head;
  private final double[] x;
  private final double[] e;

  private AttentionError(Head head, Bounded in) {
    this.head = head;
    this.x = in.value().data();
    this.e = in.error().data();
  }

  static Values of(SelfAttention attention, Bounded in) {
    Values error = Values.zeros(attention.infer(List.of(in.shape())));
    for (int n = 0; n < in.shape().n(); n++) {
      for (int h = 0; h < attention.heads(); h++) {
        new AttentionError(new Head(attention, in.shape(), n, h), in).into(error.data());
      }
    }
    return error;
  }

  private void into(double[] error) {
    for (int i = 0; i < head.tokens(); i++) {
      double[] p = head.probabilities(x, i);
      double relative = Math.expm1(2 * scoreError(i)) + (head.tokens() + 8) * U;
      for (int d = 0; d < head.dim(); d++) {
        double sum = 0;
        for (int j = 0; j < head.tokens(); j++) {
          double v = Math.abs(x[head.value(j, d)]);
          double off = e[head.value(j, d)];
          sum += p[j] * (off + (v + off) * (relative + (head.tokens() + 4) * U));
        }
        error[head.output(i, d)] = sum;
      }
    }
  }

  /** The largest error of an exponent in row i. */
  private double scoreError(int i) {
    double largest = 0;
    for (int j = 0; j < head.tokens(); j++) {
      double passedOn = 0;
      double magnitude = 0;
      for (int d = 0; d < head.dim(); d++) {
        double q = Math.abs(x[head.query(i, d)]);
        double k = Math.abs(x[head.key(j, d)]);
        double eq = e[head.query(i, d)];
        double ek = e[head.key(j, d)];
        passedOn += q * ek + k * eq + eq * ek;
        magnitude += (q + eq) * (k + ek);
      }
      // The difference to the row's maximum, at most twice the largest magnitude, is rounded once,
      // and reduced for exp once more.
      double score = passedOn + (head.dim() + 8) * U * magnitude;
      largest = Math.max(largest, score * head.scale());
    }
    return largest;
  }
}
