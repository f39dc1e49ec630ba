package fastvit4j.model.operator;

import fastvit4j.model.tensor.Tensor;
import java.util.List;

/**
 * Batch normalisation at inference: {@code y = (x − mean) / √(variance + eps) · weight + bias},
 * channel by channel.
 *
 * @param weight scale, [C]
 * @param bias shift, [C]
 * @param mean running mean, [C]
 * @param variance running variance, [C]
 * @param eps added to the variance
 */
public record BatchNorm(Tensor weight, Tensor bias, Tensor mean, Tensor variance, double eps)
    implements Operator {
  /** PyTorch's default, and that of every FastViT checkpoint. */
  public static final double EPS = 1e-5;

  /** Checks the parameters' shapes. */
  public BatchNorm {
    for (Tensor tensor : List.of(weight, bias, mean, variance)) {
      if (tensor.rank() != 1 || tensor.dim(0) != weight.dim(0)) {
        throw new ShapeException(tensor + " must be a vector of " + weight.dim(0) + " channels");
      }
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

  @Override
  public List<Tensor> buffers() {
    return List.of(mean, variance);
  }
}
