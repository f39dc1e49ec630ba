package fastvit4j.tests.oracle;

import fastvit4j.model.operator.Shape;

/**
 * An exact activation with a bound, element by element, on how far any sound float32 computation of
 * it may be off.
 *
 * @param value what float64 gives
 * @param error the bound, absolute
 */
public record Bounded(Values value, Values error) {
  /** A value that every device gets as it is: an input. */
  public static Bounded exact(Values value) {
    return new Bounded(value, Values.zeros(value.shape()));
  }

  Shape shape() {
    return value.shape();
  }
}
