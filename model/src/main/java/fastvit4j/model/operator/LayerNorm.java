package fastvit4j.model.operator;

import fastvit4j.model.tensor.Tensor;
import java.util.List;

/**
 * Layer normalisation over the channels of each pixel: {@code y = (x − mean) / √(variance + eps) ·
 * weight + bias} with the mean and the (biased) variance of the pixel's C channels.
 *
 * @param weight scale, [C]
 * @param bias shift, [C]
 * @param eps added to the variance
 */
public record LayerNorm(Tensor weight, Tensor bias, double eps) implements Operator {
  /** Checks the parameters' shapes. */
  public LayerNorm {
    if (weight.rank() != 1 || !bias.hasShape(weight.dim(0))) {
      throw new ShapeException(weight + " and " + bias + " must be vectors of the same channels");
    }
  }

  /** Channels. */
  public int channels() {
    return weight.dim(0);
  }

  @Override
  public Shape infer(List<Shape> inputs) {
    Operator.requireChannels(inputs.getFirst(), channels(), weight);
    return inputs.getFirst();
  }

  @Override
  public List<Tensor> parameters() {
    return List.of(weight, bias);
  }
}
