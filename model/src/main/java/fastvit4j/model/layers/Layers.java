package fastvit4j.model.layers;

import fastvit4j.model.graph.GraphBuilder;
import fastvit4j.model.operator.Add;
import fastvit4j.model.operator.BatchNorm;
import fastvit4j.model.operator.Conv2d;
import fastvit4j.model.operator.GroupNorm;
import fastvit4j.model.operator.LayerNorm;
import fastvit4j.model.operator.LayerScale;
import fastvit4j.model.operator.Linear;
import fastvit4j.model.operator.Operator;
import fastvit4j.model.operator.SqueezeExcite;
import fastvit4j.model.tensor.Tensor;
import fastvit4j.model.tensor.Weights;

/**
 * Adds layers to a graph: nodes whose tensors have the node's name and PyTorch's endings. Each
 * method returns the name of the value that it made.
 *
 * @param graph where nodes go
 * @param weights where tensors come from
 */
public record Layers(GraphBuilder graph, Weights weights) {
  /** A convolution, {@code NAME.weight} and, if biased, {@code NAME.bias}. */
  public String conv(String name, String block, ConvShape shape, boolean biased, String input) {
    Tensor weight =
        weights.tensor(
            name + ".weight",
            shape.out(),
            shape.in() / shape.groups(),
            shape.kernel(),
            shape.kernel());
    Tensor bias = biased ? weights.tensor(name + ".bias", shape.out()) : null;
    return node(
        name,
        block,
        new Conv2d(weight, bias, shape.stride(), shape.padding(), shape.groups()),
        input);
  }

  /** A linear layer at every pixel, {@code NAME.weight} and, if biased, {@code NAME.bias}. */
  public String linear(String name, String block, int in, int out, boolean biased, String input) {
    Tensor weight = weights.tensor(name + ".weight", out, in);
    Tensor bias = biased ? weights.tensor(name + ".bias", out) : null;
    return node(name, block, new Linear(weight, bias), input);
  }

  /** Batch normalisation. */
  public String batchNorm(String name, String block, int channels, String input) {
    Tensor weight = weights.tensor(name + ".weight", channels);
    Tensor bias = weights.tensor(name + ".bias", channels);
    Tensor mean = weights.tensor(name + ".running_mean", channels);
    Tensor variance = weights.tensor(name + ".running_var", channels);
    return node(name, block, new BatchNorm(weight, bias, mean, variance, BatchNorm.EPS), input);
  }

  /** Layer normalisation over the channels of each pixel. */
  public String layerNorm(String name, String block, int channels, double eps, String input) {
    Tensor weight = weights.tensor(name + ".weight", channels);
    Tensor bias = weights.tensor(name + ".bias", channels);
    return node(name, block, new LayerNorm(weight, bias, eps), input);
  }

  /** Group normalisation with one group. */
  public String groupNorm(String name, String block, int channels, double eps, String input) {
    Tensor weight = weights.tensor(name + ".weight", channels);
    Tensor bias = weights.tensor(name + ".bias", channels);
    return node(name, block, new GroupNorm(weight, bias, eps), input);
  }

  /** A LayerScale whose tensor has a name of its own. */
  public String layerScale(String name, String block, Tensor gamma, String input) {
    return node(name, block, new LayerScale(gamma), input);
  }

  /** Squeeze-and-excitation, {@code NAME.fc1} and {@code NAME.fc2}. */
  public String squeezeExcite(String name, String block, int channels, int reduced, String input) {
    SqueezeExcite excite =
        new SqueezeExcite(
            weights.tensor(name + ".fc1.weight", reduced, channels, 1, 1),
            weights.tensor(name + ".fc1.bias", reduced),
            weights.tensor(name + ".fc2.weight", channels, reduced, 1, 1),
            weights.tensor(name + ".fc2.bias", channels));
    return node(name, block, excite, input);
  }

  /** A convolution and its batch normalisation: {@code NAME.conv} and {@code NAME.bn}. */
  public String convNorm(String name, String block, ConvShape shape, String input) {
    String convolved = conv(name + ".conv", block, shape, false, input);
    return batchNorm(name + ".bn", block, shape.out(), convolved);
  }

  /**
   * MobileOne's overparameterized convolution as it is trained: the sum of some k×k convolutions,
   * of a 1×1 convolution where k > 1, and of the input itself where the shape stays, each with
   * batch normalisation.
   *
   * @param branches k×k convolutions
   * @param extra whether there are the 1×1 convolution and the input's branch
   */
  public String mobileOne(String name, ConvShape shape, int branches, boolean extra, String input) {
    String sum = null;
    if (extra && shape.keepsShape()) {
      sum = batchNorm(name + ".identity", name, shape.in(), input);
    }
    if (extra && shape.kernel() > 1) {
      String scale = convNorm(name + ".conv_scale", name, shape.scale(), input);
      sum = sum == null ? scale : add(name + ".add_scale", name, sum, scale);
    }
    for (int i = 0; i < branches; i++) {
      String convolved = convNorm(name + ".conv_kxk." + i, name, shape, input);
      String addition = name + ".add" + (i == 0 ? "" : "_" + i);
      sum = sum == null ? convolved : add(addition, name, sum, convolved);
    }
    return sum;
  }

  /** The sum of two values. */
  public String add(String name, String block, String first, String second) {
    return node(name, block, new Add(), first, second);
  }

  /** Any operator. */
  public String node(String name, String block, Operator operator, String... inputs) {
    return graph.add(name, block, operator, inputs);
  }
}
