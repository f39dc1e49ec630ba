package fastvit4j.model.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fastvit4j.model.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

class OperatorTest {
  private static final Shape IMAGE = new Shape(2, 9, 7, 6);

  private static Tensor tensor(int... shape) {
    return Tensor.shapeOnly("w", shape);
  }

  private static Shape infer(Operator operator, Shape... inputs) {
    return operator.infer(List.of(inputs));
  }

  @Test
  void convolutionsCountEveryProduct() {
    Conv2d dense = new Conv2d(tensor(8, 6, 3, 3), tensor(8), 2, 1, 1);
    assertEquals(new Shape(2, 5, 4, 8), infer(dense, IMAGE));
    assertEquals(2L * 5 * 4 * 8 * 6 * 9, dense.macs(List.of(IMAGE)));
    assertFalse(dense.isDepthwise() || dense.isPointwise());
    Conv2d doubling = new Conv2d(tensor(12, 1, 7, 7), null, 2, 3, 6);
    assertTrue(doubling.isDepthwise());
    assertEquals(2L * 5 * 4 * 12 * 49, doubling.macs(List.of(IMAGE)));
    assertEquals(1, doubling.parameters().size());
    assertTrue(new Conv2d(tensor(4, 6, 1, 1), null, 1, 0, 1).isPointwise());
  }

  @Test
  void shapesThatDoNotFitAreNamed() {
    Conv2d conv = new Conv2d(tensor(8, 3, 3, 3), null, 1, 0, 1);
    ShapeException channels = assertThrows(ShapeException.class, () -> infer(conv, IMAGE));
    assertTrue(channels.getMessage().contains("6 channels"), channels.getMessage());
    Shape small = new Shape(1, 2, 2, 3);
    ShapeException size = assertThrows(ShapeException.class, () -> infer(conv, small));
    assertTrue(size.getMessage().contains("larger input"), size.getMessage());
    assertThrows(ShapeException.class, () -> new Conv2d(tensor(8, 3), null, 1, 0, 1));
    assertThrows(ShapeException.class, () -> new Conv2d(tensor(8, 3, 3, 3), tensor(7), 1, 0, 1));
    assertThrows(ShapeException.class, () -> new Conv2d(tensor(8, 3, 3, 3), null, 1, 0, 3));
    assertThrows(ShapeException.class, () -> new Linear(tensor(8), null));
    assertThrows(ShapeException.class, () -> new Linear(tensor(8, 4), tensor(4)));
    assertThrows(ShapeException.class, () -> new LayerNorm(tensor(8), tensor(7), 1e-6));
    assertThrows(ShapeException.class, () -> new LayerScale(tensor(2, 2)));
    assertThrows(
        ShapeException.class,
        () -> new BatchNorm(tensor(8), tensor(8), tensor(8), tensor(7), BatchNorm.EPS));
    assertThrows(
        ShapeException.class,
        () -> new SqueezeExcite(tensor(2, 8, 1, 1), tensor(2), tensor(8, 3, 1, 1), tensor(8)));
    assertThrows(ShapeException.class, () -> infer(new Add(), IMAGE, small));
    assertThrows(ShapeException.class, () -> infer(new Subtract(), IMAGE, small));
    assertThrows(ShapeException.class, () -> infer(new SelfAttention(2, 32), IMAGE));
  }

  @Test
  void poolsAndAttentionInferTheirShapes() {
    assertEquals(new Shape(2, 4, 3, 6), infer(new MaxPool2d(3, 2, 0), IMAGE));
    assertEquals(new Shape(2, 9, 7, 6), infer(new AvgPool2d(3, 1, 1), IMAGE));
    assertEquals(new Shape(2, 1, 1, 6), infer(new GlobalAveragePool(), IMAGE));
    SelfAttention attention = new SelfAttention(1, 2);
    assertEquals(new Shape(2, 9, 7, 2), infer(attention, IMAGE));
    assertEquals(2L * 2 * 63 * 63 * 2, attention.macs(List.of(IMAGE)));
    assertEquals(2, new Subtract().arity());
    assertEquals("SelfAttention", attention.kind());
  }

  @Test
  void normalisationsAndLayersKeepTheShape() {
    assertEquals(IMAGE, infer(new LayerNorm(tensor(6), tensor(6), 1e-6), IMAGE));
    assertEquals(IMAGE, infer(new LayerScale(tensor(6, 1, 1)), IMAGE));
    Linear linear = new Linear(tensor(10, 6), null);
    assertEquals(IMAGE.withChannels(10), infer(linear, IMAGE));
    assertEquals(2L * 63 * 60, linear.macs(List.of(IMAGE)));
    BatchNorm norm = new BatchNorm(tensor(6), tensor(6), tensor(6), tensor(6), BatchNorm.EPS);
    assertEquals(IMAGE, infer(norm, IMAGE));
    assertEquals(2, norm.buffers().size());
  }

  @Test
  void shapesHaveAtLeastOneElementAndAtMostAnIntOfThem() {
    assertThrows(ShapeException.class, () -> new Shape(1, 0, 3, 3));
    assertThrows(ShapeException.class, () -> new Shape(1, 1 << 16, 1 << 16, 1));
    assertThrows(ShapeException.class, () -> new Shape(1 << 16, 1 << 10, 1 << 10, 3));
    assertEquals("2x9x7x6", IMAGE.toString());
    assertEquals(126, IMAGE.pixels());
    assertEquals(new Shape(1, 9, 7, 6), IMAGE.withBatch(1));
  }
}
