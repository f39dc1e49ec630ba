package fastvit4j.model.operator;

import java.util.List;

/**
 * The maximum over square windows, channel by channel; pixels outside the image never win.
 *
 * @param kernel height and width of a window
 * @param stride rows and columns between windows
 * @param padding pixels outside the image on each side
 */
public record MaxPool2d(int kernel, int stride, int padding) implements Operator {
  @Override
  public Shape infer(List<Shape> inputs) {
    Shape in = inputs.getFirst();
    return new Shape(
        in.n(),
        Windows.outputs(in.h(), kernel, stride, padding, "maximum pooling"),
        Windows.outputs(in.w(), kernel, stride, padding, "maximum pooling"),
        in.c());
  }
}
