package fastvit4j.model.operator;

import fastvit4j.model.tensor.Tensor;
import java.util.List;

/**
 * A linear layer at every pixel: {@code y = weight · x + bias}.
 *
 * @param weight [O, C]
 * @param bias [O], or null
 */
public record Linear(Tensor weight, Tensor bias) implements Operator {
  /** Checks the parameters' shapes. */
  public Linear {
    if (weight.rank() != 2) {
      throw new ShapeException(weight + " must have 2 dimensions to be a linear layer's weight");
    }
    if (bias != null && !bias.hasShape(weight.dim(0))) {
      throw new ShapeException(
          bias + " must have one element for each of " + weight.dim(0) + " output channels");
    }
  }

  /** Output channels. */
  public int outChannels() {
    return weight.dim(0);
  }

  /** Input channels. */
  public int inChannels() {
    return weight.dim(1);
  }

  @Override
  public Shape infer(List<Shape> inputs) {
    Operator.requireChannels(inputs.getFirst(), inChannels(), weight);
    return inputs.getFirst().withChannels(outChannels());
  }

  @Override
  public long macs(List<Shape> inputs) {
    return (long) inputs.getFirst().pixels() * inChannels() * outChannels();
  }

  @Override
  public List<Tensor> parameters() {
    return bias == null ? List.of(weight) : List.of(weight, bias);
  }
}
