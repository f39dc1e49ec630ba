package fastvit4j.model.operator;

import fastvit4j.model.tensor.Tensor;
import java.util.List;

/**
 * A trained factor for each channel: {@code y = gamma · x}.
 *
 * @param gamma [C], or [C, 1, 1] as FastViT's checkpoints store it
 */
public record LayerScale(Tensor gamma) implements Operator {
  /** Checks the parameter's shape. */
  public LayerScale {
    if (gamma.rank() < 1 || gamma.elements() != gamma.dim(0)) {
      throw new ShapeException(gamma + " must have one element for each channel");
    }
  }

  /** Channels. */
  public int channels() {
    return gamma.dim(0);
  }

  @Override
  public Shape infer(List<Shape> inputs) {
    Operator.requireChannels(inputs.getFirst(), channels(), gamma);
    return inputs.getFirst();
  }

  @Override
  public List<Tensor> parameters() {
    return List.of(gamma);
  }
}
