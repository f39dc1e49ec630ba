package fastvit4j.model.tensor;

/**
 * Where a graph's builder takes its tensors from: a checkpoint, synthetic values, or shapes alone.
 * A builder asks for every tensor of its network by name and shape.
 */
public interface Weights {
  /** The tensor of that name; its shape is the given one. */
  Tensor tensor(String name, int... shape);

  /**
   * Whether the source has a tensor of that name. A source that makes what it is asked for says no,
   * and the builder then follows the configuration alone.
   */
  default boolean has(String name) {
    return false;
  }

  /** Names and shapes without values. */
  static Weights shapesOnly() {
    return Tensor::shapeOnly;
  }
}
