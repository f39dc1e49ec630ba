package fastvit4j.model.operator;

import java.util.List;

/** An image's first token, the class token: [N, H, W, C] to [N, 1, 1, C], {@code y = x[0, 0]}. */
public record FirstToken() implements Operator {
  @Override
  public Shape infer(List<Shape> inputs) {
    Shape in = inputs.getFirst();
    return new Shape(in.n(), 1, 1, in.c());
  }
}
