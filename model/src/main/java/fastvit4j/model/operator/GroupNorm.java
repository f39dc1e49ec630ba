package fastvit4j.model.operator;

import fastvit4j.model.tensor.Tensor;
import java.util.List;

/**
 * Group normalisation with one group, as PoolFormer has it: {@code y = (x − mean) / √(variance +
 * eps) · weight[c] + bias[c]} with the mean and the (biased) variance of all H·W·C elements of an
 * image.
 *
 * @param weight scale, [C]
 * @param bias shift, [C]
 * @param eps added to the variance
 */
public record GroupNorm(Tensor weight, Tensor bias, double eps) implements Operator {
  /** Checks the parameters' shapes. */
  public GroupNorm {
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
