package fastvit4j.runtime.tornado;

import fastvit4j.kernels.tornado.Convolution;
import fastvit4j.kernels.tornado.ConvolutionVectors;
import fastvit4j.kernels.tornado.Lanes;
import fastvit4j.kernels.tornado.Packed;
import fastvit4j.kernels.tornado.Pointwise;
import fastvit4j.kernels.tornado.PointwiseVectors;
import fastvit4j.model.operator.Conv2d;
import fastvit4j.model.operator.Linear;
import fastvit4j.model.operator.Shape;
import fastvit4j.model.tensor.Tensor;
import java.util.List;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Lowers convolutions and matrix products. */
final class ProductLowering {
  private ProductLowering() {}

  static void linear(TaskList tasks, Linear linear) {
    matrixProduct(tasks, linear.weight(), linear.bias(), linear.inChannels(), linear.outChannels());
  }

  static void convolution(TaskList tasks, Conv2d conv) {
    if (conv.isPointwise()) {
      matrixProduct(tasks, conv.weight(), conv.bias(), conv.inChannels(), conv.outChannels());
      return;
    }
    FloatArray bias = tasks.bias(conv.bias(), conv.outChannels());
    FloatArray w = tasks.weights().of(conv.weight(), () -> Weights.windowFirst(conv.weight()));
    Shape in = tasks.inputShape();
    Shape out = tasks.outputShape();
    Kernel kernel = ProductTable.window(conv, tasks.traits()).kernel();
    tasks.add(
        kernel,
        windowGrid(kernel, out),
        TaskList.value(tasks.input()),
        w,
        bias,
        tasks.residual(),
        TaskList.value(tasks.output()),
        in.h(),
        in.w(),
        in.c(),
        conv.outChannels(),
        in.c() / conv.groups(),
        conv.outChannels() / conv.groups(),
        Packed.of(conv.kernelHeight(), conv.kernelWidth(), conv.stride()),
        conv.padding(),
        Packed.of(0, tasks.hasResidual(), tasks.activation()));
  }

  private static LaunchGrid windowGrid(Kernel kernel, Shape out) {
    int lines = out.n() * out.h();
    if (kernel == Kernel.CONVOLUTION_VECTORS) {
      int outputs = Math.ceilDiv(out.w(), ConvolutionVectors.OUTPUTS);
      return LaunchGrid.groups(List.of(out.c() / Lanes.COUNT, outputs, lines), 1, 1, 1);
    }
    return LaunchGrid.groups(
        List.of(
            Math.ceilDiv(out.c(), Convolution.CHANNELS) * Convolution.CHANNELS,
            Math.ceilDiv(out.w(), Convolution.OUTPUTS),
            lines),
        Convolution.CHANNELS,
        1,
        1);
  }

  private static void matrixProduct(TaskList tasks, Tensor weight, Tensor bias, int in, int out) {
    int rows = tasks.inputShape().pixels();
    Kernel kernel = ProductTable.product(rows, in, out, tasks.traits()).kernel();
    boolean vectors = kernel == Kernel.POINTWISE_ROWS || kernel == Kernel.POINTWISE_ROW;
    tasks.add(
        kernel,
        grid(kernel, rows, out),
        TaskList.value(tasks.input()),
        vectors ? panels(tasks, weight) : plain(tasks, weight),
        vectors ? paddedBias(tasks, bias, out) : tasks.bias(bias, out),
        tasks.residual(),
        TaskList.value(tasks.output()),
        rows,
        in,
        out,
        tasks.hasResidual(),
        tasks.activation());
  }

  private static FloatArray plain(TaskList tasks, Tensor weight) {
    return tasks.weights().of(weight, () -> Weights.outputLast(weight));
  }

  private static FloatArray panels(TaskList tasks, Tensor weight) {
    return tasks.weights().of(weight, "panels", () -> Weights.panels(weight, Lanes.COUNT));
  }

  private static FloatArray paddedBias(TaskList tasks, Tensor bias, int out) {
    if (bias == null || out % Lanes.COUNT == 0) {
      return tasks.bias(bias, Math.ceilDiv(out, Lanes.COUNT) * Lanes.COUNT);
    }
    return tasks.weights().of(bias, "padded", () -> Weights.padded(bias, Lanes.COUNT));
  }

  private static LaunchGrid grid(Kernel kernel, int rows, int out) {
    return switch (kernel) {
      case POINTWISE_COLUMNS ->
          LaunchGrid.groups(
              List.of(
                  Math.ceilDiv(out, Pointwise.COLUMNS) * Pointwise.COLUMNS,
                  Math.ceilDiv(rows, Pointwise.ROWS)),
              Pointwise.COLUMNS,
              1);
      case POINTWISE_ROWS ->
          LaunchGrid.groups(
              List.of(out / Lanes.COUNT, Math.ceilDiv(rows, PointwiseVectors.ROWS)), 1, 1);
      case POINTWISE_ROW -> LaunchGrid.groups(List.of(Math.ceilDiv(out, Lanes.COUNT), rows), 1, 1);
      case POINTWISE_TILED ->
          LaunchGrid.groups(
              List.of(
                  Math.ceilDiv(out, Pointwise.TILE) * Pointwise.GROUP,
                  Math.ceilDiv(rows, Pointwise.TILE) * Pointwise.GROUP),
              Pointwise.GROUP,
              Pointwise.GROUP);
      default -> LaunchGrid.loops(rows, out);
    };
  }
}
