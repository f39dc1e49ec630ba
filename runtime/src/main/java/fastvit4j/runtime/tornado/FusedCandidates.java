package fastvit4j.runtime.tornado;

import fastvit4j.kernels.tornado.DepthwisePair;
import fastvit4j.kernels.tornado.DepthwisePointwise;
import fastvit4j.kernels.tornado.PixelStem;
import fastvit4j.kernels.tornado.PointwisePair;
import fastvit4j.model.operator.Conv2d;
import fastvit4j.model.operator.Operator;
import fastvit4j.model.operator.Shape;
import fastvit4j.runtime.Precision;
import fastvit4j.runtime.plan.FusedStep;
import java.util.List;

/** Several operators in one kernel, taken on GPUs where {@link FusionGain} says that it pays. */
final class FusedCandidates {
  /** Multiplications and additions of a 3×3 window. */
  private static final int THREE = 2 * 9;

  static final List<Candidate> ALL =
      List.of(
          Candidate.of("pictures>Conv2d>Conv2d>Linear", GpuKernels.PIXEL_STEM)
              .able((p, d) -> isStem(p) && GpuCandidates.holds(d, PixelStem.BYTES))
              .suits("GPU, where the bytes saved outweigh recomputing", (p, d) -> stem(p).pays(d))
              .lowered(FusedLowering::stem),
          Candidate.of("Conv2d>Conv2d", GpuKernels.DEPTHWISE_PAIR)
              .able(
                  (p, d) ->
                      GpuCandidates.sameDepthwise(p.operator(0), 3)
                          && GpuCandidates.sameDepthwise(p.operator(1), 7)
                          && isPlain(p.steps().get(0))
                          && isPlain(p.steps().get(1))
                          && GpuCandidates.holds(d, DepthwisePair.BYTES))
              .suits(
                  "GPU, where the bytes saved outweigh recomputing",
                  (p, d) -> depthwisePair(p).pays(d))
              .lowered(FusedLowering::depthwisePair)
              .writingInner(),
          Candidate.of("Conv2d>Linear", GpuKernels.DEPTHWISE_POINTWISE)
              .able(
                  (p, d) ->
                      GpuCandidates.sameDepthwise(p.operator(0), 7)
                          && p.inChannels() <= DepthwisePointwise.CHANNELS
                          && isPlain(p.steps().get(0))
                          && p.steps().get(1).residual() == null
                          && GpuCandidates.holds(d, DepthwisePointwise.BYTES))
              .suits(
                  "GPU, where the bytes saved outweigh recomputing, if not float16 on tensor cores",
                  (p, d) -> !onTensorCores(p, d) && depthwisePointwise(p).pays(d))
              .lowered(FusedLowering::depthwisePointwise),
          Candidate.of("Linear>Linear", GpuKernels.POINTWISE_PAIR)
              .able(
                  (p, d) ->
                      p.steps().get(0).residual() == null
                          && !p.steps().get(0).output().equals(p.steps().get(1).residual())
                          && GpuCandidates.holds(d, PointwisePair.BYTES))
              .suits(
                  "GPU, where the bytes saved outweigh recomputing, if not float16 on tensor cores",
                  (p, d) -> !onTensorCores(p, d) && pointwisePair(p).pays(d))
              .lowered(FusedLowering::pointwisePair));

  private FusedCandidates() {}

  /** Whether products by themselves go to tensor cores, which none of those here use. */
  private static boolean onTensorCores(Problem problem, DeviceTraits device) {
    return device.tensorCores() && problem.precision() == Precision.FLOAT16;
  }

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

  /** Bytes of a value, once. */
  private static long bytes(Problem problem, int step) {
    return 4L * problem.shapes().get(problem.steps().get(step).output()).elements();
  }

  private static long squares(Shape shape, int high, int wide) {
    return (long) shape.n() * Math.ceilDiv(shape.h(), high) * Math.ceilDiv(shape.w(), wide);
  }

  /** The pictures in float32 and both convolutions' results; a fifth of the first is done twice. */
  static FusionGain stem(Problem problem) {
    long first = bytes(problem, 0);
    long saved = 2 * (4L * problem.input().elements() + first + bytes(problem, 1));
    long each = 2L * 27 * (first / 4);
    return new FusionGain(
        saved, each * 25 / 128, squares(problem.output(), PixelStem.LINES, PixelStem.COLUMNS));
  }

  /** The inner value is written but not read; it is computed for the halo too. */
  static FusionGain depthwisePair(Problem problem) {
    long elements = problem.output().elements();
    int inner = (DepthwisePair.SIDE + 6) * (DepthwisePair.SIDE + 6);
    int side = DepthwisePair.SIDE * DepthwisePair.SIDE;
    return new FusionGain(
        bytes(problem, 0),
        THREE * elements * (inner - side) / side,
        squares(problem.output(), DepthwisePair.SIDE, DepthwisePair.SIDE)
            * Math.ceilDiv(problem.outChannels(), DepthwisePair.LANES));
  }

  /** The inner value is neither written nor read, and nothing is computed twice. */
  static FusionGain depthwisePointwise(Problem problem) {
    return new FusionGain(
        2 * bytes(problem, 0),
        0,
        squares(problem.output(), DepthwisePointwise.SIDE, DepthwisePointwise.SIDE));
  }

  /**
   * The inner value is neither written nor read, but computed for each 64 columns of the output.
   */
  static FusionGain pointwisePair(Problem problem) {
    long inner = bytes(problem, 0);
    int columns = Math.ceilDiv(problem.outChannels(), PointwisePair.TILE);
    long once = 2L * problem.inChannels() * (inner / 4);
    return new FusionGain(
        2 * inner,
        once * (columns - 1),
        (long) Math.ceilDiv(problem.rows(), PointwisePair.TILE) * columns);
  }
}
