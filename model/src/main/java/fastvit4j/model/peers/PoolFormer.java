package fastvit4j.model.peers;

import fastvit4j.model.Architecture;
import fastvit4j.model.fastvit.Form;
import fastvit4j.model.graph.Graph;
import fastvit4j.model.graph.GraphBuilder;
import fastvit4j.model.layers.ConvShape;
import fastvit4j.model.layers.Layers;
import fastvit4j.model.operator.AvgPool2d;
import fastvit4j.model.operator.Gelu;
import fastvit4j.model.operator.GlobalAveragePool;
import fastvit4j.model.operator.Subtract;
import fastvit4j.model.tensor.Weights;
import java.util.List;

/**
 * PoolFormer, which mixes tokens by 3×3 average pooling: what FastViT started from. Source: W. Yu
 * et al., MetaFormer Is Actually What You Need for Vision, CVPR 2022.
 *
 * @param name for example {@code poolformer_s12}
 * @param dims channels of the four stages
 * @param depths blocks of the four stages
 * @param classes outputs of the classifier
 */
public record PoolFormer(String name, List<Integer> dims, List<Integer> depths, int classes)
    implements Architecture {
  private static final double GROUP_NORM_EPS = 1e-5;
  private static final double LAYER_NORM_EPS = 1e-6;
  private static final int MLP_RATIO = 4;
  private static final int POOL = 3;

  /** Copies the lists. */
  public PoolFormer {
    dims = List.copyOf(dims);
    depths = List.copyOf(depths);
  }

  @Override
  public PoolFormer withClasses(int count) {
    return new PoolFormer(name, dims, depths, count);
  }

  @Override
  public PoolFormer withName(String other) {
    return new PoolFormer(other, dims, depths, classes);
  }

  @Override
  public String classifier() {
    return "head.fc.weight";
  }

  @Override
  public Graph graph(Form form, Weights weights) {
    GraphBuilder graph = new GraphBuilder(name);
    Layers layers = new Layers(graph, weights);
    ConvShape stem = new ConvShape(3, dims.getFirst(), 7, 4, 2, 1);
    String value = layers.conv("stem.conv", "stem", stem, true, Graph.INPUT);
    graph.output("stem", value);
    for (int stage = 0; stage < dims.size(); stage++) {
      String prefix = "stages." + stage;
      int channels = dims.get(stage);
      if (stage > 0) {
        ConvShape down = new ConvShape(dims.get(stage - 1), channels, 3, 2, 1);
        String name = prefix + ".downsample";
        value = layers.conv(name + ".conv", name, down, true, value);
      }
      for (int i = 0; i < depths.get(stage); i++) {
        value = block(layers, form, prefix + ".blocks." + i, channels, value);
      }
      graph.output(prefix, value);
    }
    int channels = dims.getLast();
    value = graph.add("head.global_pool", "head", new GlobalAveragePool(), value);
    value = layers.layerNorm("head.norm", "head", channels, LAYER_NORM_EPS, value);
    graph.output(Graph.LOGITS, layers.linear("head.fc", "head", channels, classes, true, value));
    return graph.build();
  }

  /** {@code x + γ₁ · (pool(norm(x)) − norm(x))}, then {@code x + γ₂ · MLP(norm(x))}. */
  private static String block(Layers layers, Form form, String name, int channels, String input) {
    String mixer = name + ".token_mixer";
    String normed = layers.groupNorm(name + ".norm1", name, channels, GROUP_NORM_EPS, input);
    String pooled = layers.node(mixer + ".pool", mixer, new AvgPool2d(POOL, 1, POOL / 2), normed);
    String mixed = layers.node(mixer + ".sub", mixer, new Subtract(), pooled, normed);
    String scaled = scale(layers, name + ".layer_scale1", name, channels, mixed);
    String value = layers.add(name + ".add1", name, input, scaled);

    String mlp = name + ".mlp";
    int hidden = MLP_RATIO * channels;
    normed = layers.groupNorm(name + ".norm2", name, channels, GROUP_NORM_EPS, value);
    String wide =
        layers.conv(mlp + ".fc1", mlp, ConvShape.pointwise(channels, hidden), true, normed);
    String active = layers.node(mlp + ".act", mlp, new Gelu(), wide);
    String out =
        layers.conv(mlp + ".fc2", mlp, ConvShape.pointwise(hidden, channels), true, active);
    if (form != Form.INFERENCE) {
      out = scale(layers, name + ".layer_scale2", name, channels, out);
    }
    return layers.add(name + ".add2", name, value, out);
  }

  private static String scale(
      Layers layers, String name, String block, int channels, String input) {
    return layers.layerScale(
        name, block, layers.weights().tensor(name + ".scale", channels), input);
  }
}
