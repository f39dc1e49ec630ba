package fastvit4j.tools.verify;

import fastvit4j.model.graph.Graph;
import fastvit4j.model.graph.GraphBuilder;
import fastvit4j.model.operator.Add;
import fastvit4j.model.operator.AvgPool2d;
import fastvit4j.model.operator.FirstToken;
import fastvit4j.model.operator.Gelu;
import fastvit4j.model.operator.GlobalAveragePool;
import fastvit4j.model.operator.MaxPool2d;
import fastvit4j.model.operator.Operator;
import fastvit4j.model.operator.Relu;
import fastvit4j.model.operator.SelfAttention;
import fastvit4j.model.operator.Shape;
import fastvit4j.model.operator.Silu;
import fastvit4j.model.operator.Subtract;
import java.util.ArrayList;
import java.util.List;

/** Every operator that is no convolution, alone. */
final class OperatorCases {
  private static final List<Shape> SHAPES =
      List.of(
          new Shape(1, 1, 1, 1),
          new Shape(1, 1, 1, 37),
          new Shape(1, 5, 7, 1),
          new Shape(2, 3, 5, 16),
          new Shape(3, 4, 4, 67),
          new Shape(1, 9, 2, 48));

  private final RandomTensors random = new RandomTensors(3);
  private final List<Case> cases = new ArrayList<>();

  private OperatorCases() {}

  static List<Case> all() {
    OperatorCases c = new OperatorCases();
    for (Shape shape : SHAPES) {
      c.add(new Gelu(), shape);
      c.add(new Relu(), shape);
      c.add(new Silu(), shape);
      c.add(c.random.batchNorm(shape.c()), shape);
      c.add(c.random.layerNorm(shape.c()), shape);
      c.add(c.random.groupNorm(shape.c()), shape);
      c.add(c.random.tokenEmbedding(1 + shape.h() * shape.w(), shape.c()), shape);
      c.add(new FirstToken(), shape);
      c.add(c.random.layerScale(shape.c()), shape);
      c.add(c.random.squeezeExcite(shape.c(), Math.max(1, shape.c() / 16)), shape);
      c.add(new GlobalAveragePool(), shape);
      c.binary(new Add(), shape);
      c.binary(new Subtract(), shape);
    }
    c.add(c.random.squeezeExcite(96, 7), new Shape(2, 8, 8, 96));
    c.add(c.random.groupNorm(70), new Shape(2, 21, 23, 70));
    c.add(c.random.layerNorm(192), new Shape(2, 1, 197, 192));
    c.pooling();
    c.attention();
    return c.cases;
  }

  private void pooling() {
    for (Shape shape : SHAPES) {
      cases.add(Case.of("AvgPool2d 3x3", new AvgPool2d(3, 1, 1), shape));
      cases.add(Case.of("AvgPool2d 5x5 stride 2", new AvgPool2d(5, 2, 2), shape));
      cases.add(Case.of("MaxPool2d 3x3 stride 2", new MaxPool2d(3, 2, 1), shape));
      cases.add(Case.of("MaxPool2d 3x3", new MaxPool2d(3, 1, 1), shape));
    }
    cases.add(Case.of("AvgPool2d 2x2 stride 2", new AvgPool2d(2, 2, 0), new Shape(2, 7, 6, 19)));
    cases.add(Case.of("MaxPool2d 2x2 stride 2", new MaxPool2d(2, 2, 0), new Shape(2, 7, 6, 19)));
  }

  private void attention() {
    for (int headDim : List.of(1, 8, 20, 32, 64)) {
      for (int heads : List.of(1, 3)) {
        int channels = 3 * heads * headDim;
        for (Shape tokens :
            List.of(
                new Shape(1, 1, 1, channels),
                new Shape(1, 3, 5, channels),
                new Shape(2, 8, 8, channels),
                new Shape(1, 1, 50, channels))) {
          String name = "SelfAttention of " + heads + " heads of " + headDim;
          cases.add(Case.of(name, new SelfAttention(heads, headDim), tokens));
        }
      }
    }
    // As many tokens as DeiT has, a prime number.
    cases.add(
        Case.of(
            "SelfAttention of 2 heads of 64",
            new SelfAttention(2, 64),
            new Shape(1, 1, 197, 3 * 2 * 64)));
  }

  /** Two different inputs from one, by multiplying with factors of each channel. */
  private void binary(Operator operator, Shape shape) {
    GraphBuilder b = new GraphBuilder("binary");
    String left = b.add("left", "binary", random.layerScale(shape.c()), Graph.INPUT);
    String right = b.add("right", "binary", random.layerScale(shape.c()), Graph.INPUT);
    b.output(Graph.LOGITS, b.add(Case.TESTED, "binary", operator, left, right));
    cases.add(Case.of(operator.kind() + " of two values", b, shape));
    GraphBuilder withInput = new GraphBuilder("with_input");
    String scaled = withInput.add("left", "binary", random.layerScale(shape.c()), Graph.INPUT);
    withInput.output(
        Graph.LOGITS, withInput.add(Case.TESTED, "binary", operator, Graph.INPUT, scaled));
    cases.add(Case.of(operator.kind() + " with the input", withInput, shape));
  }

  private void add(Operator operator, Shape shape) {
    cases.add(Case.of(operator.kind(), operator, shape));
  }
}
