package fastvit4j.model.operator;

import java.util.List;

/** The exact Gaussian error linear unit, {@code x · ½ (1 + erf(x / √2))}, element by element. */
public record Gelu() implements Operator {
  @Override
  public Shape infer(List<Shape> inputs) {
    return inputs.getFirst();
  }
}
