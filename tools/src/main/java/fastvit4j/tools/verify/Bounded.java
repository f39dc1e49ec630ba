package fastvit4j.tools.verify;

import fastvit4j.model.operator.Shape;
import fastvit4j.reparam.Float64Evaluator.Value;

/**
 * An exact value with a bound, element by element, on how far any sound float32 computation of it
 * may be off.
 *
 * @param value what float64 gives
 * @param error the bound, absolute
 */
public record Bounded(Value value, Value error) {
  /** A value that every device gets as it is: an input. */
  public static Bounded exact(Value value) {
    return new Bounded(value, Values.zeros(value.shape()));
  }

  Shape shape() {
    return value.shape();
  }
}
