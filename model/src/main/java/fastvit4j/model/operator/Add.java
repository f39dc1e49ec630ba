package fastvit4j.model.operator;

import java.util.List;

/** The sum of two activations of one shape. */
public record Add() implements Operator {
  @Override
  public Shape infer(List<Shape> inputs) {
    if (!inputs.get(0).equals(inputs.get(1))) {
      throw new ShapeException("cannot add shapes " + inputs.get(0) + " and " + inputs.get(1));
    }
    return inputs.getFirst();
  }

  @Override
  public int arity() {
    return 2;
  }
}
