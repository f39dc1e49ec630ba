package fastvit4j.model.fastvit;

import fastvit4j.model.graph.GraphBuilder;
import fastvit4j.model.layers.ConvShape;
import fastvit4j.model.layers.Layers;
import fastvit4j.model.operator.Operator;
import fastvit4j.model.tensor.Tensor;
import fastvit4j.model.tensor.Weights;

/**
 * What the blocks of the paper have in common: where nodes go, where tensors come from, and which
 * form is built. Values are named by the nodes that compute them.
 */
record BlockBuilder(GraphBuilder graph, Weights weights, Form form, FastViTConfig config) {
  static final double LAYER_NORM_EPS = 1e-5;

  /** The layers that this adds. */
  Layers layers() {
    return new Layers(graph, weights);
  }

  String conv(String name, String block, ConvShape shape, boolean biased, String input) {
    return layers().conv(name, block, shape, biased, input);
  }

  String linear(String name, String block, int in, int out, boolean biased, String input) {
    return layers().linear(name, block, in, out, biased, input);
  }

  String batchNorm(String name, String block, int channels, String input) {
    return layers().batchNorm(name, block, channels, input);
  }

  /** The configuration's normalisation. */
  String norm(String name, String block, int channels, String input) {
    if (config.normalization() == Normalization.BATCH) {
      return batchNorm(name, block, channels, input);
    }
    return layers().layerNorm(name, block, channels, LAYER_NORM_EPS, input);
  }

  /** Whether the configuration's normalisation has vanished into a neighbour in this form. */
  boolean normFolded() {
    return form == Form.INFERENCE && config.normalization() == Normalization.BATCH;
  }

  /** A convolution and its batch normalisation: {@code NAME.conv} and {@code NAME.bn}. */
  String convNorm(String name, String block, ConvShape shape, String input) {
    return layers().convNorm(name, block, shape, input);
  }

  String activation(String name, String block, String input) {
    return graph.add(name, block, config.activation().operator(), input);
  }

  String add(String name, String block, String first, String second) {
    return layers().add(name, block, first, second);
  }

  String node(String name, String block, Operator operator, String... inputs) {
    return graph.add(name, block, operator, inputs);
  }

  /**
   * A LayerScale, or nothing in the inference form, where the projection before it has absorbed it.
   */
  String layerScale(String name, String block, int channels, String input) {
    return form == Form.INFERENCE ? input : unfoldedLayerScale(name, block, channels, input);
  }

  /** A LayerScale that no projection stands before. */
  String unfoldedLayerScale(String name, String block, int channels, String input) {
    Tensor gamma = weights.tensor(name + ".gamma", channels, 1, 1);
    return layers().layerScale(name, block, gamma, input);
  }
}
