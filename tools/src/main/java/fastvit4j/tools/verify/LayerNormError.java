package fastvit4j.tools.verify;

import static fastvit4j.tools.verify.ErrorAnalysis.U;

import fastvit4j.model.operator.LayerNorm;
import fastvit4j.reparam.Float64Evaluator.Value;

/**
 * The error of layer normalisation. With d = x − mean and r = 1 / √(variance + eps): the mean of C
 * elements is off by their own errors and (C + 2) u of the mean magnitude, so is the variance, and
 * r relatively by half of the variance's error over variance + eps.
 */
final class LayerNormError {
  private LayerNormError() {}

  static Value of(LayerNorm norm, Bounded in) {
    double[] weight = norm.weight().toDoubles();
    double[] bias = norm.bias().toDoubles();
    Value error = Values.zeros(in.shape());
    for (int from = 0; from < error.data().length; from += weight.length) {
      pixel(norm.eps(), weight, bias, in, from, error.data());
    }
    return error;
  }

  private static void pixel(
      double eps, double[] weight, double[] bias, Bounded in, int from, double[] error) {
    int channels = weight.length;
    double[] x = in.value().data();
    double[] e = in.error().data();
    double mean = 0;
    double magnitude = 0;
    double meanError = 0;
    for (int c = 0; c < channels; c++) {
      mean += x[from + c] / channels;
      magnitude += Math.abs(x[from + c]) / channels;
      meanError += e[from + c] / channels;
    }
    meanError += (channels + 2) * U * (magnitude + meanError);
    double variance = 0;
    double varianceError = 0;
    double[] deviationError = new double[channels];
    for (int c = 0; c < channels; c++) {
      double d = Math.abs(x[from + c] - mean);
      double off = e[from + c] + meanError;
      deviationError[c] = off + U * (d + off);
      variance += d * d / channels;
      varianceError += (2 * d + deviationError[c]) * deviationError[c] / channels;
    }
    varianceError += (channels + 2) * U * (variance + varianceError);
    double root = 1 / Math.sqrt(variance + eps);
    // 1/√(1 − t) ≤ 1 + t for t ≤ ½: no first-order approximation is needed.
    double rootError = Math.min(varianceError / (variance + eps), 0.5) + 4 * U;
    for (int c = 0; c < channels; c++) {
      double d = Math.abs(x[from + c] - mean);
      double scaled = Math.abs(weight[c]) * root;
      error[from + c] =
          scaled * (deviationError[c] * (1 + rootError) + d * rootError)
              + 4 * U * (scaled * d + Math.abs(bias[c]));
    }
  }
}
