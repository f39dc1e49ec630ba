package fastvit4j.tools.onnx;

import fastvit4j.model.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** An ONNX graph that grows: nodes, initializers, and the names that are taken. */
final class OnnxGraph {
  private final List<ProtoMessage> nodes = new ArrayList<>();
  private final Map<Key, Initializer> initializers = new LinkedHashMap<>();
  private final Set<String> names = new HashSet<>();

  /** What an initializer was made of: a tensor in a shape, or constants. */
  private record Key(Object content, List<Integer> dimensions) {}

  /** Takes a name; where it is taken already, one that begins with it. */
  String unique(String wanted) {
    String name = wanted;
    for (int i = 1; !names.add(name); i++) {
      name = wanted + "_" + i;
    }
    return name;
  }

  /** Adds a node. */
  void node(
      String operator,
      String name,
      List<String> inputs,
      List<String> outputs,
      ProtoMessage... attributes) {
    ProtoMessage node = new ProtoMessage();
    inputs.forEach(input -> node.text(OnnxSchema.Node.INPUT, input));
    outputs.forEach(output -> node.text(OnnxSchema.Node.OUTPUT, output));
    node.text(OnnxSchema.Node.NAME, name).text(OnnxSchema.Node.OP_TYPE, operator);
    for (ProtoMessage attribute : attributes) {
      node.message(OnnxSchema.Node.ATTRIBUTE, attribute);
    }
    nodes.add(node);
  }

  /** The name of the initializer that holds the tensor. */
  String tensor(Tensor tensor) {
    return tensor(tensor, tensor.shape());
  }

  /** The name of the initializer that holds the tensor's elements in another shape. */
  String tensor(Tensor tensor, int... shape) {
    List<Integer> dimensions = Arrays.stream(shape).boxed().toList();
    return initializers
        .computeIfAbsent(
            new Key(tensor, dimensions),
            _ -> Initializer.of(unique(tensor.name()), tensor, dimensions))
        .name();
  }

  /** The name of an initializer that holds whole numbers. */
  String integers(String name, long... values) {
    Initializer initializer = Initializer.of(unique(name), values);
    initializers.put(new Key(initializer, initializer.dimensions()), initializer);
    return initializer.name();
  }

  /** The name of an initializer that holds one number. */
  String scalar(String name, float value) {
    Initializer initializer = Initializer.of(unique(name), value);
    initializers.put(new Key(initializer, initializer.dimensions()), initializer);
    return initializer.name();
  }

  /** The name of an initializer that holds a vector of one number. */
  String vector(String name, float value) {
    Initializer initializer = Initializer.ofOne(unique(name), value);
    initializers.put(new Key(initializer, initializer.dimensions()), initializer);
    return initializer.name();
  }

  List<ProtoMessage> nodes() {
    return nodes;
  }

  Collection<Initializer> initializers() {
    return initializers.values();
  }
}
