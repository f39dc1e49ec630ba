package fastvit4j.runtime.tornado;

import fastvit4j.kernels.tornado.Convolution;
import fastvit4j.kernels.tornado.Packed;
import fastvit4j.kernels.tornado.Pointwise;
import fastvit4j.model.operator.Conv2d;
import fastvit4j.model.operator.Linear;
import fastvit4j.model.operator.Shape;
import java.util.List;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Lowers convolutions and matrix products. */
final class ProductLowering {
  private ProductLowering() {}

  static void linear(TaskList tasks, Linear linear) {
    matrixProduct(
        tasks,
        tasks.weights().of(linear.weight(), () -> Weights.outputLast(linear.weight())),
        tasks.bias(linear.bias(), linear.outChannels()),
        linear.inChannels(),
        linear.outChannels());
  }

  static void convolution(TaskList tasks, Conv2d conv) {
    FloatArray bias = tasks.bias(conv.bias(), conv.outChannels());
    if (conv.isPointwise()) {
      FloatArray w = tasks.weights().of(conv.weight(), () -> Weights.outputLast(conv.weight()));
      matrixProduct(tasks, w, bias, conv.inChannels(), conv.outChannels());
      return;
    }
    FloatArray w = tasks.weights().of(conv.weight(), () -> Weights.windowFirst(conv.weight()));
    Shape in = tasks.inputShape();
    Shape out = tasks.outputShape();
    tasks.add(
        Kernel.CONVOLUTION_COLUMNS,
        LaunchGrid.groups(
            List.of(
                Math.ceilDiv(out.c(), Convolution.CHANNELS) * Convolution.CHANNELS,
                Math.ceilDiv(out.w(), Convolution.OUTPUTS),
                out.n() * out.h()),
            Convolution.CHANNELS,
            1,
            1),
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

  private static void matrixProduct(
      TaskList tasks, FloatArray w, FloatArray bias, int in, int out) {
    int rows = tasks.inputShape().pixels();
    Kernel kernel = KernelTable.pointwise(rows, in, out, tasks.traits()).kernel();
    tasks.add(
        kernel,
        grid(kernel, rows, out),
        TaskList.value(tasks.input()),
        w,
        bias,
        tasks.residual(),
        TaskList.value(tasks.output()),
        rows,
        in,
        out,
        tasks.hasResidual(),
        tasks.activation());
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
