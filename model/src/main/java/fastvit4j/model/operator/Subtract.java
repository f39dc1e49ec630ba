package fastvit4j.model.operator;

import java.util.List;

/** The first activation minus the second, of one shape. */
public record Subtract() implements Operator {
  @Override
  public Shape infer(List<Shape> inputs) {
    if (!inputs.get(0).equals(inputs.get(1))) {
      throw new ShapeException("cannot subtract shapes " + inputs.get(0) + " and " + inputs.get(1));
    }
    return inputs.getFirst();
  }

  @Override
  public int arity() {
    return 2;
  }
}
