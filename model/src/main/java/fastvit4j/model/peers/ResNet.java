package fastvit4j.model.peers;

import fastvit4j.model.Architecture;
import fastvit4j.model.fastvit.Form;
import fastvit4j.model.graph.Graph;
import fastvit4j.model.graph.GraphBuilder;
import fastvit4j.model.layers.ConvShape;
import fastvit4j.model.layers.Layers;
import fastvit4j.model.operator.GlobalAveragePool;
import fastvit4j.model.operator.MaxPool2d;
import fastvit4j.model.operator.Relu;
import fastvit4j.model.tensor.Weights;
import java.util.List;

/**
 * ResNet with bottleneck blocks, the stride in the 3×3 convolution. Source: K. He et al., Deep
 * Residual Learning for Image Recognition, CVPR 2016.
 *
 * @param name for example {@code resnet50}
 * @param depths blocks of the four stages
 * @param classes outputs of the classifier
 */
public record ResNet(String name, List<Integer> depths, int classes) implements Architecture {
  private static final int STEM = 64;
  private static final int EXPANSION = 4;
  private static final String STEM_BLOCK = "stem";

  /** Copies the list. */
  public ResNet {
    depths = List.copyOf(depths);
  }

  @Override
  public ResNet withClasses(int count) {
    return new ResNet(name, depths, count);
  }

  @Override
  public ResNet withName(String other) {
    return new ResNet(other, depths, classes);
  }

  @Override
  public String classifier() {
    return "fc.weight";
  }

  @Override
  public Graph graph(Form form, Weights weights) {
    GraphBuilder graph = new GraphBuilder(name);
    Builder b = new Builder(new Layers(graph, weights), form);
    String value =
        b.convNorm("conv1", "bn1", STEM_BLOCK, new ConvShape(3, STEM, 7, 2, 1), Graph.INPUT);
    value = b.relu("act1", STEM_BLOCK, value);
    value = graph.add("maxpool", STEM_BLOCK, new MaxPool2d(3, 2, 1), value);
    graph.output("stem", value);
    int channels = STEM;
    for (int stage = 0; stage < depths.size(); stage++) {
      int width = STEM << stage;
      for (int i = 0; i < depths.get(stage); i++) {
        String block = "layer" + (stage + 1) + "." + i;
        value = b.bottleneck(block, channels, width, stage > 0 && i == 0 ? 2 : 1, value);
        channels = EXPANSION * width;
      }
      graph.output("stages." + stage, value);
    }
    String pooled = graph.add("global_pool", "head", new GlobalAveragePool(), value);
    graph.output(Graph.LOGITS, b.layers.linear("fc", "head", channels, classes, true, pooled));
    return graph.build();
  }

  private record Builder(Layers layers, Form form) {
    String bottleneck(String block, int in, int width, int stride, String input) {
      int out = EXPANSION * width;
      String value = convRelu(block, 1, ConvShape.pointwise(in, width), input);
      value = convRelu(block, 2, new ConvShape(width, width, 3, stride, 1), value);
      value =
          convNorm(block + ".conv3", block + ".bn3", block, ConvShape.pointwise(width, out), value);
      String shortcut = input;
      if (stride > 1 || in != out) {
        String projection = block + ".downsample.";
        ConvShape shape = new ConvShape(in, out, 1, stride, 1);
        shortcut = convNorm(projection + 0, projection + 1, block, shape, input);
      }
      return relu(block + ".act3", block, layers.add(block + ".add", block, value, shortcut));
    }

    private String convRelu(String block, int index, ConvShape shape, String input) {
      String name = block + ".conv" + index;
      String value = convNorm(name, block + ".bn" + index, block, shape, input);
      return relu(block + ".act" + index, block, value);
    }

    String relu(String name, String block, String input) {
      return layers.node(name, block, new Relu(), input);
    }

    /** A convolution and its normalisation, which the inference form has folded into it. */
    String convNorm(String conv, String norm, String block, ConvShape shape, String input) {
      boolean folded = form == Form.INFERENCE;
      String value = layers.conv(conv, block, shape, folded, input);
      return folded ? value : layers.batchNorm(norm, block, shape.out(), value);
    }
  }
}
