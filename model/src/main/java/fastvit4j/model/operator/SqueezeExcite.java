package fastvit4j.model.operator;

import fastvit4j.model.tensor.Tensor;
import java.util.List;

/**
 * Squeeze-and-excitation: {@code y = x · sigmoid(expand · relu(reduce · mean(x) + b₁) + b₂)}, the
 * mean over the image's pixels, channel by channel.
 *
 * @param reduceWeight [C / reduction, C, 1, 1]
 * @param reduceBias [C / reduction]
 * @param expandWeight [C, C / reduction, 1, 1]
 * @param expandBias [C]
 */
public record SqueezeExcite(
    Tensor reduceWeight, Tensor reduceBias, Tensor expandWeight, Tensor expandBias)
    implements Operator {
  /** Checks the parameters' shapes. */
  public SqueezeExcite {
    int c = reduceWeight.dim(1);
    int r = reduceWeight.dim(0);
    if (!reduceWeight.hasShape(r, c, 1, 1)
        || !reduceBias.hasShape(r)
        || !expandWeight.hasShape(c, r, 1, 1)
        || !expandBias.hasShape(c)) {
      throw new ShapeException(
          reduceWeight
              + ", "
              + reduceBias
              + ", "
              + expandWeight
              + " and "
              + expandBias
              + " are no squeeze-excite block");
    }
  }

  /** Channels of input and output. */
  public int channels() {
    return reduceWeight.dim(1);
  }

  /** Channels between the two layers. */
  public int reduced() {
    return reduceWeight.dim(0);
  }

  @Override
  public Shape infer(List<Shape> inputs) {
    Operator.requireChannels(inputs.getFirst(), channels(), reduceWeight);
    return inputs.getFirst();
  }

  @Override
  public long macs(List<Shape> inputs) {
    return 2L * inputs.getFirst().n() * channels() * reduced();
  }

  @Override
  public List<Tensor> parameters() {
    return List.of(reduceWeight, reduceBias, expandWeight, expandBias);
  }
}
