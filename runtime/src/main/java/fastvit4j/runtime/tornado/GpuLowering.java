package fastvit4j.runtime.tornado;

import fastvit4j.kernels.tornado.AttentionHead;
import fastvit4j.kernels.tornado.Depthwise;
import fastvit4j.kernels.tornado.DepthwiseRows;
import fastvit4j.kernels.tornado.DepthwiseTiles;
import fastvit4j.kernels.tornado.Packed;
import fastvit4j.kernels.tornado.PointwiseMma;
import fastvit4j.kernels.tornado.PointwiseParts;
import fastvit4j.kernels.tornado.PointwiseTiles;
import fastvit4j.kernels.tornado.SqueezeExciteImage;
import fastvit4j.model.operator.Conv2d;
import fastvit4j.model.operator.Linear;
import fastvit4j.model.operator.Operator;
import fastvit4j.model.operator.SelfAttention;
import fastvit4j.model.operator.Shape;
import fastvit4j.model.operator.SqueezeExcite;
import fastvit4j.model.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Lowers single operators to the kernels for GPUs. */
final class GpuLowering {
  /** The fewest products of a part of a sum that is worth a work-group of its own. */
  static final int LEAST_DEPTH = 64;

  private GpuLowering() {}

  /** This many groups in each direction, of so many work-items. */
  static LaunchGrid groups(int x, int y, int z, int localX, int localY) {
    return LaunchGrid.groups(List.of(x * localX, y * localY, z), localX, localY, 1);
  }

  /** Tiles of 64 columns and some rows that a product has. */
  static int tiles(Problem problem, int rows) {
    return Math.ceilDiv(problem.rows(), rows)
        * Math.ceilDiv(problem.outChannels(), PointwiseTiles.COLS);
  }

  static void wide(TaskList tasks, Problem problem) {
    tasks.add(
        GpuKernels.POINTWISE_WIDE,
        LaunchGrid.groups(
            List.of(
                Math.ceilDiv(problem.outChannels(), PointwiseTiles.COLS) * PointwiseTiles.GROUP,
                Math.ceilDiv(problem.rows(), PointwiseTiles.ROWS) * PointwiseTiles.GROUP),
            PointwiseTiles.GROUP,
            PointwiseTiles.GROUP),
        TaskList.value(tasks.input()),
        weight(tasks, problem.operator()),
        bias(tasks, problem.operator()),
        tasks.residual(),
        TaskList.value(tasks.output()),
        problem.rows(),
        problem.inChannels(),
        problem.outChannels(),
        tasks.hasResidual(),
        tasks.activation());
  }

  static void mma(TaskList tasks, Problem problem) {
    int across = Math.ceilDiv(problem.outChannels(), PointwiseMma.COLS);
    int down = Math.ceilDiv(problem.rows(), PointwiseMma.ROWS);
    int sums = Math.multiplyExact(across * PointwiseMma.COLS, down * PointwiseMma.ROWS);
    tasks.add(
        GpuKernels.POINTWISE_MMA,
        groups(across, down, 1, PointwiseMma.GROUP, 1),
        TaskList.value(tasks.input()),
        weight(tasks, problem.operator()),
        bias(tasks, problem.operator()),
        tasks.residual(),
        TaskList.value(tasks.output()),
        TaskList.value(tasks.output() + "#sums", sums),
        problem.rows(),
        problem.inChannels(),
        problem.outChannels(),
        tasks.hasResidual(),
        tasks.activation());
  }

  static void split(TaskList tasks, Problem problem) {
    int depth = depth(tasks, problem, PointwiseParts.DEPTH);
    int parts = Math.ceilDiv(problem.inChannels(), depth);
    LaunchGrid grid =
        groups(
            Math.ceilDiv(problem.outChannels(), PointwiseParts.COLS),
            Math.ceilDiv(problem.rows(), PointwiseParts.ROWS),
            parts,
            PointwiseParts.GROUP,
            PointwiseParts.GROUP);
    parts(tasks, problem, GpuKernels.POINTWISE_SPLIT, grid, depth, 1);
  }

  static void mmaSplit(TaskList tasks, Problem problem) {
    int depth = depth(tasks, problem, PointwiseMma.DEPTH);
    LaunchGrid grid =
        groups(
            Math.ceilDiv(problem.outChannels(), PointwiseMma.COLS),
            Math.ceilDiv(problem.rows(), PointwiseMma.ROWS),
            Math.ceilDiv(problem.inChannels(), depth),
            PointwiseMma.GROUP,
            1);
    parts(tasks, problem, GpuKernels.POINTWISE_MMA_SPLIT, grid, depth, PointwiseMma.COLS);
  }

  /**
   * The products of each part of a sum: as many parts as give each processor four work-groups, but
   * none of fewer than {@value #LEAST_DEPTH} products.
   */
  private static int depth(TaskList tasks, Problem problem, int multiple) {
    int in = problem.inChannels();
    int wanted =
        Math.ceilDiv(4 * tasks.traits().computeUnits(), tiles(problem, PointwiseParts.ROWS));
    int most = Math.max(1, in / LEAST_DEPTH);
    int depth = Math.ceilDiv(in, Math.clamp(wanted, 1, most));
    return Math.ceilDiv(depth, multiple) * multiple;
  }

  /** A launch that sums parts, whose sides are multiples of a tile's, and one that adds them up. */
  private static void parts(
      TaskList tasks, Problem problem, Kernel kernel, LaunchGrid grid, int depth, int tile) {
    int rows = problem.rows();
    int in = problem.inChannels();
    int out = problem.outChannels();
    int parts = Math.ceilDiv(in, depth);
    int part =
        Math.multiplyExact(
            Math.ceilDiv(rows, tile) * tile, Math.multiplyExact(Math.ceilDiv(out, tile), tile));
    LoweredTask.Value partial = TaskList.value(tasks.output() + "#partial");
    tasks.add(
        kernel,
        Math.multiplyExact(parts, part),
        grid,
        TaskList.value(tasks.input()),
        weight(tasks, problem.operator()),
        partial,
        rows,
        in,
        out,
        depth);
    tasks.add(
        GpuKernels.POINTWISE_MERGE,
        LaunchGrid.groups(
            List.of(Math.ceilDiv(rows * out, PointwiseParts.MERGED) * PointwiseParts.MERGED),
            PointwiseParts.MERGED),
        partial,
        bias(tasks, problem.operator()),
        tasks.hasResidual() == 1 ? tasks.residual() : partial,
        TaskList.value(tasks.output()),
        rows,
        out,
        parts,
        tile,
        tasks.hasResidual(),
        tasks.activation());
  }

  static void depthwise(TaskList tasks, Problem problem, Kernel kernel) {
    Shape in = problem.input();
    depthwise(
        tasks,
        problem,
        kernel,
        groups(
            Math.ceilDiv(in.c(), Depthwise.LANES),
            Math.ceilDiv(in.w(), Depthwise.SIDE),
            in.n() * Math.ceilDiv(in.h(), Depthwise.SIDE),
            Depthwise.LANES,
            Depthwise.SIDE));
  }

  /** A depthwise convolution whose kernel knows its window. */
  static void depthwise(TaskList tasks, Problem problem, Kernel kernel, LaunchGrid grid) {
    Shape in = problem.input();
    tasks.add(
        kernel,
        grid,
        TaskList.value(tasks.input()),
        weight(tasks, problem.operator()),
        bias(tasks, problem.operator()),
        tasks.residual(),
        TaskList.value(tasks.output()),
        in.h(),
        in.w(),
        in.c(),
        tasks.hasResidual(),
        tasks.activation());
  }

  static void depthwiseRows(TaskList tasks, Problem problem, Kernel kernel) {
    Conv2d conv = (Conv2d) problem.operator();
    Shape in = problem.input();
    Shape out = problem.output();
    int multiplier = out.c() / in.c();
    int lines = DepthwiseRows.lines(conv.kernelHeight(), conv.stride(), multiplier);
    tasks.add(
        kernel,
        groups(
            Math.ceilDiv(out.c(), DepthwiseRows.LANES),
            Math.ceilDiv(out.w(), DepthwiseRows.OUTPUTS),
            out.n() * Math.ceilDiv(out.h(), lines),
            DepthwiseRows.LANES,
            lines),
        depthwiseArguments(
            tasks, problem, Packed.of(0, conv.kernelHeight(), conv.padding()), lines));
  }

  static void depthwiseTiled(TaskList tasks, Problem problem) {
    Conv2d conv = (Conv2d) problem.operator();
    Shape in = problem.input();
    Shape out = problem.output();
    int kernel = conv.kernelHeight();
    int multiplier = out.c() / in.c();
    int tile = DepthwiseTiles.tile(kernel, conv.stride(), multiplier);
    int lines = Packed.middle(tile);
    int strips = Packed.low(tile);
    tasks.add(
        GpuKernels.DEPTHWISE_TILED,
        groups(
            Math.ceilDiv(out.c(), DepthwiseTiles.LANES),
            Math.ceilDiv(out.w(), DepthwiseTiles.OUTPUTS * strips),
            out.n() * Math.ceilDiv(out.h(), lines),
            DepthwiseTiles.LANES,
            lines * strips),
        depthwiseArguments(
            tasks, problem, Packed.of(0, kernel, conv.stride()), conv.padding(), tile));
  }

  /**
   * The arguments of depthwise convolutions of any window, which say it in numbers of their own.
   */
  private static Object[] depthwiseArguments(TaskList tasks, Problem problem, Object... window) {
    Shape in = problem.input();
    int out = problem.output().c();
    List<Object> arguments = new ArrayList<>();
    arguments.add(TaskList.value(tasks.input()));
    arguments.add(weight(tasks, problem.operator()));
    arguments.add(bias(tasks, problem.operator()));
    arguments.add(tasks.residual());
    arguments.add(TaskList.value(tasks.output()));
    arguments.addAll(List.of(in.h(), in.w(), in.c(), out, out / in.c()));
    arguments.addAll(List.of(window));
    arguments.add(Packed.of(0, tasks.hasResidual(), tasks.activation()));
    return arguments.toArray();
  }

  static void attention(TaskList tasks, Problem problem) {
    SelfAttention attention = (SelfAttention) problem.operator();
    Shape in = problem.input();
    int tokens = in.h() * in.w();
    tasks.add(
        GpuKernels.ATTENTION_HEAD,
        groups(
            Math.ceilDiv(tokens, AttentionHead.BLOCK),
            attention.heads(),
            in.n(),
            AttentionHead.BLOCK,
            AttentionHead.ITEMS),
        TaskList.value(tasks.input()),
        TaskList.value(tasks.output()),
        tokens,
        attention.heads(),
        attention.headDim(),
        (float) (1 / Math.sqrt(attention.headDim())));
  }

  static void squeezeExcite(TaskList tasks, Problem problem) {
    SqueezeExcite excite = (SqueezeExcite) problem.operator();
    Shape in = problem.input();
    tasks.add(
        GpuKernels.SQUEEZE_EXCITE_IMAGE,
        LaunchGrid.groups(List.of(in.n() * SqueezeExciteImage.GROUP), SqueezeExciteImage.GROUP),
        TaskList.value(tasks.input()),
        outputLast(tasks, excite.reduceWeight()),
        tasks.bias(excite.reduceBias(), excite.reduced()),
        outputLast(tasks, excite.expandWeight()),
        tasks.bias(excite.expandBias(), excite.channels()),
        TaskList.value(tasks.output()),
        in.h() * in.w(),
        in.c(),
        excite.reduced(),
        tasks.activation());
  }

  /** The weights of a convolution or a linear layer, output channels last. */
  static FloatArray weight(TaskList tasks, Operator operator) {
    return switch (operator) {
      case Linear linear -> outputLast(tasks, linear.weight());
      case Conv2d conv when conv.isPointwise() -> outputLast(tasks, conv.weight());
      case Conv2d conv ->
          tasks.weights().of(conv.weight(), () -> WeightLayouts.windowFirst(conv.weight()));
      default -> throw new IllegalArgumentException(operator.kind() + " has no such weights");
    };
  }

  /** The bias of a convolution or a linear layer, zeros where it has none. */
  static FloatArray bias(TaskList tasks, Operator operator) {
    return switch (operator) {
      case Linear linear -> tasks.bias(linear.bias(), linear.outChannels());
      case Conv2d conv -> tasks.bias(conv.bias(), conv.outChannels());
      default -> throw new IllegalArgumentException(operator.kind() + " has no such bias");
    };
  }

  private static FloatArray outputLast(TaskList tasks, Tensor weight) {
    return tasks.weights().of(weight, () -> WeightLayouts.outputLast(weight));
  }
}
