package fastvit4j.tools.verify;

import fastvit4j.model.operator.Conv2d;
import fastvit4j.model.operator.Shape;
import java.util.ArrayList;
import java.util.List;

/** Convolutions and linear layers: every kind that a kernel may be chosen for, at odd sizes. */
final class ConvolutionCases {
  private final RandomTensors random = new RandomTensors(2);
  private final List<Case> cases = new ArrayList<>();

  private ConvolutionCases() {}

  static List<Case> all() {
    ConvolutionCases c = new ConvolutionCases();
    c.pointwise();
    c.depthwise();
    c.dense();
    c.grouped();
    c.linear();
    return c.cases;
  }

  /** Tiles of rows, of output channels and of input channels, each cut off at every place. */
  private void pointwise() {
    for (int in : List.of(1, 3, 16, 48, 67)) {
      for (int out : List.of(1, 5, 16, 31, 64, 97)) {
        add(random.pointwise(in, out), new Shape(1, 3, 5, in));
      }
    }
    for (int width : List.of(1, 2, 4, 5, 6, 7, 11, 12, 13, 25)) {
      add(random.pointwise(19, 33), new Shape(1, 1, width, 19));
    }
    add(random.pointwise(300, 129), new Shape(3, 7, 9, 300));
    add(random.pointwise(1153, 20), new Shape(1, 2, 3, 1153));
    add(random.conv(24, 40, 1, 1, 0, 1, false), new Shape(2, 4, 4, 24));
    add(random.conv(24, 40, 1, 2, 0, 1, true), new Shape(2, 5, 7, 24));
  }

  private void depthwise() {
    for (int kernel : List.of(3, 5, 7, 9, 11)) {
      for (int stride : List.of(1, 2)) {
        for (int multiplier : List.of(1, 2)) {
          add(random.depthwise(1, multiplier, kernel, stride), new Shape(1, 6, 9, 1));
          add(random.depthwise(21, multiplier, kernel, stride), new Shape(2, 13, 10, 21));
          add(random.depthwise(48, multiplier, kernel, stride), new Shape(1, 8, 8, 48));
          add(random.depthwise(5, multiplier, kernel, stride), new Shape(1, 1, 1, 5));
          add(random.depthwise(16, multiplier, kernel, stride), new Shape(3, 2, 17, 16));
        }
      }
    }
    add(random.depthwise(70, 1, 7, 1), new Shape(1, 31, 3, 70));
    add(random.depthwise(12, 3, 3, 1), new Shape(1, 5, 5, 12));
    add(random.conv(20, 20, 3, 1, 0, 20, false), new Shape(1, 5, 6, 20));
    add(random.conv(20, 40, 7, 2, 3, 20, false), new Shape(1, 9, 9, 20));
    add(random.conv(9, 9, 3, 5, 1, 1, 9, true), new Shape(1, 6, 8, 9));
    add(random.conv(17, 17, 3, 3, 1, 17, true), new Shape(1, 8, 10, 17));
  }

  private void dense() {
    for (int stride : List.of(1, 2)) {
      add(random.conv(3, 48, 3, stride, 1, 1, true), new Shape(1, 16, 14, 3));
      add(random.conv(3, 17, 7, stride, 3, 1, true), new Shape(2, 11, 9, 3));
      add(random.conv(13, 29, 3, stride, 1, 1, false), new Shape(1, 5, 5, 13));
      add(random.conv(64, 64, 3, stride, 1, 1, true), new Shape(1, 6, 7, 64));
      add(random.conv(6, 8, 3, stride, 1, 1, true), new Shape(1, 1, 1, 6));
      add(random.conv(1, 1, 3, stride, 1, 1, true), new Shape(1, 4, 4, 1));
      add(random.conv(7, 11, 5, stride, 2, 1, true), new Shape(2, 6, 3, 7));
    }
    add(random.conv(3, 20, 4, 4, 0, 1, true), new Shape(2, 12, 9, 3));
    add(random.conv(10, 20, 2, 2, 0, 1, true), new Shape(1, 6, 5, 10));
    add(random.conv(3, 24, 16, 16, 0, 1, true), new Shape(1, 32, 48, 3));
    add(random.conv(5, 6, 3, 1, 0, 1, true), new Shape(1, 7, 7, 5));
    add(random.conv(5, 6, 1, 1, 1, 1, true), new Shape(1, 3, 3, 5));
    add(random.conv(4, 9, 1, 3, 1, 1, 1, true), new Shape(1, 4, 5, 4));
  }

  private void grouped() {
    add(random.conv(8, 12, 3, 1, 1, 2, true), new Shape(1, 5, 4, 8));
    add(random.conv(30, 30, 3, 2, 1, 5, true), new Shape(2, 7, 7, 30));
    add(random.conv(16, 32, 1, 1, 0, 4, false), new Shape(1, 3, 3, 16));
  }

  private void linear() {
    for (int in : List.of(1, 10, 768)) {
      for (int out : List.of(1, 10, 1000)) {
        for (int batch : List.of(1, 3)) {
          String name = "linear " + in + " to " + out;
          cases.add(Case.of(name, random.linear(in, out, true), new Shape(batch, 1, 1, in)));
        }
      }
    }
    cases.add(
        Case.of("linear without bias", random.linear(48, 144, false), new Shape(2, 4, 3, 48)));
  }

  private void add(Conv2d conv, Shape input) {
    String name =
        String.format(
            "conv %dx%d stride %d padding %d groups %d, %d to %d%s",
            conv.kernelHeight(),
            conv.kernelWidth(),
            conv.stride(),
            conv.padding(),
            conv.groups(),
            conv.inChannels(),
            conv.outChannels(),
            conv.bias() == null ? " without bias" : "");
    cases.add(Case.of(name, conv, input));
  }
}
