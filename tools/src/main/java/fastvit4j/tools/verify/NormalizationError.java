package fastvit4j.tools.verify;

import static fastvit4j.tools.verify.ErrorAnalysis.U;

import fastvit4j.model.operator.GroupNorm;
import fastvit4j.model.operator.LayerNorm;
import fastvit4j.reparam.Float64Evaluator.Value;

/**
 * The error of layer and group normalisation. With d = x − mean and r = 1 / √(variance + eps): the
 * mean of C elements (a pixel's channels, or an image's elements) is off by their own errors and (C
 * + 2) u of the mean magnitude, so is the variance, and r relatively by half of the variance's
 * error over variance + eps.
 */
final class NormalizationError {
  private NormalizationError() {}

  static Value of(LayerNorm norm, Bounded in) {
    return of(norm.eps(), norm.weight().toDoubles(), norm.bias().toDoubles(), norm.channels(), in);
  }

  static Value of(GroupNorm norm, Bounded in) {
    int image = in.shape().h() * in.shape().w() * norm.channels();
    return of(norm.eps(), norm.weight().toDoubles(), norm.bias().toDoubles(), image, in);
  }

  private static Value of(double eps, double[] weight, double[] bias, int group, Bounded in) {
    Value error = Values.zeros(in.shape());
    for (int from = 0; from < error.data().length; from += group) {
      group(eps, weight, bias, in, from, group, error.data());
    }
    return error;
  }

  private static void group(
      double eps, double[] weight, double[] bias, Bounded in, int from, int count, double[] error) {
    double[] x = in.value().data();
    double[] e = in.error().data();
    double mean = 0;
    double magnitude = 0;
    double meanError = 0;
    for (int c = 0; c < count; c++) {
      mean += x[from + c] / count;
      magnitude += Math.abs(x[from + c]) / count;
      meanError += e[from + c] / count;
    }
    meanError += (count + 2) * U * (magnitude + meanError);
    double variance = 0;
    double varianceError = 0;
    double[] deviationError = new double[count];
    for (int c = 0; c < count; c++) {
      double d = Math.abs(x[from + c] - mean);
      double off = e[from + c] + meanError;
      deviationError[c] = off + U * (d + off);
      variance += d * d / count;
      varianceError += (2 * d + deviationError[c]) * deviationError[c] / count;
    }
    varianceError += (count + 2) * U * (variance + varianceError);
    double root = 1 / Math.sqrt(variance + eps);
    // 1/√(1 − t) ≤ 1 + t for t ≤ ½: no first-order approximation is needed.
    double rootError = Math.min(varianceError / (variance + eps), 0.5) + 4 * U;
    for (int c = 0; c < count; c++) {
      double d = Math.abs(x[from + c] - mean);
      double scaled = Math.abs(weight[c % weight.length]) * root;
      error[from + c] =
          scaled * (deviationError[c] * (1 + rootError) + d * rootError)
              + 4 * U * (scaled * d + Math.abs(bias[c % bias.length]));
    }
  }
}
