package fastvit4j.tools.verify;

import fastvit4j.model.operator.Conv2d;
import fastvit4j.model.operator.Linear;
import fastvit4j.model.operator.Operator;
import fastvit4j.model.tensor.Tensor;
import fastvit4j.reparam.Float64Evaluator.Value;
import fastvit4j.runtime.Precision;

/** The error analysis of what vendors' libraries do otherwise than kernels of ours. */
public final class LibraryError {
  /**
   * The largest relative error of a number cut to TF32. It has 10 bits behind the point; half of
   * the last would do if it were rounded to nearest, but a tensor core only takes the upper 19 bits
   * of what it is given.
   */
  private static final double TF32 = 0x1p-10;

  /**
   * The largest relative error of the least exact tanh of float32 numbers that the hardware has,
   * {@code tanh.approx.f32} of PTX.
   */
  private static final double TANH = 0x1p-11;

  private LibraryError() {}

  /**
   * A matrix product with factors cut to TF32 and sums in float32. Each factor is off by at most t
   * = 2⁻¹⁰ of itself, each product by 2 t + t², and the products of two numbers of 11 bits are
   * float32 numbers, which are added as {@link ErrorAnalysis} says. So the error is Σ|w| e + (2 t +
   * t²) M + 3 (fan-in + c) u (1 + t)² M with M = Σ|w| (|x| + e).
   *
   * @param product a linear layer or a pointwise convolution, without bias
   */
  public static Bounded tf32(Operator product, Bounded in) {
    Conv2d conv =
        product instanceof Linear linear ? ErrorAnalysis.pointwise(linear) : (Conv2d) product;
    if (!conv.isPointwise() || conv.bias() != null) {
      throw new IllegalArgumentException("not a matrix product without bias: " + product.kind());
    }
    Tensor weight = ErrorAnalysis.absolute(conv.weight());
    Conv2d absolute = ErrorAnalysis.with(conv, weight, null);
    Value passedOn = Values.apply(absolute, in.error());
    Value magnitude =
        Values.apply(absolute, Values.zip(Values.abs(in.value()), in.error(), Double::sum));
    double cut = (1 + TF32) * (1 + TF32);
    double sums =
        ErrorAnalysis.CUT * (conv.inChannels() + ErrorAnalysis.AROUND) * ErrorAnalysis.U * cut;
    return new Bounded(
        Values.apply(conv, in.value()),
        Values.zip(passedOn, magnitude, (p, m) -> p + (cut - 1 + sums) * m));
  }

  /**
   * GELU by tanh, {@code g(x) = ½ x (1 + tanh(√(2/π) (x + 0.044715 x³)))}, in float32, then stored.
   * Its slope is as bounded as that of the exact one. The tanh is off by at most 2⁻¹¹, and that
   * goes into the result times ½ |x|; the roundings around it are those of elementary functions.
   *
   * <p>The bound allows for the distance between this and the exact GELU, which is at most 4.8e-4,
   * and at most ½ |x| 2⁻¹¹: it does not tell the two apart.
   */
  public static Bounded tanhGelu(Bounded in, Precision precision) {
    Value value = Values.map(in.value(), LibraryError::tanhGelu);
    Value error =
        Values.zip(
            Values.abs(in.value()),
            in.error(),
            (x, e) ->
                ErrorAnalysis.SLOPE * e
                    + (TANH / 2 + ErrorAnalysis.ELEMENTARY * ErrorAnalysis.U) * (x + e));
    return ErrorAnalysis.stored(new Bounded(value, error), precision);
  }

  static double tanhGelu(double x) {
    return 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
  }
}
