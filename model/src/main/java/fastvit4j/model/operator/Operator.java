package fastvit4j.model.operator;

import fastvit4j.model.tensor.Tensor;
import java.util.List;

/**
 * An operator of a network: what it computes, its parameters, the shape of its output and what it
 * costs. Operators are values; which node feeds which is the graph's business. Activations are
 * NHWC, see {@link Shape}.
 */
public sealed interface Operator
    permits Conv2d,
        BatchNorm,
        LayerNorm,
        GroupNorm,
        Gelu,
        Relu,
        Silu,
        Add,
        Subtract,
        LayerScale,
        SelfAttention,
        TokenEmbedding,
        FirstToken,
        SqueezeExcite,
        GlobalAveragePool,
        AvgPool2d,
        MaxPool2d,
        Linear {

  /**
   * The shape of the output.
   *
   * @throws ShapeException if the inputs' shapes do not fit the operator
   */
  Shape infer(List<Shape> inputs);

  /**
   * Multiply-accumulate operations for these inputs: of convolutions, linear layers and attention's
   * two matrix products; biases, activations, normalisations and pooling count nothing.
   */
  default long macs(List<Shape> inputs) {
    return 0;
  }

  /** The trained tensors, in the order in which PyTorch registers them. */
  default List<Tensor> parameters() {
    return List.of();
  }

  /** Tensors of the checkpoint that are not trained: running statistics. */
  default List<Tensor> buffers() {
    return List.of();
  }

  /** How many inputs the operator takes. */
  default int arity() {
    return 1;
  }

  /** The operator's name, for reports: the record's name. */
  default String kind() {
    return getClass().getSimpleName();
  }

  /** Checks that {@code input} has the channels that a tensor expects. */
  static void requireChannels(Shape input, int channels, Tensor tensor) {
    if (input.c() != channels) {
      throw new ShapeException(
          "the input "
              + input
              + " has "
              + input.c()
              + " channels, but "
              + tensor.name()
              + " expects "
              + channels);
    }
  }
}
