package fastvit4j.tools.onnx;

import fastvit4j.model.graph.Graph;
import fastvit4j.model.graph.Node;
import fastvit4j.model.operator.Shape;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A network as an ONNX graph: nodes, and declarations of its input and outputs. */
final class GraphExport {
  private static final String BATCH = "batch";

  private final Graph graph;
  private final OnnxOptions options;
  private final OnnxGraph onnx = new OnnxGraph();
  private final Map<String, Value> values = new HashMap<>();
  private final List<ProtoMessage> outputs = new ArrayList<>();

  private GraphExport(Graph graph, OnnxOptions options) {
    this.graph = graph;
    this.options = options;
  }

  /**
   * Translates every node.
   *
   * @throws fastvit4j.model.operator.ShapeException if the network cannot take the input
   */
  static GraphExport of(Graph graph, OnnxOptions options) {
    GraphExport export = new GraphExport(graph, options);
    export.translate();
    return export;
  }

  /** The constants. */
  Collection<Initializer> initializers() {
    return onnx.initializers();
  }

  /** The message without its initializers. */
  ProtoMessage message() {
    ProtoMessage message = new ProtoMessage();
    onnx.nodes().forEach(node -> message.message(OnnxSchema.Graph.NODE, node));
    message.text(OnnxSchema.Graph.NAME, graph.name());
    Shape in = options.input();
    message.message(
        OnnxSchema.Graph.INPUT,
        declaration(
            Graph.INPUT, List.of(BATCH, in.c(), size("height", in.h()), size("width", in.w()))));
    outputs.forEach(output -> message.message(OnnxSchema.Graph.OUTPUT, output));
    return message;
  }

  private void translate() {
    Map<String, Shape> shapes = graph.shapes(options.input());
    values.put(Graph.INPUT, Value.map(onnx.unique(Graph.INPUT)));
    options.outputs().forEach(onnx::unique);
    Map<String, String> outputOf = outputOfNode();
    for (Node node : graph.nodes()) {
      String output = outputOf.get(node.name());
      String name = output == null ? onnx.unique(node.name()) : output;
      List<Value> inputs = node.inputs().stream().map(values::get).toList();
      values.put(node.name(), new NodeExport(onnx, node, inputs, name).add());
    }
    for (String output : options.outputs()) {
      String node = graph.outputs().get(output);
      Value value = values.get(node);
      if (!value.name().equals(output)) {
        onnx.node("Identity", onnx.unique(output), List.of(value.name()), List.of(output));
      }
      outputs.add(declaration(output, extents(output, value, shapes.get(node))));
    }
  }

  /** For each node that makes an output, the first one that it makes. */
  private Map<String, String> outputOfNode() {
    Map<String, String> outputOf = new LinkedHashMap<>();
    for (String output : options.outputs()) {
      String node = graph.outputs().get(output);
      if (node == null) {
        throw new IllegalArgumentException(graph.name() + " has no output " + output);
      }
      outputOf.putIfAbsent(node, output);
    }
    return outputOf;
  }

  private List<Object> extents(String output, Value value, Shape shape) {
    return value.vector()
        ? List.of(BATCH, shape.c())
        : List.of(
            BATCH,
            shape.c(),
            size(output + ".height", shape.h()),
            size(output + ".width", shape.w()));
  }

  private Object size(String name, int extent) {
    return options.anySize() ? name : (Object) extent;
  }

  /** A value's name and type; an extent is a number or the name of one that is free. */
  private static ProtoMessage declaration(String name, List<Object> extents) {
    ProtoMessage shape = new ProtoMessage();
    for (Object extent : extents) {
      ProtoMessage dimension = new ProtoMessage();
      if (extent instanceof Integer number) {
        dimension.number(OnnxSchema.Dimension.DIM_VALUE, number);
      } else {
        dimension.text(OnnxSchema.Dimension.DIM_PARAM, extent.toString());
      }
      shape.message(OnnxSchema.TensorShape.DIM, dimension);
    }
    ProtoMessage tensor =
        new ProtoMessage()
            .number(OnnxSchema.TensorType.ELEM_TYPE, OnnxSchema.TensorData.DATA_TYPE_FLOAT)
            .message(OnnxSchema.TensorType.SHAPE, shape);
    return new ProtoMessage()
        .text(OnnxSchema.ValueInfo.NAME, name)
        .message(
            OnnxSchema.ValueInfo.TYPE,
            new ProtoMessage().message(OnnxSchema.Type.TENSOR_TYPE, tensor));
  }
}
