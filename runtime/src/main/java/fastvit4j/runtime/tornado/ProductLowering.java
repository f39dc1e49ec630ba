package fastvit4j.runtime.tornado;

import fastvit4j.kernels.tornado.Convolution;
import fastvit4j.kernels.tornado.ConvolutionVectors;
import fastvit4j.kernels.tornado.Lanes;
import fastvit4j.kernels.tornado.Packed;
import fastvit4j.kernels.tornado.Pointwise;
import fastvit4j.kernels.tornado.PointwiseVectors;
import fastvit4j.model.operator.Conv2d;
import fastvit4j.model.operator.Linear;
import fastvit4j.model.operator.Operator;
import fastvit4j.model.operator.Shape;
import fastvit4j.model.tensor.Tensor;
import java.util.List;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Lowers convolutions and matrix products. */
final class ProductLowering {
  /** Fours of outputs that a GPU's group computes. */
  private static final int MOST_TOGETHER = 8;

  private ProductLowering() {}

  static void convolutionColumns(TaskList tasks, Problem problem) {
    Shape out = problem.output();
    int outputs = Math.ceilDiv(out.w(), Convolution.OUTPUTS);
    // Groups of 16 would leave half of a GPU's lanes idle.
    int together =
        tasks.traits().gpu() ? Math.min(MOST_TOGETHER, Integer.highestOneBit(outputs)) : 1;
    LaunchGrid grid =
        LaunchGrid.groups(
            List.of(
                Math.ceilDiv(out.c(), Convolution.CHANNELS) * Convolution.CHANNELS,
                Math.ceilDiv(outputs, together) * together,
                out.n() * out.h()),
            Convolution.CHANNELS,
            together,
            1);
    window(tasks, problem, Kernel.CONVOLUTION_COLUMNS, grid);
  }

  static void convolutionVectors(TaskList tasks, Problem problem) {
    Shape out = problem.output();
    int outputs = Math.ceilDiv(out.w(), ConvolutionVectors.OUTPUTS);
    LaunchGrid grid =
        LaunchGrid.groups(List.of(out.c() / Lanes.COUNT, outputs, out.n() * out.h()), 1, 1, 1);
    window(tasks, problem, Kernel.CONVOLUTION_VECTORS, grid);
  }

  private static void window(TaskList tasks, Problem problem, Kernel kernel, LaunchGrid grid) {
    Conv2d conv = (Conv2d) problem.operator();
    Shape in = problem.input();
    tasks.add(
        kernel,
        grid,
        TaskList.value(tasks.input()),
        tasks.weights().of(conv.weight(), () -> WeightLayouts.windowFirst(conv.weight())),
        tasks.bias(conv.bias(), conv.outChannels()),
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

  static void plain(TaskList tasks, Problem problem) {
    product(
        tasks, problem, Kernel.POINTWISE, LaunchGrid.loops(problem.rows(), problem.outChannels()));
  }

  static void columns(TaskList tasks, Problem problem) {
    LaunchGrid grid =
        LaunchGrid.groups(
            List.of(
                Math.ceilDiv(problem.outChannels(), Pointwise.COLUMNS) * Pointwise.COLUMNS,
                Math.ceilDiv(problem.rows(), Pointwise.ROWS)),
            Pointwise.COLUMNS,
            1);
    product(tasks, problem, Kernel.POINTWISE_COLUMNS, grid);
  }

  static void tiled(TaskList tasks, Problem problem) {
    LaunchGrid grid =
        LaunchGrid.groups(
            List.of(
                Math.ceilDiv(problem.outChannels(), Pointwise.TILE) * Pointwise.GROUP,
                Math.ceilDiv(problem.rows(), Pointwise.TILE) * Pointwise.GROUP),
            Pointwise.GROUP,
            Pointwise.GROUP);
    product(tasks, problem, Kernel.POINTWISE_TILED, grid);
  }

  static void rows(TaskList tasks, Problem problem) {
    int sixes = Math.ceilDiv(problem.rows(), PointwiseVectors.ROWS);
    LaunchGrid grid = LaunchGrid.groups(List.of(problem.outChannels() / Lanes.COUNT, sixes), 1, 1);
    panelProduct(tasks, problem, Kernel.POINTWISE_ROWS, grid);
  }

  /** A product in blocks of rows and vectors of columns, rows first. */
  static void block(TaskList tasks, Problem problem, Kernel kernel, int rows, int vectors) {
    LaunchGrid grid =
        LaunchGrid.groups(
            List.of(
                Math.ceilDiv(problem.rows(), rows),
                problem.outChannels() / (vectors * Lanes.COUNT)),
            1,
            1);
    panelProduct(tasks, problem, kernel, grid);
  }

  static void row(TaskList tasks, Problem problem) {
    int panels = Math.ceilDiv(problem.outChannels(), Lanes.COUNT);
    LaunchGrid grid = LaunchGrid.groups(List.of(panels, problem.rows()), 1, 1);
    panelProduct(tasks, problem, Kernel.POINTWISE_ROW, grid);
  }

  /** A product with weights [in, out]. */
  private static void product(TaskList tasks, Problem problem, Kernel kernel, LaunchGrid grid) {
    Tensor weight = weight(problem.operator());
    product(
        tasks,
        problem,
        kernel,
        grid,
        tasks.weights().of(weight, () -> WeightLayouts.outputLast(weight)),
        tasks.bias(bias(problem.operator()), problem.outChannels()));
  }

  /** A product with weights in panels as wide as a vector. */
  private static void panelProduct(
      TaskList tasks, Problem problem, Kernel kernel, LaunchGrid grid) {
    Tensor weight = weight(problem.operator());
    product(
        tasks,
        problem,
        kernel,
        grid,
        tasks.weights().of(weight, "panels", () -> WeightLayouts.panels(weight, Lanes.COUNT)),
        paddedBias(tasks, bias(problem.operator()), problem.outChannels()));
  }

  private static void product(
      TaskList tasks,
      Problem problem,
      Kernel kernel,
      LaunchGrid grid,
      FloatArray weights,
      FloatArray bias) {
    tasks.add(
        kernel,
        grid,
        TaskList.value(tasks.input()),
        weights,
        bias,
        tasks.residual(),
        TaskList.value(tasks.output()),
        problem.rows(),
        problem.inChannels(),
        problem.outChannels(),
        tasks.hasResidual(),
        tasks.activation());
  }

  /** The weights of a matrix product. */
  static Tensor weight(Operator operator) {
    return operator instanceof Conv2d conv ? conv.weight() : ((Linear) operator).weight();
  }

  /** The bias of a matrix product, or null. */
  static Tensor bias(Operator operator) {
    return operator instanceof Conv2d conv ? conv.bias() : ((Linear) operator).bias();
  }

  private static FloatArray paddedBias(TaskList tasks, Tensor bias, int out) {
    if (bias == null || out % Lanes.COUNT == 0) {
      return tasks.bias(bias, Math.ceilDiv(out, Lanes.COUNT) * Lanes.COUNT);
    }
    return tasks.weights().of(bias, "padded", () -> WeightLayouts.padded(bias, Lanes.COUNT));
  }
}
