package fastvit4j.model.operator;

import java.util.List;

/**
 * The mean over square windows, channel by channel. Padding does not count: a window at the border
 * is divided by the number of its pixels that are inside the image (PyTorch's {@code
 * count_include_pad=False}, as PoolFormer uses it).
 *
 * @param kernel height and width of a window
 * @param stride rows and columns between windows
 * @param padding pixels outside the image on each side
 */
public record AvgPool2d(int kernel, int stride, int padding) implements Operator {
  @Override
  public Shape infer(List<Shape> inputs) {
    Shape in = inputs.getFirst();
    return new Shape(
        in.n(),
        Windows.outputs(in.h(), kernel, stride, padding, "average pooling"),
        Windows.outputs(in.w(), kernel, stride, padding, "average pooling"),
        in.c());
  }
}
