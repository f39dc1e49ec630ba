package fastvit4j.reparam;

import fastvit4j.model.graph.Node;
import fastvit4j.model.operator.Conv2d;
import fastvit4j.model.operator.Linear;
import fastvit4j.model.operator.Operator;
import fastvit4j.model.tensor.DType;
import fastvit4j.model.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.Supplier;
import org.ejml.data.DMatrixRMaj;

/** Convolutions and linear layers seen alike: a {@link Kernel} and where it is applied. */
final class Projection {
  private Projection() {}

  static boolean is(Operator operator) {
    return operator instanceof Conv2d || operator instanceof Linear;
  }

  static Kernel kernel(Operator operator) {
    return switch (operator) {
      case Conv2d conv -> Kernel.of(conv);
      case Linear linear -> Kernel.of(linear);
      default -> throw new IllegalArgumentException(operator.kind() + " has no kernel");
    };
  }

  /** The node under the same name, reading {@code input}, with a kernel of the same shape. */
  static Node withKernel(Node node, String input, Supplier<Kernel> kernel) {
    return withKernel(node, input, biasName(node), kernel);
  }

  /** The node with its rows scaled; without a bias, it gets none. */
  static Node withScaledKernel(Node node, Supplier<Kernel> kernel) {
    String bias = biasOf(node.operator()) == null ? null : biasName(node);
    return withKernel(node, node.input(), bias, kernel);
  }

  private static Node withKernel(Node node, String input, String bias, Supplier<Kernel> kernel) {
    Tensor weight = weightOf(node.operator());
    Operator operator = operator(node.operator(), weight.name(), bias, weight.shape(), kernel);
    return new Node(node.name(), node.block(), operator, List.of(input));
  }

  /** A convolution like another, but with a kernel and tensors of its own. */
  static Conv2d convolution(Conv2d like, String name, Supplier<Kernel> kernel) {
    int[] shape = like.weight().shape();
    return (Conv2d) operator(like, name + ".weight", name + ".bias", shape, kernel);
  }

  private static Operator operator(
      Operator like, String weightName, String biasName, int[] shape, Supplier<Kernel> kernel) {
    Parts parts = new Parts(kernel);
    Tensor weight =
        tensor(weightName, biasName == null ? () -> kernel.get().weight() : parts::weight, shape);
    Tensor bias = biasName == null ? null : tensor(biasName, parts::bias, shape[0]);
    return like instanceof Conv2d conv
        ? new Conv2d(weight, bias, conv.stride(), conv.padding(), conv.groups())
        : new Linear(weight, bias);
  }

  private static Tensor tensor(String name, Supplier<DMatrixRMaj> values, int... shape) {
    return Tensor.computed(
        name, DType.F64, shape, () -> MemorySegment.ofArray(values.get().data).asReadOnly());
  }

  /**
   * A kernel that is computed once for both its weight and its bias, which are mostly read one
   * after the other, and kept no longer than until the second one is. (A weak reference would keep
   * it for longer: a collection that moves the reference to the old generation clears none.)
   */
  private static final class Parts {
    private final Supplier<Kernel> source;
    private Kernel kept;
    private boolean keptForBias;

    Parts(Supplier<Kernel> source) {
      this.source = source;
    }

    DMatrixRMaj weight() {
      return kernel(false).weight();
    }

    DMatrixRMaj bias() {
      return kernel(true).bias();
    }

    private synchronized Kernel kernel(boolean forBias) {
      if (kept != null && keptForBias == forBias) {
        Kernel kernel = kept;
        kept = null;
        return kernel;
      }
      kept = source.get();
      keptForBias = !forBias;
      return kept;
    }
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
