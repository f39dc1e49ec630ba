package fastvit4j.model.fastvit;

import fastvit4j.model.graph.GraphBuilder;
import fastvit4j.model.operator.Add;
import fastvit4j.model.operator.BatchNorm;
import fastvit4j.model.operator.Conv2d;
import fastvit4j.model.operator.LayerNorm;
import fastvit4j.model.operator.LayerScale;
import fastvit4j.model.operator.Linear;
import fastvit4j.model.operator.Operator;
import fastvit4j.model.tensor.Tensor;
import fastvit4j.model.tensor.Weights;

/**
 * What the blocks of the paper have in common: where nodes go, where tensors come from, and which
 * form is built. Values are named by the nodes that compute them.
 */
record BlockBuilder(GraphBuilder graph, Weights weights, Form form, FastViTConfig config) {
  static final double LAYER_NORM_EPS = 1e-5;

  /** A square convolution padded so that a stride of 1 keeps the size. */
  record ConvShape(int in, int out, int kernel, int stride, int groups) {
    static ConvShape depthwise(int channels, int kernel) {
      return new ConvShape(channels, channels, kernel, 1, channels);
    }

    static ConvShape pointwise(int in, int out) {
      return new ConvShape(in, out, 1, 1, 1);
    }

    boolean keepsShape() {
      return in == out && stride == 1;
    }
  }

  String conv(String name, String block, ConvShape shape, boolean biased, String input) {
    Tensor weight =
        weights.tensor(
            name + ".weight", shape.out, shape.in / shape.groups, shape.kernel, shape.kernel);
    Tensor bias = biased ? weights.tensor(name + ".bias", shape.out) : null;
    Conv2d conv = new Conv2d(weight, bias, shape.stride, shape.kernel / 2, shape.groups);
    return graph.add(name, block, conv, input);
  }

  String linear(String name, String block, int in, int out, boolean biased, String input) {
    Tensor weight = weights.tensor(name + ".weight", out, in);
    Tensor bias = biased ? weights.tensor(name + ".bias", out) : null;
    return graph.add(name, block, new Linear(weight, bias), input);
  }

  String batchNorm(String name, String block, int channels, String input) {
    Tensor weight = weights.tensor(name + ".weight", channels);
    Tensor bias = weights.tensor(name + ".bias", channels);
    Tensor mean = weights.tensor(name + ".running_mean", channels);
    Tensor variance = weights.tensor(name + ".running_var", channels);
    BatchNorm norm = new BatchNorm(weight, bias, mean, variance, BatchNorm.EPS);
    return graph.add(name, block, norm, input);
  }

  /** The configuration's normalisation. */
  String norm(String name, String block, int channels, String input) {
    if (config.normalization() == Normalization.BATCH) {
      return batchNorm(name, block, channels, input);
    }
    Tensor weight = weights.tensor(name + ".weight", channels);
    Tensor bias = weights.tensor(name + ".bias", channels);
    return graph.add(name, block, new LayerNorm(weight, bias, LAYER_NORM_EPS), input);
  }

  /** Whether the configuration's normalisation has vanished into a neighbour in this form. */
  boolean normFolded() {
    return form == Form.INFERENCE && config.normalization() == Normalization.BATCH;
  }

  /** A convolution and its batch normalisation: {@code NAME.conv} and {@code NAME.bn}. */
  String convNorm(String name, String block, ConvShape shape, String input) {
    String convolved = conv(name + ".conv", block, shape, false, input);
    return batchNorm(name + ".bn", block, shape.out, convolved);
  }

  String activation(String name, String block, String input) {
    return graph.add(name, block, config.activation().operator(), input);
  }

  String add(String name, String block, String first, String second) {
    return graph.add(name, block, new Add(), first, second);
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
    return graph.add(name, block, new LayerScale(gamma), input);
  }
}
