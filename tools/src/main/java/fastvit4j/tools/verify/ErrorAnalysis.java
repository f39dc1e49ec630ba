package fastvit4j.tools.verify;

import fastvit4j.model.graph.Graph;
import fastvit4j.model.image.PixelBatch;
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
import fastvit4j.model.operator.Silu;
import fastvit4j.model.operator.SqueezeExcite;
import fastvit4j.model.operator.Subtract;
import fastvit4j.model.operator.TokenEmbedding;
import fastvit4j.model.tensor.Activation;
import fastvit4j.model.tensor.Tensor;
import fastvit4j.reparam.Float64Evaluator;
import fastvit4j.reparam.Float64Evaluator.Value;
import fastvit4j.runtime.Precision;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * A running error analysis beside the oracle: for each operator, a bound on the error of its
 * float32 result from bounds on the errors of its inputs. With the unit roundoff u = 2⁻²⁴, a sum of
 * n products in any order, with or without fused multiply-add, is off by at most about n · u ·
 * Σ|w||x| (Higham, Accuracy and Stability of Numerical Algorithms, section 3.1); a few u more stand
 * for parameters rounded to float32 or multiplied into each other, and for elementary functions
 * that are good to a few units in the last place. Where values are stored as float16 and computed
 * with in float32, each weight and each value between operators is rounded once more, with the unit
 * roundoff 2⁻¹¹, and by at most 2⁻²⁵ where it is too small to be a normal number. Nothing here
 * depends on what a device does: fusing operators only removes roundings.
 *
 * <p>Tensor cores multiply float16 numbers exactly, small ones too, and round within a sum in
 * another way than float32 operations do. In which order and how the PTX ISA leaves open;
 * measurements say this (Fasi, Higham, Mikaitis and Pranesh, Numerical behavior of NVIDIA tensor
 * cores, 2021): some products, four on Volta and more since, are added to a sum at once. All are
 * shifted to the exponent of the largest of them, what falls off the 24 bits of that is cut off
 * (one bit more is kept since Turing), and the result is cut to float32 too, not rounded to
 * nearest. So each of k products, the sum before them and the result lose at most 2 u of the
 * largest, (k + 2) / k · 2 u ≤ 3 u for each product. A sum of n products in a matrix product of
 * float16 is therefore taken to be off by 3 n · u · Σ|w||x|, in whatever blocks and order; other
 * sums are never those of tensor cores.
 */
public final class ErrorAnalysis {
  /** Unit roundoff of float32. */
  static final double U = 0x1p-24;

  /** Roundings around a sum: of the parameters, of what is folded into them, of the bias. */
  static final int AROUND = 4;

  /** What each product in a sum of tensor cores may cost, in units of u. */
  static final double CUT = 3;

  /** Error of exp, erf, sigmoid and division in units of u, relative to their largest value. */
  static final int ELEMENTARY = 8;

  /** Largest slope of GELU (1.129, at x = √2), by tanh too, and of SiLU (1.0998). */
  static final double SLOPE = 1.13;

  /** Unit roundoff of float16, and half of its smallest number. */
  private static final double HALF_U = 0x1p-11;

  private static final double HALF_TINY = 0x1p-25;

  private ErrorAnalysis() {}

  /** Every output of a graph with a bound on the error of a float32 computation of it. */
  public static Map<String, Bounded> run(Graph graph, Activation input) {
    return run(graph, input, Precision.FLOAT32);
  }

  /** The same of a computation that stores weights and activations, the input too, so. */
  public static Map<String, Bounded> run(Graph graph, Activation input, Precision precision) {
    return run(graph, Bounded.exact(Values.of(input)), precision);
  }

  /** The same of an input that may be off already. */
  public static Map<String, Bounded> run(Graph graph, Bounded input, Precision precision) {
    return Float64Evaluator.outputs(
        graph, stored(input, precision), (operator, inputs) -> apply(operator, inputs, precision));
  }

  /**
   * What pictures are once they are normalised, {@code (x / 255 − mean) / std}: three roundings, or
   * four where a device multiplies by a factor and adds, both rounded to float32.
   */
  static Bounded normalised(PixelBatch pictures) {
    List<Float> mean = pictures.preprocessing().mean();
    List<Float> std = pictures.preprocessing().std();
    Value value = Values.zeros(pictures.shape());
    Value error = Values.zeros(pictures.shape());
    for (int i = 0; i < value.data().length; i++) {
      int c = i % mean.size();
      double sample = (pictures.samples().get(ValueLayout.JAVA_BYTE, i) & 0xff) / 255.0;
      value.data()[i] = (sample - mean.get(c)) / std.get(c);
      error.data()[i] = AROUND * U * (sample + Math.abs(mean.get(c))) / std.get(c);
    }
    return new Bounded(value, error);
  }

  /** An input once it is stored so. */
  public static Bounded input(Activation input, Precision precision) {
    return stored(Bounded.exact(Values.of(input)), precision);
  }

  /** An operator's output for these inputs. */
  public static Bounded apply(Operator operator, List<Bounded> inputs) {
    return apply(operator, inputs, Precision.FLOAT32);
  }

  /** The same, weights and output stored so. */
  public static Bounded apply(Operator operator, List<Bounded> inputs, Precision precision) {
    Value value = Float64Evaluator.apply(operator, inputs.stream().map(Bounded::value).toList());
    Value error = error(operator, inputs, value, precision);
    return stored(new Bounded(value, error), precision);
  }

  /** A value once it has been rounded to float16, to nearest; float32 is what it was already. */
  static Bounded stored(Bounded computed, Precision precision) {
    return precision == Precision.FLOAT32
        ? computed
        : new Bounded(
            computed.value(),
            Values.zip(
                Values.abs(computed.value()),
                computed.error(),
                (v, e) -> e + HALF_U * (v + e) + HALF_TINY));
  }

  private static Value error(
      Operator operator, List<Bounded> inputs, Value y, Precision precision) {
    Bounded in = inputs.getFirst();
    Value x = in.value();
    Value e = in.error();
    return switch (operator) {
      case Conv2d conv -> convolution(conv, in, precision);
      case Linear linear -> convolution(pointwise(linear), in, precision);
      case BatchNorm norm -> batchNorm(norm, in);
      case LayerNorm norm -> NormalizationError.of(norm, in);
      case GroupNorm norm -> NormalizationError.of(norm, in);
      case TokenEmbedding embedding -> tokens(embedding, in, y);
      case FirstToken first -> Values.apply(first, e);
      case Gelu gelu -> activation(in);
      case Relu relu -> e;
      case Silu silu -> activation(in);
      case Add add -> sum(inputs, y);
      case Subtract subtract -> sum(inputs, y);
      case LayerScale scale ->
          Values.apply(
              new LayerScale(absolute(scale.gamma())),
              Values.zip(Values.abs(x), e, (v, d) -> d + 2 * U * (v + d)));
      case SelfAttention attention -> AttentionError.of(attention, in);
      case SqueezeExcite excite -> squeezeExcite(excite, in, precision);
      case GlobalAveragePool pool -> globalAverage(in);
      case AvgPool2d pool -> averagePool(pool, in);
      case MaxPool2d pool -> Values.apply(pool, e);
    };
  }

  /**
   * Σ|w| e + (fan-in + c) u (Σ|w| (|x| + e) + |b|), of matrix products of float16 three times as
   * many u, for tensor cores; and of weights that are rounded to float16 their roundoff in the
   * place of one, and what is lost of the smallest, times Σ(|x| + e).
   */
  private static Value convolution(Conv2d conv, Bounded in, Precision precision) {
    Tensor weight = absolute(conv.weight());
    Tensor bias = conv.bias() == null ? null : absolute(conv.bias());
    double fanIn = conv.weight().dim(1) * conv.kernelHeight() * (double) conv.kernelWidth();
    Value passedOn = Values.apply(with(conv, weight, null), in.error());
    Value magnitude =
        Values.apply(
            with(conv, weight, bias), Values.zip(Values.abs(in.value()), in.error(), Double::sum));
    boolean matrices = precision == Precision.FLOAT16 && conv.isPointwise();
    double terms = matrices ? CUT * fanIn : fanIn;
    double gamma = (terms + AROUND) * U;
    Value error = Values.zip(passedOn, magnitude, (p, m) -> p + gamma * m);
    if (precision == Precision.FLOAT32) {
      return error;
    }
    Value rounded = Values.zip(error, magnitude, (e, m) -> e + HALF_U * m);
    Value lost =
        Values.apply(
            with(conv, ones(weight), null),
            Values.zip(Values.abs(in.value()), in.error(), Double::sum));
    return Values.zip(rounded, lost, (e, x) -> e + HALF_TINY * x);
  }

  /** |s| e + c u (|s| (|x| + e + |mean|) + |bias|) with s = weight / √(variance + eps). */
  private static Value batchNorm(BatchNorm norm, Bounded in) {
    double[] scale = norm.weight().toDoubles();
    double[] shift = norm.bias().toDoubles();
    double[] mean = norm.mean().toDoubles();
    double[] variance = norm.variance().toDoubles();
    for (int c = 0; c < scale.length; c++) {
      scale[c] = Math.abs(scale[c]) / Math.sqrt(variance[c] + norm.eps());
    }
    Value error = Values.zeros(in.shape());
    for (int i = 0; i < error.data().length; i++) {
      int c = i % scale.length;
      double e = in.error().data()[i];
      double magnitude = scale[c] * (Math.abs(in.value().data()[i]) + e + Math.abs(mean[c]));
      error.data()[i] = scale[c] * e + ELEMENTARY * U * (magnitude + Math.abs(shift[c]));
    }
    return error;
  }

  /** The slope is bounded; erf and the sigmoid are off by a few u of their largest value, 1. */
  private static Value activation(Bounded in) {
    return Values.zip(
        Values.abs(in.value()), in.error(), (x, e) -> SLOPE * e + ELEMENTARY * U * (x + e));
  }

  private static Value sum(List<Bounded> inputs, Value y) {
    Value e = Values.zip(inputs.get(0).error(), inputs.get(1).error(), Double::sum);
    return Values.zip(Values.abs(y), e, (v, d) -> d + U * (v + d));
  }

  /** The inputs' errors where they come from the image, and that of one addition. */
  private static Value tokens(TokenEmbedding embedding, Bounded in, Value y) {
    TokenEmbedding none =
        new TokenEmbedding(zeros(embedding.classToken()), zeros(embedding.positions()));
    Value passedOn = Values.apply(none, in.error());
    return Values.zip(passedOn, y, (e, v) -> e + AROUND * U * (Math.abs(v) + e));
  }

  private static Tensor zeros(Tensor like) {
    double[] values = new double[Math.toIntExact(like.elements())];
    return Tensor.of(like.name(), values, like.shape());
  }

  private static Value globalAverage(Bounded in) {
    double gamma = (in.shape().h() * in.shape().w() + AROUND) * U;
    return Values.apply(
        new GlobalAveragePool(),
        Values.zip(Values.abs(in.value()), in.error(), (x, e) -> e + gamma * (x + e)));
  }

  private static Value averagePool(AvgPool2d pool, Bounded in) {
    double gamma = (pool.kernel() * pool.kernel() + AROUND) * U;
    Value each = Values.zip(Values.abs(in.value()), in.error(), (x, e) -> e + gamma * (x + e));
    return Values.apply(pool, each);
  }

  /**
   * The sigmoid rises, so that its largest movements are those at the ends of its argument's
   * interval: at most 1, however large the argument's error.
   */
  private static Value squeezeExcite(SqueezeExcite excite, Bounded in, Precision precision) {
    Value mean = Values.apply(new GlobalAveragePool(), in.value());
    Bounded pooled = new Bounded(mean, globalAverage(in));
    Conv2d reduce = new Conv2d(excite.reduceWeight(), excite.reduceBias(), 1, 0, 1);
    Conv2d expand = new Conv2d(excite.expandWeight(), excite.expandBias(), 1, 0, 1);
    Bounded reduced = apply(reduce, List.of(pooled), precision);
    Bounded rectified = apply(new Relu(), List.of(reduced));
    Bounded expanded = apply(expand, List.of(rectified), precision);
    Value gate = Values.map(expanded.value(), ErrorAnalysis::sigmoid);
    Value gateError =
        Values.zip(
            expanded.value(),
            expanded.error(),
            (v, e) ->
                Math.max(sigmoid(v + e) - sigmoid(v), sigmoid(v) - sigmoid(v - e))
                    + ELEMENTARY * U);
    Value fromInput = gate(in.error(), Values.zip(gate, gateError, Double::sum));
    Value fromGate = gate(Values.abs(in.value()), gateError);
    return Values.zip(fromInput, fromGate, Double::sum);
  }

  private static double sigmoid(double v) {
    return 1 / (1 + Math.exp(-v));
  }

  /** Multiplies each image's channels by its own gates. */
  private static Value gate(Value x, Value gates) {
    int channels = x.shape().c();
    int image = x.shape().h() * x.shape().w() * channels;
    double[] y = new double[x.data().length];
    Arrays.setAll(y, i -> x.data()[i] * gates.data()[i / image * channels + i % channels]);
    return new Value(x.shape(), y);
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

  static Conv2d with(Conv2d conv, Tensor weight, Tensor bias) {
    return new Conv2d(weight, bias, conv.stride(), conv.padding(), conv.groups());
  }

  private static Tensor ones(Tensor like) {
    double[] values = new double[Math.toIntExact(like.elements())];
    Arrays.fill(values, 1);
    return Tensor.of(like.name(), values, like.shape());
  }

  static Tensor absolute(Tensor tensor) {
    double[] values = tensor.toDoubles();
    Arrays.setAll(values, i -> Math.abs(values[i]));
    return Tensor.of(tensor.name(), values, tensor.shape());
  }
}
