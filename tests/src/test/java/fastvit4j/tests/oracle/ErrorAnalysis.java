package fastvit4j.tests.oracle;

import fastvit4j.model.operator.Add;
import fastvit4j.model.operator.AvgPool2d;
import fastvit4j.model.operator.BatchNorm;
import fastvit4j.model.operator.Conv2d;
import fastvit4j.model.operator.Gelu;
import fastvit4j.model.operator.GlobalAveragePool;
import fastvit4j.model.operator.LayerNorm;
import fastvit4j.model.operator.LayerScale;
import fastvit4j.model.operator.Linear;
import fastvit4j.model.operator.MaxPool2d;
import fastvit4j.model.operator.Operator;
import fastvit4j.model.operator.Relu;
import fastvit4j.model.operator.SelfAttention;
import fastvit4j.model.operator.Silu;
import fastvit4j.model.operator.SqueezeExcite;
import fastvit4j.model.operator.Subtract;
import java.util.List;

/**
 * A running error analysis beside the oracle: for each operator, a bound on the error of its
 * float32 result from bounds on the errors of its inputs. With the unit roundoff u = 2⁻²⁴, a sum of
 * n products in any order, with or without fused multiply-add, is off by at most about n · u ·
 * Σ|w||x| (Higham, Accuracy and Stability of Numerical Algorithms, section 3.1); a few u more stand
 * for parameters rounded to float32 or multiplied into each other, and for elementary functions
 * that are good to a few units in the last place. Nothing here depends on what a device does:
 * fusing operators only removes roundings.
 */
final class ErrorAnalysis {
  /** Unit roundoff of float32. */
  static final double U = 0x1p-24;

  /** Roundings around a sum: of the parameters, of what is folded into them, of the bias. */
  private static final int AROUND = 4;

  /** Error of exp, erf, sigmoid and division in units of u, relative to their largest value. */
  private static final int ELEMENTARY = 8;

  /** Largest slope of GELU (1.129, at x = √2) and of SiLU (1.0998). */
  private static final double SLOPE = 1.13;

  private ErrorAnalysis() {}

  static Bounded apply(Operator operator, List<Bounded> inputs) {
    Values value = Reference.apply(operator, inputs.stream().map(Bounded::value).toList());
    return new Bounded(value, error(operator, inputs, value));
  }

  private static Values error(Operator operator, List<Bounded> inputs, Values y) {
    Bounded in = inputs.getFirst();
    Values x = in.value();
    Values e = in.error();
    return switch (operator) {
      case Conv2d conv -> convolution(conv, in);
      case Linear linear -> convolution(Reference.pointwise(linear), in);
      case BatchNorm norm -> batchNorm(norm, in);
      case LayerNorm norm -> LayerNormError.of(norm, in);
      case Gelu gelu -> activation(in);
      case Relu relu -> e;
      case Silu silu -> activation(in);
      case Add add -> sum(inputs, y);
      case Subtract subtract -> sum(inputs, y);
      case LayerScale scale ->
          Reference.scale(
              Reference.zip(x.abs(), e, (v, d) -> d + 2 * U * (v + d)),
              absolute(scale.gamma().toDoubles()));
      case SelfAttention attention -> AttentionError.of(attention, in);
      case SqueezeExcite excite -> squeezeExcite(excite, in);
      case GlobalAveragePool pool -> globalAverage(in);
      case AvgPool2d pool -> averagePool(pool, in);
      case MaxPool2d pool ->
          Pooling.apply(e, y.shape(), pool.kernel(), pool.stride(), pool.padding(), false);
    };
  }

  /** Σ|w| e + (fan-in + c) u (Σ|w| (|x| + e) + |b|). */
  private static Values convolution(Conv2d conv, Bounded in) {
    Convolution absolute = new Convolution(conv, true);
    double fanIn = conv.weight().dim(1) * conv.kernelHeight() * (double) conv.kernelWidth();
    Values passedOn = absolute.apply(in.error(), false);
    Values magnitude =
        absolute.apply(Reference.zip(in.value().abs(), in.error(), Double::sum), true);
    double gamma = (fanIn + AROUND) * U;
    return Reference.zip(passedOn, magnitude, (p, m) -> p + gamma * m);
  }

  /** |s| e + c u (|s| (|x| + e + |mean|) + |bias|) with s = weight / √(variance + eps). */
  private static Values batchNorm(BatchNorm norm, Bounded in) {
    double[] scale = norm.weight().toDoubles();
    double[] shift = norm.bias().toDoubles();
    double[] mean = norm.mean().toDoubles();
    double[] variance = norm.variance().toDoubles();
    for (int c = 0; c < scale.length; c++) {
      scale[c] = Math.abs(scale[c]) / Math.sqrt(variance[c] + norm.eps());
    }
    Values error = Values.zeros(in.shape());
    for (int i = 0; i < error.data().length; i++) {
      int c = i % scale.length;
      double e = in.error().data()[i];
      double magnitude = scale[c] * (Math.abs(in.value().data()[i]) + e + Math.abs(mean[c]));
      error.data()[i] = scale[c] * e + ELEMENTARY * U * (magnitude + Math.abs(shift[c]));
    }
    return error;
  }

  /** The slope is bounded; erf and the sigmoid are off by a few u of their largest value, 1. */
  private static Values activation(Bounded in) {
    return Reference.zip(
        in.value().abs(), in.error(), (x, e) -> SLOPE * e + ELEMENTARY * U * (x + e));
  }

  private static Values sum(List<Bounded> inputs, Values y) {
    Values e = Reference.zip(inputs.get(0).error(), inputs.get(1).error(), Double::sum);
    return Reference.zip(y.abs(), e, (v, d) -> d + U * (v + d));
  }

  private static Values globalAverage(Bounded in) {
    double gamma = (in.shape().h() * in.shape().w() + AROUND) * U;
    return Reference.globalAverage(
        Reference.zip(in.value().abs(), in.error(), (x, e) -> e + gamma * (x + e)));
  }

  private static Values averagePool(AvgPool2d pool, Bounded in) {
    double gamma = (pool.kernel() * pool.kernel() + AROUND) * U;
    Values each = Reference.zip(in.value().abs(), in.error(), (x, e) -> e + gamma * (x + e));
    return Pooling.apply(
        each, pool.infer(List.of(in.shape())), pool.kernel(), pool.stride(), pool.padding(), true);
  }

  /** The sigmoid's slope is at most ¼, its value at most 1. */
  private static Values squeezeExcite(SqueezeExcite excite, Bounded in) {
    Values mean = Reference.globalAverage(in.value());
    Bounded pooled = new Bounded(mean, globalAverage(in));
    Bounded reduced =
        apply(new Conv2d(excite.reduceWeight(), excite.reduceBias(), 1, 0, 1), List.of(pooled));
    Bounded rectified = apply(new Relu(), List.of(reduced));
    Bounded expanded =
        apply(new Conv2d(excite.expandWeight(), excite.expandBias(), 1, 0, 1), List.of(rectified));
    Values gate = expanded.value().map(Reference::sigmoid);
    Values gateError = expanded.error().map(e -> e / 4 + ELEMENTARY * U);
    Values fromInput = Reference.gate(in.error(), Reference.zip(gate, gateError, Double::sum));
    Values fromGate = Reference.gate(in.value().abs(), gateError);
    return Reference.zip(fromInput, fromGate, Double::sum);
  }

  static double[] absolute(double[] values) {
    double[] absolute = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      absolute[i] = Math.abs(values[i]);
    }
    return absolute;
  }
}
