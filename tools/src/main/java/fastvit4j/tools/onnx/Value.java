package fastvit4j.tools.onnx;

/**
 * An activation in an ONNX graph.
 *
 * @param name its name
 * @param vector whether it is [N, C], as pooled features and logits are, or else [N, C, H, W]
 */
record Value(String name, boolean vector) {
  static Value map(String name) {
    return new Value(name, false);
  }

  static Value vector(String name) {
    return new Value(name, true);
  }
}
