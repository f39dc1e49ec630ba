package fastvit4j.model.peers;

import fastvit4j.model.Architecture;
import fastvit4j.model.fastvit.Form;
import fastvit4j.model.graph.Graph;
import fastvit4j.model.graph.GraphBuilder;
import fastvit4j.model.layers.ConvShape;
import fastvit4j.model.layers.Layers;
import fastvit4j.model.operator.FirstToken;
import fastvit4j.model.operator.Gelu;
import fastvit4j.model.operator.SelfAttention;
import fastvit4j.model.operator.TokenEmbedding;
import fastvit4j.model.tensor.Tensor;
import fastvit4j.model.tensor.Weights;

/**
 * DeiT without distillation: a vision transformer of 12 blocks over patches of 16×16 pixels and a
 * class token, with heads of 64 channels. Its positions are trained for images of 224×224, the only
 * size that it takes. Source: H. Touvron et al., Training data-efficient image transformers and
 * distillation through attention, ICML 2021.
 *
 * @param name for example {@code deit_tiny_patch16_224}
 * @param heads heads of 64 channels
 * @param classes outputs of the classifier
 */
public record DeiT(String name, int heads, int classes) implements Architecture {
  /** Height and width of the images. */
  public static final int SIZE = 224;

  private static final int HEAD_DIM = 64;
  private static final int DEPTH = 12;
  private static final int PATCH = 16;
  private static final int MLP_RATIO = 4;
  private static final double EPS = 1e-6;

  @Override
  public DeiT withClasses(int count) {
    return new DeiT(name, heads, count);
  }

  @Override
  public DeiT withName(String other) {
    return new DeiT(other, heads, classes);
  }

  @Override
  public String classifier() {
    return "head.weight";
  }

  @Override
  public Graph graph(Form form, Weights weights) {
    int channels = heads * HEAD_DIM;
    int tokens = 1 + (SIZE / PATCH) * (SIZE / PATCH);
    GraphBuilder graph = new GraphBuilder(name);
    Layers layers = new Layers(graph, weights);
    Tensor classToken = weights.tensor("cls_token", 1, 1, channels);
    Tensor positions = weights.tensor("pos_embed", 1, tokens, channels);
    ConvShape patches = ConvShape.patches(3, channels, PATCH);
    String value = layers.conv("patch_embed.proj", "patch_embed", patches, true, Graph.INPUT);
    value = graph.add("tokens", "patch_embed", new TokenEmbedding(classToken, positions), value);
    graph.output("stem", value);
    for (int i = 0; i < DEPTH; i++) {
      value = block(layers, "blocks." + i, channels, value);
    }
    graph.output("blocks", value);
    value = layers.layerNorm("norm", "head", channels, EPS, value);
    value = graph.add("class_token", "head", new FirstToken(), value);
    graph.output(Graph.LOGITS, layers.linear("head", "head", channels, classes, true, value));
    return graph.build();
  }

  /** {@code x + Attention(norm(x))}, then {@code x + MLP(norm(x))}. */
  private String block(Layers layers, String name, int channels, String input) {
    String attention = name + ".attn";
    String value = layers.layerNorm(name + ".norm1", name, channels, EPS, input);
    value = layers.linear(attention + ".qkv", attention, channels, 3 * channels, true, value);
    value =
        layers.node(attention + ".attention", attention, new SelfAttention(heads, HEAD_DIM), value);
    value = layers.linear(attention + ".proj", attention, channels, channels, true, value);
    String mixed = layers.add(name + ".add1", name, input, value);

    String mlp = name + ".mlp";
    int hidden = MLP_RATIO * channels;
    value = layers.layerNorm(name + ".norm2", name, channels, EPS, mixed);
    value = layers.linear(mlp + ".fc1", mlp, channels, hidden, true, value);
    value = layers.node(mlp + ".act", mlp, new Gelu(), value);
    value = layers.linear(mlp + ".fc2", mlp, hidden, channels, true, value);
    return layers.add(name + ".add2", name, mixed, value);
  }
}
