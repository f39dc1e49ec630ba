package fastvit4j.model.peers;

import fastvit4j.model.Architecture;
import fastvit4j.model.fastvit.Form;
import fastvit4j.model.graph.Graph;
import fastvit4j.model.graph.GraphBuilder;
import fastvit4j.model.layers.ConvShape;
import fastvit4j.model.layers.Layers;
import fastvit4j.model.operator.GlobalAveragePool;
import fastvit4j.model.operator.Relu;
import fastvit4j.model.tensor.Weights;
import java.util.List;

/**
 * MobileOne: depthwise and pointwise convolutions, overparameterized by parallel branches in the
 * train form, one convolution each in the others. Source: P. K. A. Vasu et al., MobileOne: An
 * Improved One millisecond Mobile Backbone, CVPR 2023.
 *
 * @param name for example {@code mobileone_s0}
 * @param stem channels after the stem
 * @param widths channels of the four stages
 * @param branches parallel k×k convolutions of a block in the train form
 * @param squeezed pairs of blocks at the end of each stage that have squeeze-excite
 * @param classes outputs of the classifier
 */
public record MobileOne(
    String name, int stem, List<Integer> widths, int branches, List<Integer> squeezed, int classes)
    implements Architecture {
  private static final List<Integer> DEPTHS = List.of(2, 8, 10, 1);
  private static final int SQUEEZE_REDUCTION = 16;
  private static final int SQUEEZE_MULTIPLE = 8;

  /** Copies the lists. */
  public MobileOne {
    widths = List.copyOf(widths);
    squeezed = List.copyOf(squeezed);
  }

  @Override
  public MobileOne withClasses(int count) {
    return new MobileOne(name, stem, widths, branches, squeezed, count);
  }

  @Override
  public MobileOne withName(String other) {
    return new MobileOne(other, stem, widths, branches, squeezed, classes);
  }

  @Override
  public String classifier() {
    return "head.fc.weight";
  }

  @Override
  public Graph graph(Form form, Weights weights) {
    GraphBuilder graph = new GraphBuilder(name);
    Layers layers = new Layers(graph, weights);
    String value = block(layers, form, "stem", new ConvShape(3, stem, 3, 2, 1), false, Graph.INPUT);
    graph.output("stem", value);
    int channels = stem;
    for (int stage = 0; stage < DEPTHS.size(); stage++) {
      String prefix = "stages." + stage + ".";
      int depth = DEPTHS.get(stage);
      for (int i = 0; i < depth; i++) {
        boolean squeeze = i >= depth - squeezed.get(stage);
        ConvShape depthwise = new ConvShape(channels, channels, 3, i == 0 ? 2 : 1, channels);
        value = block(layers, form, prefix + 2 * i, depthwise, squeeze, value);
        ConvShape pointwise = ConvShape.pointwise(channels, widths.get(stage));
        value = block(layers, form, prefix + (2 * i + 1), pointwise, squeeze, value);
        channels = widths.get(stage);
      }
      graph.output("stages." + stage, value);
    }
    String pooled = graph.add("head.global_pool", "head", new GlobalAveragePool(), value);
    graph.output(Graph.LOGITS, layers.linear("head.fc", "head", channels, classes, true, pooled));
    return graph.build();
  }

  private String block(
      Layers layers, Form form, String name, ConvShape shape, boolean squeeze, String input) {
    // The stem has one branch in every size.
    int parallel = name.equals("stem") ? 1 : branches;
    String value =
        form == Form.TRAIN
            ? layers.mobileOne(name, shape, parallel, true, input)
            : layers.conv(name + ".reparam_conv", name, shape, true, input);
    if (squeeze) {
      value = layers.squeezeExcite(name + ".attn", name, shape.out(), reduced(shape.out()), value);
    }
    return layers.node(name + ".act", name, new Relu(), value);
  }

  /** A sixteenth of the channels, as the nearest multiple of 8. */
  private static int reduced(int channels) {
    int wanted = channels / SQUEEZE_REDUCTION + SQUEEZE_MULTIPLE / 2;
    return Math.max(SQUEEZE_MULTIPLE, wanted / SQUEEZE_MULTIPLE * SQUEEZE_MULTIPLE);
  }
}
