package fastvit4j.model.operator;

import java.util.List;

/** The sigmoid linear unit, {@code x / (1 + e⁻ˣ)}, element by element. */
public record Silu() implements Operator {
  @Override
  public Shape infer(List<Shape> inputs) {
    return inputs.getFirst();
  }
}
