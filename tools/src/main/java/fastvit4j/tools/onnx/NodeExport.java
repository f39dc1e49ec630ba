package fastvit4j.tools.onnx;

import fastvit4j.model.graph.Node;
import fastvit4j.model.operator.Add;
import fastvit4j.model.operator.AvgPool2d;
import fastvit4j.model.operator.BatchNorm;
import fastvit4j.model.operator.Conv2d;
import fastvit4j.model.operator.FirstToken;
import fastvit4j.model.operator.Gelu;
import fastvit4j.model.operator.GlobalAveragePool;
import fastvit4j.model.operator.GroupNorm;
import fastvit4j.model.operator.LayerNorm;
import fastvit4j.model.operator.LayerScale;
import fastvit4j.model.operator.Linear;
import fastvit4j.model.operator.MaxPool2d;
import fastvit4j.model.operator.Relu;
import fastvit4j.model.operator.SelfAttention;
import fastvit4j.model.operator.Silu;
import fastvit4j.model.operator.SqueezeExcite;
import fastvit4j.model.operator.Subtract;
import fastvit4j.model.operator.TokenEmbedding;
import fastvit4j.model.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * One node of a network as ONNX nodes, NCHW. The last of them has the node's own name; those before
 * it have names that begin with it, a stroke and what they do.
 */
final class NodeExport {
  private final OnnxGraph onnx;
  private final Node node;
  private final List<Value> inputs;
  private final String output;

  /**
   * Prepares the export.
   *
   * @param inputs the values that the node reads
   * @param output the name of the value that it makes
   */
  NodeExport(OnnxGraph onnx, Node node, List<Value> inputs, String output) {
    this.onnx = onnx;
    this.node = node;
    this.inputs = inputs;
    this.output = output;
  }

  /** Adds the nodes and returns the value. */
  Value add() {
    return switch (node.operator()) {
      case Conv2d conv -> convolution(conv);
      case Linear linear -> linear(linear);
      case BatchNorm norm ->
          Value.map(
              last(
                  "BatchNormalization",
                  List.of(
                      map(0),
                      onnx.tensor(norm.weight()),
                      onnx.tensor(norm.bias()),
                      onnx.tensor(norm.mean()),
                      onnx.tensor(norm.variance())),
                  Attribute.real("epsilon", norm.eps())));
      case LayerNorm norm -> layerNorm(norm);
      case GroupNorm norm -> groupNorm(norm);
      case TokenEmbedding embedding -> tokens(embedding);
      case FirstToken first -> firstToken();
      case Gelu gelu -> same(last("Gelu", List.of(inputs.getFirst().name())));
      case Relu relu -> same(last("Relu", List.of(inputs.getFirst().name())));
      case Silu silu -> {
        String x = inputs.getFirst().name();
        yield same(last("Mul", List.of(x, step("sigmoid", "Sigmoid", List.of(x)))));
      }
      case Add add -> binary("Add");
      case Subtract subtract -> binary("Sub");
      case LayerScale scale ->
          Value.map(
              last("Mul", List.of(map(0), onnx.tensor(scale.gamma(), scale.channels(), 1, 1))));
      case SelfAttention attention -> attention(attention);
      case SqueezeExcite excite -> squeezeExcite(excite);
      case GlobalAveragePool pool -> {
        String mean = step("mean", "GlobalAveragePool", List.of(map(0)));
        yield Value.vector(last("Flatten", List.of(mean), Attribute.integer("axis", 1)));
      }
      case AvgPool2d pool ->
          pool(
              "AveragePool",
              pool.kernel(),
              pool.stride(),
              pool.padding(),
              Attribute.integer("count_include_pad", 0));
      case MaxPool2d pool -> pool("MaxPool", pool.kernel(), pool.stride(), pool.padding());
    };
  }

  private Value convolution(Conv2d conv) {
    return Value.map(
        last(
            "Conv",
            withBias(map(0), onnx.tensor(conv.weight()), conv.bias()),
            Attribute.integers("kernel_shape", conv.kernelHeight(), conv.kernelWidth()),
            Attribute.integers("strides", conv.stride(), conv.stride()),
            pads(conv.padding()),
            Attribute.integer("group", conv.groups())));
  }

  /** A matrix product of vectors; at every pixel of a map, a pointwise convolution. */
  private Value linear(Linear linear) {
    Value x = inputs.getFirst();
    Tensor weight = linear.weight();
    if (x.vector()) {
      return Value.vector(
          last(
              "Gemm",
              withBias(x.name(), onnx.tensor(weight), linear.bias()),
              Attribute.integer("transB", 1)));
    }
    String pointwise = onnx.tensor(weight, linear.outChannels(), linear.inChannels(), 1, 1);
    return Value.map(last("Conv", withBias(x.name(), pointwise, linear.bias())));
  }

  /** ONNX normalises over last dimensions. */
  private Value layerNorm(LayerNorm norm) {
    String channelsLast =
        step("nhwc", "Transpose", List.of(map(0)), Attribute.integers("perm", 0, 2, 3, 1));
    String normalised =
        step(
            "norm",
            "LayerNormalization",
            List.of(channelsLast, onnx.tensor(norm.weight()), onnx.tensor(norm.bias())),
            Attribute.integer("axis", -1),
            Attribute.real("epsilon", norm.eps()));
    return Value.map(
        last("Transpose", List.of(normalised), Attribute.integers("perm", 0, 3, 1, 2)));
  }

  /**
   * With one group, instance normalisation of [N, 1, C · H · W]: operator set 20 has a group
   * normalisation, but with a scale for each group, not for each channel.
   */
  private Value groupNorm(GroupNorm norm) {
    String x = map(0);
    String flat = reshape("flat", x, onnx.integers(named("flat.shape"), 0, 1, -1));
    String normalised =
        step(
            "norm",
            "InstanceNormalization",
            List.of(flat, onnx.vector(named("one"), 1), onnx.vector(named("zero"), 0)),
            Attribute.real("epsilon", norm.eps()));
    String back = reshape("back", normalised, step("shape", "Shape", List.of(x)));
    String scaled =
        step("scaled", "Mul", List.of(back, onnx.tensor(norm.weight(), norm.channels(), 1, 1)));
    return Value.map(last("Add", List.of(scaled, onnx.tensor(norm.bias(), norm.channels(), 1, 1))));
  }

  /**
   * [N, C, H, W] as [N, H · W, C], the class token before it, the positions added: [N, C, 1, T].
   */
  private Value tokens(TokenEmbedding embedding) {
    int channels = embedding.channels();
    String x = map(0);
    String flat = reshape("flat", x, onnx.integers(named("flat.shape"), 0, channels, -1));
    ProtoMessage swap = Attribute.integers("perm", 0, 2, 1);
    String patches = step("patches", "Transpose", List.of(flat), swap);
    String batch =
        step(
            "batch",
            "Shape",
            List.of(x),
            Attribute.integer("start", 0),
            Attribute.integer("end", 1));
    String shape =
        step(
            "class.shape",
            "Concat",
            List.of(batch, onnx.integers(named("class.extents"), 1, channels)),
            Attribute.integer("axis", 0));
    String classToken =
        step("class", "Expand", List.of(onnx.tensor(embedding.classToken()), shape));
    String sequence =
        step("sequence", "Concat", List.of(classToken, patches), Attribute.integer("axis", 1));
    String placed = step("placed", "Add", List.of(sequence, onnx.tensor(embedding.positions())));
    String channelsFirst = step("nct", "Transpose", List.of(placed), swap);
    return Value.map(
        last(
            "Reshape",
            List.of(channelsFirst, onnx.integers(named("map.shape"), 0, channels, 1, -1))));
  }

  private Value firstToken() {
    String flat = reshape("flat", map(0), onnx.integers(named("flat.shape"), 0, 0, -1));
    String first =
        step(
            "first",
            "Gather",
            List.of(flat, onnx.integers(named("index"), 0)),
            Attribute.integer("axis", 2));
    return Value.vector(last("Flatten", List.of(first), Attribute.integer("axis", 1)));
  }

  private Value binary(String operator) {
    if (inputs.get(0).vector() && inputs.get(1).vector()) {
      return Value.vector(last(operator, List.of(inputs.get(0).name(), inputs.get(1).name())));
    }
    return Value.map(last(operator, List.of(map(0), map(1))));
  }

  private Value pool(
      String operator, int kernel, int stride, int padding, ProtoMessage... attributes) {
    List<ProtoMessage> all = new ArrayList<>(List.of(attributes));
    all.add(Attribute.integers("kernel_shape", kernel, kernel));
    all.add(Attribute.integers("strides", stride, stride));
    all.add(pads(padding));
    return Value.map(last(operator, List.of(map(0)), all.toArray(ProtoMessage[]::new)));
  }

  private Value squeezeExcite(SqueezeExcite excite) {
    String x = map(0);
    String mean = step("mean", "GlobalAveragePool", List.of(x));
    String reduced =
        step(
            "reduce",
            "Conv",
            withBias(mean, onnx.tensor(excite.reduceWeight()), excite.reduceBias()));
    String rectified = step("relu", "Relu", List.of(reduced));
    String expanded =
        step(
            "expand",
            "Conv",
            withBias(rectified, onnx.tensor(excite.expandWeight()), excite.expandBias()));
    return Value.map(last("Mul", List.of(x, step("gate", "Sigmoid", List.of(expanded)))));
  }

  /**
   * With T = H · W tokens, [N, 3 · heads · d, H, W] is split into q, k and v of [N, heads, d, T]
   * each; qᵀ · k is [N, heads, T, T], its softmax times vᵀ [N, heads, T, d].
   */
  private Value attention(SelfAttention attention) {
    String x = map(0);
    int heads = attention.heads();
    String tokens =
        reshape(
            "tokens",
            x,
            onnx.integers(named("tokens.shape"), 0, 3L * heads, attention.headDim(), -1));
    List<String> parts =
        List.of(onnx.unique(named("q")), onnx.unique(named("k")), onnx.unique(named("v")));
    onnx.node(
        "Split",
        onnx.unique(named("split")),
        List.of(tokens, onnx.integers(named("split.sizes"), heads, heads, heads)),
        parts,
        Attribute.integer("axis", 1));
    String scores =
        step("scores", "MatMul", List.of(transposed("q.t", parts.get(0)), parts.get(1)));
    float factor = (float) (1 / Math.sqrt(attention.headDim()));
    String scaled = step("scaled", "Mul", List.of(scores, onnx.scalar(named("factor"), factor)));
    String weights = step("softmax", "Softmax", List.of(scaled), Attribute.integer("axis", -1));
    String mixed = step("mixed", "MatMul", List.of(weights, transposed("v.t", parts.get(2))));
    String size = step("size", "Shape", List.of(x), Attribute.integer("start", 2));
    String shape =
        step(
            "shape",
            "Concat",
            List.of(onnx.integers(named("channels"), 0, attention.channels()), size),
            Attribute.integer("axis", 0));
    return Value.map(last("Reshape", List.of(transposed("mixed.t", mixed), shape)));
  }

  private String transposed(String what, String matrices) {
    return step(what, "Transpose", List.of(matrices), Attribute.integers("perm", 0, 1, 3, 2));
  }

  private String reshape(String what, String value, String shape) {
    return step(what, "Reshape", List.of(value, shape));
  }

  /** Input {@code i} as [N, C, H, W]. */
  private String map(int i) {
    Value value = inputs.get(i);
    if (!value.vector()) {
      return value.name();
    }
    return step("map", "Unsqueeze", List.of(value.name(), onnx.integers(named("map.axes"), 2, 3)));
  }

  private Value same(String name) {
    return new Value(name, inputs.getFirst().vector());
  }

  private List<String> withBias(String input, String weight, Tensor bias) {
    return bias == null ? List.of(input, weight) : List.of(input, weight, onnx.tensor(bias));
  }

  private static ProtoMessage pads(int padding) {
    return Attribute.integers("pads", padding, padding, padding, padding);
  }

  /** Adds a node before the last and returns the name of its value. */
  private String step(String what, String operator, List<String> from, ProtoMessage... attributes) {
    String name = onnx.unique(named(what));
    onnx.node(operator, name, from, List.of(name), attributes);
    return name;
  }

  /** Adds the node of the network's own name and returns the name of its value. */
  private String last(String operator, List<String> from, ProtoMessage... attributes) {
    onnx.node(operator, node.name(), from, List.of(output), attributes);
    return output;
  }

  private String named(String what) {
    return node.name() + "/" + what;
  }
}
