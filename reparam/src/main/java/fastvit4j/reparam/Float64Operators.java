package fastvit4j.reparam;

import fastvit4j.model.operator.Add;
import fastvit4j.model.operator.AvgPool2d;
import fastvit4j.model.operator.BatchNorm;
import fastvit4j.model.operator.Conv2d;
import fastvit4j.model.operator.FirstToken;
import fastvit4j.model.operator.Gelu;
import fastvit4j.model.operator.GlobalAveragePool;
import fastvit4j.model.operator.GroupNorm;
import fastvit4j.model.operator.LayerNorm;
import fastvit4j.model.operator.LayerScale;
import fastvit4j.model.operator.Linear;
import fastvit4j.model.operator.MaxPool2d;
import fastvit4j.model.operator.Operator;
import fastvit4j.model.operator.Relu;
import fastvit4j.model.operator.SelfAttention;
import fastvit4j.model.operator.Shape;
import fastvit4j.model.operator.Silu;
import fastvit4j.model.operator.SqueezeExcite;
import fastvit4j.model.operator.Subtract;
import fastvit4j.model.operator.TokenEmbedding;
import fastvit4j.reparam.Float64Evaluator.Value;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;

/** Every operator in float64, as its Javadoc defines it. */
final class Float64Operators {
  private Float64Operators() {}

  /** The operator's output for these inputs, NHWC, in the given shape. */
  static double[] compute(Operator operator, List<Value> inputs, Shape out) {
    Value x = inputs.getFirst();
    return switch (operator) {
      case Conv2d conv -> Float64Projections.convolution(conv, x, out);
      case Linear linear -> Float64Projections.linear(linear, x, out);
      case BatchNorm norm -> batchNorm(norm, x);
      case LayerNorm norm -> Float64Tokens.layerNorm(norm, x);
      case GroupNorm norm -> Float64Tokens.groupNorm(norm, x);
      case TokenEmbedding embedding -> Float64Tokens.embed(embedding, x, out);
      case FirstToken _ -> Float64Tokens.first(x, out);
      case LayerScale scale -> perChannel(x, scale.gamma().toDoubles(), new double[x.shape().c()]);
      case Gelu _ -> map(x, v -> 0.5 * v * (1 + Erf.erf(v * Math.sqrt(0.5))));
      case Relu _ -> map(x, v -> Math.max(v, 0));
      case Silu _ -> map(x, v -> v * sigmoid(v));
      case Add _ -> combine(x, inputs.get(1), 1);
      case Subtract _ -> combine(x, inputs.get(1), -1);
      case SelfAttention attention -> Float64Attention.compute(attention, x, out);
      case SqueezeExcite excite -> squeezeExcite(excite, x);
      case GlobalAveragePool _ -> means(x);
      case AvgPool2d pool -> pool(x, out, pool.kernel(), pool.stride(), pool.padding(), false);
      case MaxPool2d pool -> pool(x, out, pool.kernel(), pool.stride(), pool.padding(), true);
    };
  }

  private static double[] map(Value x, DoubleUnaryOperator function) {
    double[] y = new double[x.data().length];
    Arrays.parallelSetAll(y, i -> function.applyAsDouble(x.data()[i]));
    return y;
  }

  private static double[] combine(Value a, Value b, double factor) {
    double[] y = new double[a.data().length];
    Arrays.setAll(y, i -> a.data()[i] + factor * b.data()[i]);
    return y;
  }

  private static double sigmoid(double v) {
    return 1 / (1 + Math.exp(-v));
  }

  private static double[] perChannel(Value x, double[] scale, double[] shift) {
    int c = x.shape().c();
    double[] y = new double[x.data().length];
    Arrays.setAll(y, i -> x.data()[i] * scale[i % c] + shift[i % c]);
    return y;
  }

  /** In the order of the formula, not as the passes fold it: a mistake there must not hide here. */
  private static double[] batchNorm(BatchNorm norm, Value x) {
    double[] weight = norm.weight().toDoubles();
    double[] bias = norm.bias().toDoubles();
    double[] mean = norm.mean().toDoubles();
    double[] deviation = norm.variance().toDoubles();
    Arrays.setAll(deviation, c -> Math.sqrt(deviation[c] + norm.eps()));
    int channels = norm.channels();
    double[] y = new double[x.data().length];
    for (int i = 0; i < y.length; i++) {
      int c = i % channels;
      y[i] = (x.data()[i] - mean[c]) / deviation[c] * weight[c] + bias[c];
    }
    return y;
  }

  private static double[] means(Value x) {
    int c = x.shape().c();
    int pixels = x.shape().h() * x.shape().w();
    double[] means = new double[x.shape().n() * c];
    for (int i = 0; i < x.data().length; i++) {
      means[i / (pixels * c) * c + i % c] += x.data()[i];
    }
    Arrays.setAll(means, i -> means[i] / pixels);
    return means;
  }

  private static double[] squeezeExcite(SqueezeExcite excite, Value x) {
    int c = excite.channels();
    int r = excite.reduced();
    int pixels = x.shape().h() * x.shape().w();
    Shape pooled = new Shape(x.shape().n(), 1, 1, c);
    Linear reduce = new Linear(excite.reduceWeight().withShape(r, c), excite.reduceBias());
    Linear expand = new Linear(excite.expandWeight().withShape(c, r), excite.expandBias());
    Value hidden =
        new Value(
            pooled.withChannels(r),
            Float64Projections.linear(reduce, new Value(pooled, means(x)), pooled.withChannels(r)));
    Value active = new Value(hidden.shape(), map(hidden, v -> Math.max(v, 0)));
    double[] gates = Float64Projections.linear(expand, active, pooled);
    double[] y = new double[x.data().length];
    Arrays.setAll(y, i -> x.data()[i] * sigmoid(gates[i / (pixels * c) * c + i % c]));
    return y;
  }

  private static double[] pool(
      Value x, Shape out, int kernel, int stride, int padding, boolean maximum) {
    int h = x.shape().h();
    int w = x.shape().w();
    int c = x.shape().c();
    double[] y = new double[out.elements()];
    IntStream.range(0, out.n() * out.h() * out.w())
        .parallel()
        .forEach(
            pixel -> {
              int image = pixel / (out.h() * out.w());
              int top = pixel / out.w() % out.h() * stride - padding;
              int left = pixel % out.w() * stride - padding;
              for (int channel = 0; channel < c; channel++) {
                double sum = 0;
                double largest = Double.NEGATIVE_INFINITY;
                int count = 0;
                for (int row = Math.max(top, 0); row < Math.min(top + kernel, h); row++) {
                  for (int col = Math.max(left, 0); col < Math.min(left + kernel, w); col++) {
                    double v = x.data()[((image * h + row) * w + col) * c + channel];
                    sum += v;
                    largest = Math.max(largest, v);
                    count++;
                  }
                }
                y[pixel * c + channel] = maximum ? largest : sum / count;
              }
            });
    return y;
  }
}
