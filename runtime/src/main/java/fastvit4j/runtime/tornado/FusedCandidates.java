package fastvit4j.runtime.tornado;

import fastvit4j.kernels.tornado.DepthwisePair;
import fastvit4j.kernels.tornado.DepthwisePointwise;
import fastvit4j.kernels.tornado.PixelStem;
import fastvit4j.kernels.tornado.PointwisePair;
import fastvit4j.model.operator.Conv2d;
import fastvit4j.model.operator.Operator;
import fastvit4j.runtime.plan.FusedStep;
import java.util.List;
import java.util.stream.Stream;

/** Several operators in one kernel, taken on GPUs where {@link FusionChoice} says so. */
final class FusedCandidates {
  /** Operations of a 3×3 window. */
  private static final int THREE = 2 * 9;

  static final List<Candidate> ALL =
      Stream.of(
              Candidate.of("pictures>Conv2d>Conv2d>Linear", GpuKernels.PIXEL_STEM)
                  .able((p, d) -> isStem(p) && GpuCandidates.holds(d, PixelStem.BYTES))
                  .lowered(FusedLowering::stem)
                  .costing((p, c, _) -> stem(p, c)),
              Candidate.of("Conv2d>Conv2d", GpuKernels.DEPTHWISE_PAIR)
                  .able(
                      (p, d) ->
                          GpuCandidates.sameDepthwise(p.operator(0), 3)
                              && GpuCandidates.sameDepthwise(p.operator(1), 7)
                              && isPlain(p.steps().get(0))
                              && isPlain(p.steps().get(1))
                              && GpuCandidates.holds(d, DepthwisePair.BYTES))
                  .lowered(FusedLowering::depthwisePair)
                  .costing((p, c, _) -> depthwisePair(p, c))
                  .writingInner(),
              Candidate.of("Conv2d>Linear", GpuKernels.DEPTHWISE_POINTWISE)
                  .able(
                      (p, d) ->
                          GpuCandidates.sameDepthwise(p.operator(0), 7)
                              && p.inChannels() <= DepthwisePointwise.CHANNELS
                              && isPlain(p.steps().get(0))
                              && p.steps().get(1).residual() == null
                              && GpuCandidates.holds(d, DepthwisePointwise.BYTES))
                  .lowered(FusedLowering::depthwisePointwise)
                  .costing((p, c, _) -> depthwisePointwise(p, c)),
              Candidate.of("Linear>Linear", GpuKernels.POINTWISE_PAIR)
                  .able(
                      (p, d) ->
                          p.steps().get(0).residual() == null
                              && !p.steps().get(0).output().equals(p.steps().get(1).residual())
                              && GpuCandidates.holds(d, PointwisePair.BYTES))
                  .lowered(FusedLowering::pointwisePair)
                  .costing((p, c, _) -> pointwisePair(p, c)))
          .map(
              fused ->
                  fused.suits(
                      "GPU, where the cost model expects less time than of the steps one by one",
                      (p, d) -> FusionChoice.pays(fused, p, d)))
          .toList();

  private FusedCandidates() {}

  private static boolean isPlain(FusedStep step) {
    return step.residual() == null && step.activation() == null;
  }

  /** A dense and a depthwise convolution, both 3×3 of stride 2, and a pointwise one. */
  private static boolean isStem(Problem problem) {
    Operator last = problem.operator(2);
    return problem.operator(0) instanceof Conv2d first
        && problem.operator(1) instanceof Conv2d second
        && isHalving(first)
        && first.groups() == 1
        && first.inChannels() == 3
        && isHalving(second)
        && second.groups() == second.inChannels()
        && second.outChannels() == second.inChannels()
        && problem.outChannels() == second.outChannels()
        && second.outChannels() <= PixelStem.CHANNELS
        && (!(last instanceof Conv2d conv) || conv.stride() == 1)
        && problem.steps().stream().allMatch(step -> step.residual() == null);
  }

  private static boolean isHalving(Conv2d conv) {
    return conv.kernelHeight() == 3
        && conv.kernelWidth() == 3
        && conv.stride() == 2
        && conv.padding() == 1;
  }

  /** Elements of the value that a step writes. */
  private static long elements(Problem problem, int step) {
    return problem.shapes().get(problem.steps().get(step).output()).elements();
  }

  /** A fifth of the first convolution is computed twice, and each group loads the last weights. */
  private static Cost stem(Problem problem, Cost counted) {
    long weights = counted.groups() * problem.outChannels() * problem.outChannels();
    return counted
        .recomputing(2L * 27 * elements(problem, 0) * 25 / 128)
        .withLoads(counted.bytes() + problem.precision().bytes() * weights)
        .withLocal(PixelStem.BYTES);
  }

  /** The inner value is computed for the halo of each tile too, and so is the input loaded. */
  private static Cost depthwisePair(Problem problem, Cost counted) {
    long elements = problem.output().elements();
    int side = DepthwisePair.SIDE * DepthwisePair.SIDE;
    int inner = (DepthwisePair.SIDE + 6) * (DepthwisePair.SIDE + 6);
    int outer = (DepthwisePair.SIDE + 8) * (DepthwisePair.SIDE + 8);
    return counted
        .recomputing(THREE * elements * (inner - side) / side)
        .withLoads(problem.precision().bytes() * elements * (outer + 2 * side) / side)
        .withLocal(DepthwisePair.BYTES);
  }

  /** Nothing is computed twice; each group loads its halo, and all weights of the product. */
  private static Cost depthwisePointwise(Problem problem, Cost counted) {
    int side = DepthwisePointwise.SIDE * DepthwisePointwise.SIDE;
    int halo = (DepthwisePointwise.SIDE + 6) * (DepthwisePointwise.SIDE + 6);
    long loads =
        (long) problem.input().elements() * halo / side
            + counted.groups() * problem.inChannels() * problem.outChannels()
            + problem.output().elements();
    return counted
        .withLoads(problem.precision().bytes() * loads)
        .withLocal(DepthwisePointwise.BYTES);
  }

  /** The first product is computed for each 64 columns of the output. */
  private static Cost pointwisePair(Problem problem, Cost counted) {
    int columns = Math.ceilDiv(problem.outChannels(), PointwisePair.TILE);
    long hidden = elements(problem, 0) / problem.rows();
    long once = 2L * problem.inChannels() * elements(problem, 0);
    long weights =
        hidden * (problem.inChannels() + Math.min(problem.outChannels(), PointwisePair.TILE));
    long loads =
        (long) problem.input().elements() * columns * Math.ceilDiv(hidden, PointwisePair.TILE)
            + counted.groups() * weights
            + problem.output().elements();
    return counted
        .recomputing(once * (columns - 1))
        .withLoads(problem.precision().bytes() * loads)
        .withLocal(PointwisePair.BYTES);
  }
}
