package fastvit4j.tools.verify;

import fastvit4j.model.graph.Graph;
import fastvit4j.model.graph.GraphBuilder;
import fastvit4j.model.operator.Add;
import fastvit4j.model.operator.AvgPool2d;
import fastvit4j.model.operator.Conv2d;
import fastvit4j.model.operator.FirstToken;
import fastvit4j.model.operator.Gelu;
import fastvit4j.model.operator.GlobalAveragePool;
import fastvit4j.model.operator.Operator;
import fastvit4j.model.operator.Relu;
import fastvit4j.model.operator.SelfAttention;
import fastvit4j.model.operator.Shape;
import fastvit4j.model.operator.Silu;
import fastvit4j.model.operator.Subtract;
import java.util.ArrayList;
import java.util.List;

/** Small graphs in which operators may be computed together, and some in which they must not. */
final class FusionCases {
  private static final int C = 21;
  private static final Shape SHAPE = new Shape(2, 6, 5, C);

  private final RandomTensors random = new RandomTensors(4);
  private final List<Case> cases = new ArrayList<>();

  private FusionCases() {}

  static List<Case> all() {
    FusionCases f = new FusionCases();
    for (Conv2d conv : f.convolutions()) {
      String kind = "groups " + conv.groups() + " kernel " + conv.kernelHeight();
      for (Operator activation : List.of(new Gelu(), new Relu(), new Silu())) {
        f.chain(kind + " then " + activation.kind(), conv, activation);
      }
      f.chain(kind + " then BatchNorm and Gelu", conv, f.random.batchNorm(C), new Gelu());
      f.chain(kind + " then LayerScale", conv, f.random.layerScale(C));
      f.residual(kind, conv);
      f.residualThenActivation(kind, conv);
      f.usedTwice(kind, conv);
      f.tapInTheMiddle(kind, conv);
    }
    f.residualOfTwoConvolutions();
    f.sumWithItself();
    f.repMixer();
    f.mlp();
    f.foldedBlock();
    f.attentionBlock();
    f.visionTransformer();
    f.poolFormerBlock();
    f.squeezeExciteHead();
    f.outputsThatShare();
    f.vectors();
    f.stems();
    return f.cases;
  }

  private List<Conv2d> convolutions() {
    return List.of(
        random.pointwise(C, C), random.depthwise(C, 1, 7, 1), random.conv(C, C, 3, 1, 1, 1, true));
  }

  private void chain(String name, Operator... operators) {
    GraphBuilder b = new GraphBuilder("chain");
    String value = Graph.INPUT;
    for (int i = 0; i < operators.length; i++) {
      value = b.add("node" + i, "chain", operators[i], value);
    }
    finish(name, b, value);
  }

  private void residual(String kind, Conv2d conv) {
    for (boolean inputFirst : List.of(true, false)) {
      GraphBuilder b = new GraphBuilder("residual");
      String y = b.add("conv", "block", conv, Graph.INPUT);
      String sum =
          inputFirst
              ? b.add("add", "block", new Add(), Graph.INPUT, y)
              : b.add("add", "block", new Add(), y, Graph.INPUT);
      finish(kind + " with a residual, input first " + inputFirst, b, sum);
    }
  }

  private void residualThenActivation(String kind, Conv2d conv) {
    GraphBuilder b = new GraphBuilder("residual_activation");
    String before = b.add("before", "block", random.pointwise(C, C), Graph.INPUT);
    String y = b.add("conv", "block", conv, before);
    String sum = b.add("add", "block", new Add(), y, before);
    finish(kind + ", a residual, an activation", b, b.add("act", "block", new Relu(), sum));
  }

  /** A convolution's value that is activated and also added as it is. */
  private void usedTwice(String kind, Conv2d conv) {
    GraphBuilder b = new GraphBuilder("used_twice");
    String y = b.add("conv", "block", conv, Graph.INPUT);
    String activated = b.add("act", "block", new Gelu(), y);
    finish(kind + " used twice", b, b.add("sub", "block", new Subtract(), activated, y));
  }

  /** A value that would be fused away, but that is asked for. */
  private void tapInTheMiddle(String kind, Conv2d conv) {
    GraphBuilder b = new GraphBuilder("tap");
    String y = b.add("conv", "block", conv, Graph.INPUT);
    b.output("tap", y);
    String activated = b.add("act", "block", new Gelu(), y);
    b.output("activated", activated);
    finish(kind + " with a tap", b, b.add("next", "block", random.pointwise(C, 7), activated));
  }

  private void residualOfTwoConvolutions() {
    GraphBuilder b = new GraphBuilder("branches");
    String left = b.add("left", "block", random.depthwise(C, 1, 7, 1), Graph.INPUT);
    String right = b.add("right", "block", random.depthwise(C, 1, 3, 1), Graph.INPUT);
    String sum = b.add("add", "block", new Add(), left, right);
    String skip = b.add("bn", "block", random.batchNorm(C), Graph.INPUT);
    String all = b.add("add2", "block", new Add(), sum, skip);
    finish("three branches", b, b.add("act", "block", new Gelu(), all));
  }

  private void sumWithItself() {
    GraphBuilder b = new GraphBuilder("twice");
    String y = b.add("conv", "block", random.pointwise(C, C), Graph.INPUT);
    finish("a value plus itself", b, b.add("add", "block", new Add(), y, y));
    GraphBuilder input = new GraphBuilder("input_twice");
    String sum = input.add("add", "block", new Add(), Graph.INPUT, Graph.INPUT);
    finish("the input plus itself", input, sum);
  }

  private void repMixer() {
    GraphBuilder b = new GraphBuilder("repmixer");
    String mixer = b.add("mixer", "block", random.depthwise(C, 1, 3, 1), Graph.INPUT);
    String norm = b.add("norm", "block", random.batchNorm(C), Graph.INPUT);
    String difference = b.add("sub", "block", new Subtract(), mixer, norm);
    String scaled = b.add("scale", "block", random.layerScale(C), difference);
    finish("a RepMixer", b, b.add("add", "block", new Add(), Graph.INPUT, scaled));
  }

  private void mlp() {
    GraphBuilder b = new GraphBuilder("mlp");
    String y = b.add("dw", "block", random.depthwise(C, 1, 7, 1), Graph.INPUT);
    y = b.add("bn", "block", random.batchNorm(C), y);
    y = b.add("fc1", "block", random.pointwise(C, 4 * C), y);
    y = b.add("act", "block", new Gelu(), y);
    y = b.add("fc2", "block", random.pointwise(4 * C, C), y);
    y = b.add("scale", "block", random.layerScale(C), y);
    finish("a ConvFFN", b, b.add("add", "block", new Add(), Graph.INPUT, y));
  }

  /**
   * A block in its inference form: each of its neighbours may be fused, the first is read twice.
   */
  private void foldedBlock() {
    for (Operator activation : List.of(new Gelu(), new Silu())) {
      GraphBuilder b = new GraphBuilder("folded_block");
      String mixed = b.add("mixer", "block", random.depthwise(C, 1, 3, 1), Graph.INPUT);
      String y = b.add("dw", "block", random.depthwise(C, 1, 7, 1), mixed);
      y = b.add("fc1", "block", random.pointwise(C, 4 * C), y);
      y = b.add("act", "block", activation, y);
      y = b.add("fc2", "block", random.pointwise(4 * C, C), y);
      finish("a folded block, " + activation.kind(), b, b.add("add", "block", new Add(), mixed, y));
    }
  }

  /**
   * The stem of a FastViT, of pictures: its sides odd, its output in whole tiles, in parts of one,
   * and a pixel; channels that fill no group, and as many as the smallest variant's.
   */
  private void stems() {
    for (Shape shape :
        List.of(new Shape(2, 35, 61, 3), new Shape(1, 16, 32, 3), new Shape(1, 1, 1, 3))) {
      int channels = shape.n() == 1 ? 48 : C;
      GraphBuilder b = new GraphBuilder("stem");
      Conv2d first = random.conv(3, channels, 3, 2, 1, 1, true);
      String y = b.add("conv", "stem", first, Graph.INPUT);
      y = b.add("act0", "stem", new Gelu(), y);
      y = b.add("dw", "stem", random.conv(channels, channels, 3, 2, 1, channels, true), y);
      y = b.add("act1", "stem", new Gelu(), y);
      y = b.add("pw", "stem", random.pointwise(channels, channels), y);
      b.output(Graph.LOGITS, b.add("act2", "stem", new Gelu(), y));
      cases.add(Case.ofPictures("a stem of " + channels + " channels", b, shape));
    }
  }

  private void attentionBlock() {
    Shape shape = new Shape(2, 4, 3, 64);
    GraphBuilder b = new GraphBuilder("attention");
    String y = b.add("norm", "block", random.layerNorm(64), Graph.INPUT);
    y = b.add("qkv", "block", random.linear(64, 192, false), y);
    y = b.add("attention", "block", new SelfAttention(2, 32), y);
    y = b.add("proj", "block", random.linear(64, 64, true), y);
    y = b.add("add", "block", new Add(), Graph.INPUT, y);
    b.output(Graph.LOGITS, y);
    cases.add(Case.of("an attention block", b, shape));
  }

  /** Patches to tokens, a block of a vision transformer, and the class token's logits. */
  private void visionTransformer() {
    int channels = 24;
    GraphBuilder b = new GraphBuilder("vision_transformer");
    String y = b.add("patches", "stem", random.conv(3, channels, 4, 4, 0, 1, true), Graph.INPUT);
    y = b.add("tokens", "stem", random.tokenEmbedding(13, channels), y);
    String mixed = b.add("norm", "block", random.layerNorm(channels), y);
    mixed = b.add("qkv", "block", random.linear(channels, 3 * channels, true), mixed);
    mixed = b.add("attention", "block", new SelfAttention(3, 8), mixed);
    mixed = b.add("proj", "block", random.linear(channels, channels, true), mixed);
    y = b.add("add", "block", new Add(), y, mixed);
    y = b.add("last", "head", random.layerNorm(channels), y);
    y = b.add("class", "head", new FirstToken(), y);
    b.output(Graph.LOGITS, b.add("fc", "head", random.linear(channels, 10, true), y));
    cases.add(Case.of("a vision transformer", b, new Shape(2, 12, 16, 3)));
  }

  /** A block of PoolFormer. */
  private void poolFormerBlock() {
    GraphBuilder b = new GraphBuilder("poolformer");
    String norm = b.add("norm", "block", random.groupNorm(C), Graph.INPUT);
    String pool = b.add("pool", "block", new AvgPool2d(3, 1, 1), norm);
    String mixed = b.add("sub", "block", new Subtract(), pool, norm);
    String scaled = b.add("scale", "block", random.layerScale(C), mixed);
    finish("a PoolFormer mixer", b, b.add("add", "block", new Add(), Graph.INPUT, scaled));
  }

  private void squeezeExciteHead() {
    GraphBuilder b = new GraphBuilder("head");
    String y = b.add("conv", "head", random.depthwise(C, 2, 3, 1), Graph.INPUT);
    y = b.add("se", "head", random.squeezeExcite(2 * C, 5), y);
    y = b.add("act", "head", new Gelu(), y);
    b.output("final_conv", y);
    y = b.add("pool", "head", new GlobalAveragePool(), y);
    finish("a head", b, b.add("fc", "head", random.linear(2 * C, 10, true), y));
  }

  /** Two names for one value, and an output that another output is computed from. */
  private void outputsThatShare() {
    GraphBuilder b = new GraphBuilder("shared");
    String y = b.add("conv", "block", random.pointwise(C, C), Graph.INPUT);
    b.output("first", y);
    b.output("second", y);
    String dead = b.add("dead", "block", new Gelu(), y);
    b.output("other", dead);
    finish("outputs that share a value", b, b.add("fc", "block", random.pointwise(C, 3), y));
  }

  /**
   * Channels in whole vectors, or cut off; rows and outputs of a row in whole tiles, or cut off.
   */
  private void vectors() {
    for (Shape shape : List.of(new Shape(1, 3, 5, 32), new Shape(1, 1, 3, C))) {
      int channels = shape.c();
      int groups = channels == C ? 1 : 2;
      for (Conv2d conv :
          List.of(
              random.pointwise(channels, channels),
              random.conv(channels, channels, 3, 1, 1, groups, true))) {
        for (Operator activation : List.of(new Gelu(), new Relu(), new Silu())) {
          GraphBuilder b = new GraphBuilder("vectors");
          String y = b.add("conv", "block", conv, Graph.INPUT);
          y = b.add("add", "block", new Add(), y, Graph.INPUT);
          b.output(Graph.LOGITS, b.add("act", "block", activation, y));
          String name =
              "%d channels, kernel %d, a residual, then %s"
                  .formatted(channels, conv.kernelHeight(), activation.kind());
          cases.add(Case.of(name, b, shape));
        }
      }
    }
  }

  private void finish(String name, GraphBuilder b, String value) {
    b.output(Graph.LOGITS, value);
    cases.add(Case.of(name, b, SHAPE));
  }
}
