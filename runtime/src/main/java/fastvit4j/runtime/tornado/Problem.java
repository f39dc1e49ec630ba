package fastvit4j.runtime.tornado;

import fastvit4j.model.operator.Conv2d;
import fastvit4j.model.operator.Linear;
import fastvit4j.model.operator.Operator;
import fastvit4j.model.operator.Shape;
import fastvit4j.model.tensor.Tensor;
import fastvit4j.runtime.Precision;
import fastvit4j.runtime.plan.FusedStep;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a kernel is chosen for: a step of a network at given shapes, or neighbouring steps that a
 * fused kernel computes together.
 *
 * @param steps the steps, mostly one
 * @param shapes the shapes of all values of the network, NHWC
 * @param needed values written by the steps that are read by others, or kept: what has to be
 *     written to memory, the last step's output among them
 * @param pixels what is given in the place of the network's input, pictures as bytes; null where
 *     the steps read float32
 * @param precision how values are stored
 */
record Problem(
    List<FusedStep> steps,
    Map<String, Shape> shapes,
    Set<String> needed,
    PlanInput pixels,
    Precision precision) {
  Problem {
    steps = List.copyOf(steps);
  }

  /**
   * The operator whose kernels compute one: a convolution with a 1×1 window is a matrix product.
   */
  static String kind(Operator operator) {
    return operator instanceof Conv2d conv && conv.isPointwise() ? "Linear" : operator.kind();
  }

  /** The operator whose kernels compute the steps, of several {@code Conv2d>Linear} or so. */
  String kind() {
    String kinds =
        steps.stream().map(step -> kind(step.operator())).collect(Collectors.joining(">"));
    return pixels == null ? kinds : "pictures>" + kinds;
  }

  /** The first step's operator. */
  Operator operator() {
    return steps.getFirst().operator();
  }

  /** A step's operator. */
  Operator operator(int step) {
    return steps.get(step).operator();
  }

  /** The shape of the first step's first input. */
  Shape input() {
    return shapes.get(steps.getFirst().inputs().getFirst());
  }

  /** The shape of the last step's output. */
  Shape output() {
    return shapes.get(steps.getLast().output());
  }

  /** Whether nothing that passes from step to step is read elsewhere. */
  boolean isChain() {
    return needed.size() == 1;
  }

  /** Rows of a matrix product: the input's pixels. */
  int rows() {
    return input().pixels();
  }

  /** Input channels of the first step, a convolution or a matrix product. */
  int inChannels() {
    return switch (operator()) {
      case Linear linear -> linear.inChannels();
      case Conv2d conv -> conv.inChannels();
      default -> input().c();
    };
  }

  /** Output channels of the last step. */
  int outChannels() {
    return output().c();
  }

  /**
   * All that the choice of a kernel may depend on, as text: operators with their numbers, the
   * shapes of what they read and of their weights, residuals, activations, precision. Problems with
   * the same text take the same time.
   */
  String text() {
    List<String> parts = new ArrayList<>();
    for (FusedStep step : steps) {
      String inputs =
          step.inputs().stream().map(v -> dims(shapes.get(v))).collect(Collectors.joining(","));
      parts.add(step.operators() + "(" + inputs + numbers(step.operator()) + ")");
    }
    String text = String.join(">", parts) + " " + precision;
    if (pixels != null) {
      text = "pictures>" + text;
    }
    return needed.size() == 1 ? text : text + " writes " + needed.size();
  }

  private static String dims(Shape shape) {
    return shape.n() + "x" + shape.h() + "x" + shape.w() + "x" + shape.c();
  }

  private static String numbers(Operator operator) {
    StringBuilder text = new StringBuilder();
    for (RecordComponent component : operator.getClass().getRecordComponents()) {
      Object value;
      try {
        value = component.getAccessor().invoke(operator);
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException(component + " cannot be read", e);
      }
      if (value instanceof Tensor tensor) {
        text.append(' ').append(component.getName()).append(dims(tensor));
      } else if (component.getType() == int.class) {
        text.append(' ').append(component.getName()).append(value);
      }
    }
    return text.toString();
  }

  private static String dims(Tensor tensor) {
    return Arrays.stream(tensor.shape()).mapToObj(String::valueOf).collect(Collectors.joining("x"));
  }
}
