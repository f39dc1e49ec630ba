package fastvit4j.model.peers;

import fastvit4j.model.Architecture;
import fastvit4j.model.fastvit.Form;
import fastvit4j.model.graph.Graph;
import fastvit4j.model.graph.GraphBuilder;
import fastvit4j.model.layers.ConvShape;
import fastvit4j.model.layers.Layers;
import fastvit4j.model.operator.Gelu;
import fastvit4j.model.operator.GlobalAveragePool;
import fastvit4j.model.tensor.Weights;
import java.util.List;

/**
 * ConvNeXt. Its layer normalisation is over the channels of a pixel, which lie together in memory
 * here, as in the form that FastViT's appendix measures. Source: Z. Liu et al., A ConvNet for the
 * 2020s, CVPR 2022.
 *
 * @param name for example {@code convnext_tiny}
 * @param dims channels of the four stages
 * @param depths blocks of the four stages
 * @param classes outputs of the classifier
 */
public record ConvNeXt(String name, List<Integer> dims, List<Integer> depths, int classes)
    implements Architecture {
  private static final double EPS = 1e-6;
  private static final int MLP_RATIO = 4;
  private static final int KERNEL = 7;

  /** Copies the lists. */
  public ConvNeXt {
    dims = List.copyOf(dims);
    depths = List.copyOf(depths);
  }

  @Override
  public ConvNeXt withClasses(int count) {
    return new ConvNeXt(name, dims, depths, count);
  }

  @Override
  public ConvNeXt withName(String other) {
    return new ConvNeXt(other, dims, depths, classes);
  }

  @Override
  public String classifier() {
    return "head.fc.weight";
  }

  @Override
  public Graph graph(Form form, Weights weights) {
    GraphBuilder graph = new GraphBuilder(name);
    Layers layers = new Layers(graph, weights);
    ConvShape patches = ConvShape.patches(3, dims.getFirst(), 4);
    String value = layers.conv("stem.0", "stem", patches, true, Graph.INPUT);
    value = layers.layerNorm("stem.1", "stem", dims.getFirst(), EPS, value);
    graph.output("stem", value);
    for (int stage = 0; stage < dims.size(); stage++) {
      String prefix = "stages." + stage;
      int channels = dims.get(stage);
      if (stage > 0) {
        int before = dims.get(stage - 1);
        String name = prefix + ".downsample";
        value = layers.layerNorm(name + ".0", name, before, EPS, value);
        ConvShape down = ConvShape.patches(before, channels, 2);
        value = layers.conv(name + ".1", name, down, true, value);
      }
      for (int i = 0; i < depths.get(stage); i++) {
        value = block(layers, form, prefix + ".blocks." + i, channels, value);
      }
      graph.output(prefix, value);
    }
    int channels = dims.getLast();
    value = graph.add("head.global_pool", "head", new GlobalAveragePool(), value);
    value = layers.layerNorm("head.norm", "head", channels, EPS, value);
    graph.output(Graph.LOGITS, layers.linear("head.fc", "head", channels, classes, true, value));
    return graph.build();
  }

  /** {@code x + γ · fc2(gelu(fc1(norm(DW7×7(x)))))}. */
  private static String block(Layers layers, Form form, String name, int channels, String input) {
    int hidden = MLP_RATIO * channels;
    ConvShape depthwise = ConvShape.depthwise(channels, KERNEL);
    String value = layers.conv(name + ".conv_dw", name, depthwise, true, input);
    value = layers.layerNorm(name + ".norm", name, channels, EPS, value);
    value = layers.linear(name + ".mlp.fc1", name, channels, hidden, true, value);
    value = layers.node(name + ".mlp.act", name, new Gelu(), value);
    value = layers.linear(name + ".mlp.fc2", name, hidden, channels, true, value);
    if (form != Form.INFERENCE) {
      value =
          layers.layerScale(
              name + ".layer_scale",
              name,
              layers.weights().tensor(name + ".gamma", channels),
              value);
    }
    return layers.add(name + ".add", name, input, value);
  }
}
