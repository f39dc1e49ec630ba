package fastvit4j.runtime.tornado;

import fastvit4j.kernels.tornado.DepthwiseTwofold;
import fastvit4j.kernels.tornado.DepthwiseVectors;
import fastvit4j.kernels.tornado.Lanes;
import fastvit4j.kernels.tornado.Packed;
import fastvit4j.kernels.tornado.PointwiseBlocks;
import fastvit4j.model.operator.Conv2d;
import fastvit4j.model.operator.Shape;
import fastvit4j.model.tensor.Tensor;
import java.util.List;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Products and depthwise convolutions in blocks of vectors, for processors. */
final class VectorCandidates {
  private static final Kernel SIX_BY_TWO =
      new Kernel(
          "pointwiseSixByTwo",
          PointwiseBlocks.class,
          "rows6by2",
          "crrrrwnnn##",
          (graph, task, arguments) -> arguments.add(graph, task, PointwiseBlocks::rows6by2));

  private static final Kernel FOUR_BY_THREE =
      new Kernel(
          "pointwiseFourByThree",
          PointwiseBlocks.class,
          "rows4by3",
          "crrrrwnnn##",
          (graph, task, arguments) -> arguments.add(graph, task, PointwiseBlocks::rows4by3));

  private static final Kernel DEPTHWISE =
      new Kernel(
          "depthwiseVectors",
          DepthwiseVectors.class,
          "single",
          "crrrrwnnn###",
          (graph, task, arguments) -> arguments.add(graph, task, DepthwiseVectors::single));

  private static final Kernel SEVEN =
      new Kernel(
          "depthwiseVectorsSeven",
          DepthwiseVectors.class,
          "seven",
          "crrrrwnnn##",
          (graph, task, arguments) -> arguments.add(graph, task, DepthwiseVectors::seven));

  private static final Kernel TWOFOLD =
      new Kernel(
          "depthwiseVectorsTwofold",
          DepthwiseTwofold.class,
          "twofold",
          "crrrrwnnn###",
          (graph, task, arguments) -> arguments.add(graph, task, DepthwiseTwofold::twofold));

  static final List<Candidate> ALL =
      List.of(
          product(FOUR_BY_THREE, 4, 3),
          product(SIX_BY_TWO, 6, 2),
          depthwise(SEVEN, DepthwiseVectors.OUTPUTS_OF_SEVEN)
              .able((p, d) -> GpuCandidates.sameDepthwise(p.operator(), 7) && vectors(p, 1, d))
              .suits(
                  "processor, depthwise 7×7 with stride 1, a multiple of 16 channels",
                  (_, d) -> !d.gpu())
              .lowered(VectorCandidates::seven),
          depthwise(DEPTHWISE, DepthwiseVectors.OUTPUTS)
              .able((p, d) -> vectors(p, 1, d))
              .suits("processor, depthwise, a multiple of 16 channels", (_, d) -> !d.gpu())
              .lowered(VectorCandidates::depthwise),
          depthwise(TWOFOLD, DepthwiseVectors.OUTPUTS)
              .able((p, d) -> vectors(p, 2, d))
              .suits(
                  "processor, depthwise, two outputs for each input, a multiple of 16 inputs",
                  (_, d) -> !d.gpu())
              .lowered(VectorCandidates::twofold));

  private VectorCandidates() {}

  private static Candidate product(Kernel kernel, int rows, int vectors) {
    int columns = vectors * Lanes.COUNT;
    return Candidate.of("Linear", kernel)
        .able((p, _) -> p.outChannels() % columns == 0)
        .suits(
            "processor, " + rows + " rows and a multiple of " + columns + " columns",
            (p, d) -> !d.gpu() && p.rows() >= rows)
        .lowered((tasks, problem) -> ProductLowering.block(tasks, problem, kernel, rows, vectors))
        .costing((p, c, _) -> ProductCandidates.loads(p, c, columns, rows));
  }

  private static boolean vectors(Problem problem, int outputsOfInput, DeviceTraits device) {
    Conv2d conv = (Conv2d) problem.operator();
    return conv.groups() == conv.inChannels()
        && conv.outChannels() == outputsOfInput * conv.inChannels()
        && conv.inChannels() % Lanes.COUNT == 0
        && device.sharesVectors();
  }

  private static Candidate depthwise(Kernel kernel, int outputs) {
    return Candidate.of("Conv2d", kernel)
        .costing((p, c, _) -> ProductCandidates.loads(p, c, Lanes.COUNT, outputs));
  }

  private static void seven(TaskList tasks, Problem problem) {
    GpuLowering.depthwise(tasks, problem, SEVEN, grid(problem, DepthwiseVectors.OUTPUTS_OF_SEVEN));
  }

  private static void depthwise(TaskList tasks, Problem problem) {
    Tensor weight = ((Conv2d) problem.operator()).weight();
    window(
        tasks,
        problem,
        DEPTHWISE,
        tasks.weights().of(weight, () -> WeightLayouts.windowFirst(weight)));
  }

  private static void twofold(TaskList tasks, Problem problem) {
    Tensor weight = ((Conv2d) problem.operator()).weight();
    window(
        tasks,
        problem,
        TWOFOLD,
        tasks
            .weights()
            .of(weight, "twofold", () -> WeightLayouts.evenThenOdd(weight, Lanes.COUNT)));
  }

  private static void window(TaskList tasks, Problem problem, Kernel kernel, FloatArray weights) {
    Conv2d conv = (Conv2d) problem.operator();
    Shape in = problem.input();
    tasks.add(
        kernel,
        grid(problem, DepthwiseVectors.OUTPUTS),
        TaskList.value(tasks.input()),
        weights,
        tasks.bias(conv.bias(), conv.outChannels()),
        tasks.residual(),
        TaskList.value(tasks.output()),
        in.h(),
        in.w(),
        in.c(),
        Packed.of(conv.kernelHeight(), conv.kernelWidth(), conv.stride()),
        conv.padding(),
        Packed.of(0, tasks.hasResidual(), tasks.activation()));
  }

  private static LaunchGrid grid(Problem problem, int outputs) {
    Shape out = problem.output();
    return LaunchGrid.groups(
        List.of(
            Math.ceilDiv(out.w(), outputs), out.n() * out.h(), problem.input().c() / Lanes.COUNT),
        1,
        1,
        1);
  }
}
