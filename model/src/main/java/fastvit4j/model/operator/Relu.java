package fastvit4j.model.operator;

import java.util.List;

/** The rectifier, {@code max(x, 0)}, element by element. */
public record Relu() implements Operator {
  @Override
  public Shape infer(List<Shape> inputs) {
    return inputs.getFirst();
  }
}
