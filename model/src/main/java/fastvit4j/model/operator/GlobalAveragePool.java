package fastvit4j.model.operator;

import java.util.List;

/** The mean over an image's pixels, channel by channel: [N, H, W, C] to [N, 1, 1, C]. */
public record GlobalAveragePool() implements Operator {
  @Override
  public Shape infer(List<Shape> inputs) {
    Shape in = inputs.getFirst();
    return new Shape(in.n(), 1, 1, in.c());
  }
}
