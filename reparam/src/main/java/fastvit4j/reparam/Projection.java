package fastvit4j.reparam;

import fastvit4j.model.graph.Node;
import fastvit4j.model.operator.Conv2d;
import fastvit4j.model.operator.Linear;
import fastvit4j.model.operator.Operator;
import fastvit4j.model.tensor.Tensor;
import java.util.List;
import java.util.function.Supplier;

/** Convolutions and linear layers seen alike: their tensors and where they are applied. */
final class Projection {
  private Projection() {}

  static boolean is(Operator operator) {
    return operator instanceof Conv2d || operator instanceof Linear;
  }

  /** The tensors of a layer with an affine map after it. */
  static FoldedTensors then(Operator operator, Supplier<Affine> affine) {
    return FoldedTensors.then(weightOf(operator), biasOf(operator), affine);
  }

  /** The tensors of a layer, of a 1×1 kernel and one group, with an affine map before it. */
  static FoldedTensors after(Operator operator, Supplier<Affine> affine) {
    return FoldedTensors.after(weightOf(operator), biasOf(operator), affine);
  }

  /** The node under the same name, reading {@code input}, with other tensors. */
  static Node with(Node node, String input, FoldedTensors tensors) {
    return with(node, input, biasName(node), tensors);
  }

  /** The node with its rows scaled; without a bias, it gets none. */
  static Node scaled(Node node, FoldedTensors tensors) {
    String bias = biasOf(node.operator()) == null ? null : biasName(node);
    return with(node, node.input(), bias, tensors);
  }

  private static Node with(Node node, String input, String bias, FoldedTensors tensors) {
    String weight = weightOf(node.operator()).name();
    Operator operator = operator(node.operator(), weight, bias, tensors);
    return new Node(node.name(), node.block(), operator, List.of(input));
  }

  /** A convolution like another, but with tensors of its own. */
  static Conv2d convolution(Conv2d like, String name, FoldedTensors tensors) {
    return (Conv2d) operator(like, name + ".weight", name + ".bias", tensors);
  }

  private static Operator operator(
      Operator like, String weightName, String biasName, FoldedTensors tensors) {
    Tensor weight = tensors.weight(weightName);
    Tensor bias = biasName == null ? null : tensors.bias(biasName);
    return like instanceof Conv2d conv
        ? new Conv2d(weight, bias, conv.stride(), conv.padding(), conv.groups())
        : new Linear(weight, bias);
  }

  private static Tensor weightOf(Operator operator) {
    return operator instanceof Conv2d conv ? conv.weight() : ((Linear) operator).weight();
  }

  private static Tensor biasOf(Operator operator) {
    return operator instanceof Conv2d conv ? conv.bias() : ((Linear) operator).bias();
  }

  private static String biasName(Node node) {
    Tensor bias = biasOf(node.operator());
    if (bias != null) {
      return bias.name();
    }
    String weight = weightOf(node.operator()).name();
    return weight.endsWith(".weight")
        ? weight.substring(0, weight.length() - ".weight".length()) + ".bias"
        : node.name() + ".bias";
  }
}
