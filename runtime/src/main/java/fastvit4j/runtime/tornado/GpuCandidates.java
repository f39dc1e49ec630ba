package fastvit4j.runtime.tornado;

import fastvit4j.kernels.tornado.AttentionHead;
import fastvit4j.kernels.tornado.Depthwise;
import fastvit4j.kernels.tornado.DepthwiseRows;
import fastvit4j.kernels.tornado.DepthwiseTiles;
import fastvit4j.kernels.tornado.PointwiseMma;
import fastvit4j.kernels.tornado.PointwiseParts;
import fastvit4j.kernels.tornado.PointwiseTiles;
import fastvit4j.kernels.tornado.SqueezeExciteImage;
import fastvit4j.model.graph.Graph;
import fastvit4j.model.operator.Conv2d;
import fastvit4j.model.operator.Operator;
import fastvit4j.model.operator.SelfAttention;
import fastvit4j.model.operator.SqueezeExcite;
import fastvit4j.runtime.Precision;
import java.util.List;

/**
 * Single operators on GPUs, with tiles in local memory. Each can compute its shapes on any device
 * that holds a work-group of it, and is taken by default on GPUs only: where local memory is
 * ordinary memory, tiles cost and do not pay.
 */
final class GpuCandidates {
  /** Work-groups for each of a GPU's processors below which most of it would be idle. */
  private static final int WAVES = 2;

  /** Channels below which most lanes of a depthwise convolution's group would be idle. */
  private static final int LANES_USED = 16;

  /** Input channels that a product of tensor cores takes at once. */
  private static final int LEAST_STEPS = 16;

  /**
   * Input channels below which what parts of sums save on tensor cores, steps of 32 channels one
   * after the other, is less than the second launch. A judgement, not a measurement.
   */
  private static final int LEAST_SPLIT = 256;

  static final List<Candidate> ALL =
      List.of(
          Candidate.of("Linear", GpuKernels.POINTWISE_MMA_SPLIT, GpuKernels.POINTWISE_MERGE)
              .named("pointwiseMmaSplit")
              .in(Precision.FLOAT16)
              .able((p, d) -> multiplies(p, d))
              .suits(
                  "GPU with tensor cores, 32 rows and columns, 256 input channels, and fewer tiles"
                      + " than processors",
                  (p, d) ->
                      fills(p, d)
                          && p.inChannels() >= LEAST_SPLIT
                          && GpuLowering.tiles(p, PointwiseMma.ROWS) < d.computeUnits())
              .lowered(GpuLowering::mmaSplit)
              .costing(
                  (p, c, _) ->
                      GpuCosts.parts(p, c, PointwiseMma.ROWS, PointwiseMma.COLS, PointwiseMma.BYTES)
                          .onMatrices(matrixOperations(p))),
          Candidate.of("Linear", GpuKernels.POINTWISE_MMA)
              .in(Precision.FLOAT16)
              .able((p, d) -> multiplies(p, d))
              .suits(
                  "GPU with tensor cores, 32 rows and columns, 16 input channels",
                  (p, d) -> fills(p, d) && p.inChannels() >= LEAST_STEPS)
              .lowered(GpuLowering::mma)
              .costing(
                  (p, c, _) ->
                      GpuCosts.product(
                              p, c, PointwiseMma.ROWS, PointwiseMma.COLS, PointwiseMma.BYTES)
                          .onMatrices(matrixOperations(p))),
          Candidate.of("Linear", GpuKernels.POINTWISE_SPLIT, GpuKernels.POINTWISE_MERGE)
              .named("pointwiseSplit")
              .able(
                  (_, d) ->
                      holds(d, PointwiseParts.GROUP * PointwiseParts.GROUP, PointwiseParts.BYTES))
              .suits(
                  "GPU, 32 rows and columns, 128 input channels, and too few tiles to fill it",
                  (p, d) ->
                      fills(p, d)
                          && p.inChannels() >= 2 * GpuLowering.LEAST_DEPTH
                          && GpuLowering.tiles(p, PointwiseParts.ROWS) < WAVES * d.computeUnits())
              .lowered(GpuLowering::split)
              .costing(
                  (p, c, _) ->
                      GpuCosts.parts(
                          p, c, PointwiseParts.ROWS, PointwiseParts.COLS, PointwiseParts.BYTES)),
          Candidate.of("Linear", GpuKernels.POINTWISE_WIDE)
              .able(
                  (_, d) ->
                      holds(d, PointwiseTiles.GROUP * PointwiseTiles.GROUP, PointwiseTiles.BYTES))
              .suits(
                  "GPU, 32 columns, and tiles of 128 rows enough to fill it",
                  (p, d) ->
                      fills(p, d)
                          && GpuLowering.tiles(p, PointwiseTiles.ROWS) >= WAVES * d.computeUnits())
              .lowered(GpuLowering::wide)
              .costing(
                  (p, c, _) ->
                      GpuCosts.product(
                          p, c, PointwiseTiles.ROWS, PointwiseTiles.COLS, PointwiseTiles.BYTES)),
          Candidate.of("Conv2d", GpuKernels.DEPTHWISE_SEVEN)
              .able((p, d) -> sameDepthwise(p.operator(), 7) && holds(d, Depthwise.SEVEN_BYTES))
              .suits("GPU, depthwise, 7×7, stride 1, 16 channels", (p, d) -> fillsLanes(p, d))
              .lowered((t, p) -> GpuLowering.depthwise(t, p, GpuKernels.DEPTHWISE_SEVEN))
              .costing((p, c, _) -> GpuCosts.depthwise(p, c, 7, Depthwise.SEVEN_BYTES)),
          Candidate.of("Conv2d", GpuKernels.DEPTHWISE_THREE)
              .able((p, d) -> sameDepthwise(p.operator(), 3) && holds(d, Depthwise.THREE_BYTES))
              .suits("GPU, depthwise, 3×3, stride 1, 16 channels", (p, d) -> fillsLanes(p, d))
              .lowered((t, p) -> GpuLowering.depthwise(t, p, GpuKernels.DEPTHWISE_THREE))
              .costing((p, c, _) -> GpuCosts.depthwise(p, c, 3, Depthwise.THREE_BYTES)),
          Candidate.of("Conv2d", GpuKernels.DEPTHWISE_ROWS)
              .able((p, d) -> hasRows((Conv2d) p.operator(), 1) && holds(d, DepthwiseRows.BYTES))
              .suits(
                  "GPU, any other depthwise window of stride 1 that local memory holds, 16"
                      + " channels",
                  (p, d) -> fillsLanes(p, d))
              .lowered((t, p) -> GpuLowering.depthwiseRows(t, p, GpuKernels.DEPTHWISE_ROWS))
              .costing((p, c, _) -> GpuCosts.depthwiseRows(p, c)),
          Candidate.of("Conv2d", GpuKernels.DEPTHWISE_HALVING)
              .able((p, d) -> hasRows((Conv2d) p.operator(), 2) && holds(d, DepthwiseRows.BYTES))
              .suits(
                  "GPU, any depthwise window of stride 2 that local memory holds, 16 channels",
                  (p, d) -> fillsLanes(p, d))
              .lowered((t, p) -> GpuLowering.depthwiseRows(t, p, GpuKernels.DEPTHWISE_HALVING))
              .costing((p, c, _) -> GpuCosts.depthwiseRows(p, c)),
          Candidate.of("Conv2d", GpuKernels.DEPTHWISE_TILED)
              .able((p, d) -> hasTile((Conv2d) p.operator()) && holds(d, DepthwiseTiles.BYTES))
              .suits(
                  "GPU, any other depthwise window that local memory holds, 16 channels",
                  (p, d) -> fillsLanes(p, d))
              .lowered(GpuLowering::depthwiseTiled)
              .costing((p, c, _) -> GpuCosts.depthwiseTiled(p, c)),
          Candidate.of("SelfAttention", GpuKernels.ATTENTION_HEAD)
              .able(
                  (p, d) ->
                      ((SelfAttention) p.operator()).headDim() <= AttentionHead.CHANNELS
                          && holds(d, AttentionHead.BYTES))
              .suits("GPU, heads of up to 64 channels", (_, d) -> d.gpu())
              .lowered(GpuLowering::attention)
              .costing((_, c, _) -> c.withLocal(AttentionHead.BYTES)),
          Candidate.of("SqueezeExcite", GpuKernels.SQUEEZE_EXCITE_IMAGE)
              .able(
                  (p, d) ->
                      fits((SqueezeExcite) p.operator()) && holds(d, SqueezeExciteImage.BYTES))
              .suits(
                  "GPU, images of up to 256 KiB, or one for each of its processors",
                  (p, d) ->
                      d.gpu()
                          && (p.input().n() >= d.computeUnits()
                              || 4L * p.input().elements() / p.input().n() <= 256 * 1024))
              .lowered(GpuLowering::squeezeExcite)
              .costing((_, c, _) -> c.withLocal(SqueezeExciteImage.BYTES)));

  private GpuCandidates() {}

  /** Whether a device holds a group of 256 work-items with so much local memory. */
  static boolean holds(DeviceTraits device, int bytes) {
    return holds(device, 256, bytes);
  }

  private static boolean holds(DeviceTraits device, int items, int bytes) {
    return device.maxGroup() >= items && device.localBytes() >= bytes;
  }

  private static boolean fills(Problem problem, DeviceTraits device) {
    return device.gpu()
        && problem.rows() >= PointwiseTiles.COLS / 2
        && problem.outChannels() >= PointwiseTiles.COLS / 2
        && problem.inChannels() >= PointwiseTiles.DEPTH;
  }

  /** Operations of a product on tensor cores. */
  static long matrixOperations(Problem problem) {
    return 2 * problem.operator().macs(List.of(problem.input()));
  }

  /** Whether tensor cores can do a product. */
  private static boolean multiplies(Problem problem, DeviceTraits device) {
    return device.tensorCores()
        && storesInput(problem, device)
        && holds(device, PointwiseMma.BYTES);
  }

  /** Whether what is read may be rounded to float16, as all but the network's own input is. */
  private static boolean storesInput(Problem problem, DeviceTraits device) {
    return device.edges() || !problem.steps().getFirst().inputs().contains(Graph.INPUT);
  }

  private static boolean fillsLanes(Problem problem, DeviceTraits device) {
    return device.gpu() && problem.outChannels() >= LANES_USED;
  }

  /** Whether an operator is a depthwise convolution whose output has its input's shape. */
  static boolean sameDepthwise(Operator operator, int kernel) {
    return operator instanceof Conv2d conv
        && conv.groups() == conv.inChannels()
        && conv.outChannels() == conv.inChannels()
        && conv.kernelHeight() == kernel
        && conv.kernelWidth() == kernel
        && conv.stride() == 1
        && conv.padding() == kernel / 2;
  }

  private static boolean hasRows(Conv2d conv, int stride) {
    return isSquareDepthwise(conv)
        && conv.stride() == stride
        && DepthwiseRows.lines(conv.kernelHeight(), stride, conv.outChannels() / conv.inChannels())
            != 0;
  }

  private static boolean isSquareDepthwise(Conv2d conv) {
    return conv.groups() == conv.inChannels() && conv.kernelHeight() == conv.kernelWidth();
  }

  private static boolean hasTile(Conv2d conv) {
    return isSquareDepthwise(conv)
        && DepthwiseTiles.tile(
                conv.kernelHeight(), conv.stride(), conv.outChannels() / conv.inChannels())
            != 0;
  }

  private static boolean fits(SqueezeExcite excite) {
    return excite.channels() <= SqueezeExciteImage.CHANNELS
        && excite.reduced() <= SqueezeExciteImage.REDUCED;
  }
}
