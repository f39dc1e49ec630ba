package fastvit4j.tests.oracle;

import fastvit4j.model.operator.Shape;
import fastvit4j.model.tensor.Activation;
import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;

/** A float64 activation, NHWC, as {@link Activation} is a float32 one. */
public final class Values {
  private final Shape shape;
  private final double[] data;

  Values(Shape shape, double[] data) {
    this.shape = shape;
    this.data = data;
  }

  /** Batch, height, width and channels. */
  public Shape shape() {
    return shape;
  }

  /** The elements themselves, row-major. */
  public double[] data() {
    return data;
  }

  /** Zeros. */
  static Values zeros(Shape shape) {
    return new Values(shape, new double[shape.elements()]);
  }

  /** What a float32 activation holds. */
  public static Values of(Activation activation) {
    double[] data = new double[activation.shape().elements()];
    for (int i = 0; i < data.length; i++) {
      data[i] = activation.get(i);
    }
    return new Values(activation.shape(), data);
  }

  /** Element by element. */
  Values map(DoubleUnaryOperator f) {
    double[] mapped = new double[data.length];
    Arrays.parallelSetAll(mapped, i -> f.applyAsDouble(data[i]));
    return new Values(shape, mapped);
  }

  /** Absolute values. */
  Values abs() {
    return map(Math::abs);
  }

  /** The element that stands at {@code index} in NCHW order. */
  public double nchw(long index) {
    int w = (int) (index % shape.w());
    long rest = index / shape.w();
    int h = (int) (rest % shape.h());
    rest /= shape.h();
    int c = (int) (rest % shape.c());
    int n = (int) (rest / shape.c());
    return data[((n * shape.h() + h) * shape.w() + w) * shape.c() + c];
  }

  /** The largest absolute value. */
  public double largest() {
    double largest = 0;
    for (double value : data) {
      largest = Math.max(largest, Math.abs(value));
    }
    return largest;
  }

  /** The root mean square of all elements. */
  public double rootMeanSquare() {
    return Math.sqrt(Arrays.stream(data).map(v -> v * v).sum() / data.length);
  }

  /** The mean of all elements. */
  public double mean() {
    double sum = 0;
    for (double value : data) {
      sum += value;
    }
    return sum / data.length;
  }

  /** The standard deviation over all elements, with n − 1 in the denominator as PyTorch has it. */
  public double std() {
    double mean = mean();
    double sum = 0;
    for (double value : data) {
      sum += (value - mean) * (value - mean);
    }
    return Math.sqrt(sum / (data.length - 1));
  }
}
