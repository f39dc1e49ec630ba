package fastvit4j.tools.verify;

import fastvit4j.model.operator.Operator;
import fastvit4j.model.operator.Shape;
import fastvit4j.model.tensor.Activation;
import fastvit4j.reparam.Float64Evaluator;
import fastvit4j.reparam.Float64Evaluator.Value;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;

/** Arithmetic on float64 values, element by element. */
final class Values {
  private Values() {}

  static Value zeros(Shape shape) {
    return new Value(shape, new double[shape.elements()]);
  }

  /** What a float32 activation holds. */
  static Value of(Activation activation) {
    double[] data = new double[activation.shape().elements()];
    Arrays.setAll(data, activation::get);
    return new Value(activation.shape(), data);
  }

  static Value map(Value x, DoubleUnaryOperator f) {
    double[] y = new double[x.data().length];
    Arrays.setAll(y, i -> f.applyAsDouble(x.data()[i]));
    return new Value(x.shape(), y);
  }

  static Value abs(Value x) {
    return map(x, Math::abs);
  }

  static Value zip(Value a, Value b, DoubleBinaryOperator f) {
    double[] y = new double[a.data().length];
    Arrays.setAll(y, i -> f.applyAsDouble(a.data()[i], b.data()[i]));
    return new Value(a.shape(), y);
  }

  /** An operator of one input. */
  static Value apply(Operator operator, Value x) {
    return Float64Evaluator.apply(operator, List.of(x));
  }
}
