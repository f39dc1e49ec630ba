package fastvit4j.tests.oracle;

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
import java.util.List;
import java.util.function.DoubleBinaryOperator;

/** Each operator's formula in float64, written down as its Javadoc gives it: the oracle. */
final class Reference {
  private Reference() {}

  static Values apply(Operator operator, List<Values> inputs) {
    Values x = inputs.getFirst();
    return switch (operator) {
      case Conv2d conv -> new Convolution(conv, false).apply(x, true);
      case Linear linear -> new Convolution(pointwise(linear), false).apply(x, true);
      case BatchNorm norm -> batchNorm(norm, x);
      case LayerNorm norm -> layerNorm(norm, x);
      case GroupNorm norm -> groupNorm(norm, x);
      case TokenEmbedding embedding -> tokens(embedding, x);
      case FirstToken first -> firstToken(x);
      case Gelu gelu -> x.map(v -> v * Erf.normal(v));
      case Relu relu -> x.map(v -> Math.max(v, 0));
      case Silu silu -> x.map(v -> v * sigmoid(v));
      case Add add -> zip(x, inputs.get(1), (a, b) -> a + b);
      case Subtract subtract -> zip(x, inputs.get(1), (a, b) -> a - b);
      case LayerScale scale -> scale(x, scale.gamma().toDoubles());
      case SelfAttention attention -> attention(attention, x);
      case SqueezeExcite excite -> squeezeExcite(excite, x);
      case GlobalAveragePool pool -> globalAverage(x);
      case AvgPool2d pool ->
          Pooling.apply(
              x, pool.infer(shapes(x)), pool.kernel(), pool.stride(), pool.padding(), true);
      case MaxPool2d pool ->
          Pooling.apply(
              x, pool.infer(shapes(x)), pool.kernel(), pool.stride(), pool.padding(), false);
    };
  }

  static double sigmoid(double v) {
    return 1 / (1 + Math.exp(-v));
  }

  /** A linear layer as the 1×1 convolution that it is. */
  static Conv2d pointwise(Linear linear) {
    return new Conv2d(
        linear.weight().withShape(linear.outChannels(), linear.inChannels(), 1, 1),
        linear.bias(),
        1,
        0,
        1);
  }

  static Values zip(Values a, Values b, DoubleBinaryOperator f) {
    Values y = Values.zeros(a.shape());
    for (int i = 0; i < y.data().length; i++) {
      y.data()[i] = f.applyAsDouble(a.data()[i], b.data()[i]);
    }
    return y;
  }

  /** Multiplies each channel by its factor. */
  static Values scale(Values x, double[] factors) {
    Values y = Values.zeros(x.shape());
    for (int i = 0; i < y.data().length; i++) {
      y.data()[i] = x.data()[i] * factors[i % factors.length];
    }
    return y;
  }

  static Values globalAverage(Values x) {
    Shape in = x.shape();
    int pixels = in.h() * in.w();
    Values y = Values.zeros(new Shape(in.n(), 1, 1, in.c()));
    for (int i = 0; i < x.data().length; i++) {
      int n = i / (pixels * in.c());
      y.data()[n * in.c() + i % in.c()] += x.data()[i];
    }
    return y.map(sum -> sum / pixels);
  }

  private static Values batchNorm(BatchNorm norm, Values x) {
    double[] weight = norm.weight().toDoubles();
    double[] bias = norm.bias().toDoubles();
    double[] mean = norm.mean().toDoubles();
    double[] variance = norm.variance().toDoubles();
    Values y = Values.zeros(x.shape());
    for (int i = 0; i < y.data().length; i++) {
      int c = i % weight.length;
      y.data()[i] =
          (x.data()[i] - mean[c]) / Math.sqrt(variance[c] + norm.eps()) * weight[c] + bias[c];
    }
    return y;
  }

  private static Values layerNorm(LayerNorm norm, Values x) {
    double[] weight = norm.weight().toDoubles();
    double[] bias = norm.bias().toDoubles();
    int channels = weight.length;
    Values y = Values.zeros(x.shape());
    for (int from = 0; from < y.data().length; from += channels) {
      double mean = 0;
      for (int c = 0; c < channels; c++) {
        mean += x.data()[from + c] / channels;
      }
      double variance = 0;
      for (int c = 0; c < channels; c++) {
        variance += Math.pow(x.data()[from + c] - mean, 2) / channels;
      }
      for (int c = 0; c < channels; c++) {
        y.data()[from + c] =
            (x.data()[from + c] - mean) / Math.sqrt(variance + norm.eps()) * weight[c] + bias[c];
      }
    }
    return y;
  }

  /** An image at a time: all its elements have one mean and one variance. */
  private static Values groupNorm(GroupNorm norm, Values x) {
    double[] weight = norm.weight().toDoubles();
    double[] bias = norm.bias().toDoubles();
    int image = x.shape().elements() / x.shape().n();
    Values y = Values.zeros(x.shape());
    for (int from = 0; from < y.data().length; from += image) {
      double mean = 0;
      for (int i = 0; i < image; i++) {
        mean += x.data()[from + i] / image;
      }
      double variance = 0;
      for (int i = 0; i < image; i++) {
        variance += Math.pow(x.data()[from + i] - mean, 2) / image;
      }
      for (int i = 0; i < image; i++) {
        int c = i % weight.length;
        y.data()[from + i] =
            (x.data()[from + i] - mean) / Math.sqrt(variance + norm.eps()) * weight[c] + bias[c];
      }
    }
    return y;
  }

  /** The class token, then the patches row by row, each plus its position. */
  private static Values tokens(TokenEmbedding embedding, Values x) {
    double[] classToken = embedding.classToken().toDoubles();
    double[] positions = embedding.positions().toDoubles();
    Values y = Values.zeros(embedding.infer(shapes(x)));
    int channels = classToken.length;
    int tokens = embedding.tokens();
    for (int n = 0; n < x.shape().n(); n++) {
      for (int t = 0; t < tokens; t++) {
        for (int c = 0; c < channels; c++) {
          double value =
              t == 0 ? classToken[c] : x.data()[(n * (tokens - 1) + t - 1) * channels + c];
          y.data()[(n * tokens + t) * channels + c] = value + positions[t * channels + c];
        }
      }
    }
    return y;
  }

  private static Values firstToken(Values x) {
    Shape in = x.shape();
    Values y = Values.zeros(new Shape(in.n(), 1, 1, in.c()));
    for (int n = 0; n < in.n(); n++) {
      System.arraycopy(x.data(), n * in.h() * in.w() * in.c(), y.data(), n * in.c(), in.c());
    }
    return y;
  }

  private static Values squeezeExcite(SqueezeExcite excite, Values x) {
    Values reduced = reduce(excite).apply(globalAverage(x), true).map(v -> Math.max(v, 0));
    Values gates = expand(excite).apply(reduced, true).map(Reference::sigmoid);
    return gate(x, gates);
  }

  static Convolution reduce(SqueezeExcite excite) {
    return new Convolution(new Conv2d(excite.reduceWeight(), excite.reduceBias(), 1, 0, 1), false);
  }

  static Convolution expand(SqueezeExcite excite) {
    return new Convolution(new Conv2d(excite.expandWeight(), excite.expandBias(), 1, 0, 1), false);
  }

  /** Multiplies each image's channels by its own gates. */
  static Values gate(Values x, Values gates) {
    Shape in = x.shape();
    int image = in.h() * in.w() * in.c();
    Values y = Values.zeros(in);
    for (int i = 0; i < y.data().length; i++) {
      y.data()[i] = x.data()[i] * gates.data()[i / image * in.c() + i % in.c()];
    }
    return y;
  }

  private static Values attention(SelfAttention attention, Values x) {
    Values y = Values.zeros(attention.infer(shapes(x)));
    for (int n = 0; n < x.shape().n(); n++) {
      for (int head = 0; head < attention.heads(); head++) {
        attend(new Head(attention, x.shape(), n, head), x.data(), y);
      }
    }
    return y;
  }

  private static void attend(Head head, double[] x, Values y) {
    for (int i = 0; i < head.tokens(); i++) {
      double[] weights = head.probabilities(x, i);
      for (int d = 0; d < head.dim(); d++) {
        double sum = 0;
        for (int j = 0; j < head.tokens(); j++) {
          sum += weights[j] * x[head.value(j, d)];
        }
        y.data()[head.output(i, d)] = sum;
      }
    }
  }

  private static List<Shape> shapes(Values x) {
    return List.of(x.shape());
  }
}
