package fastvit4j.runtime.tornado;

import fastvit4j.kernels.tornado.Convolution;
import fastvit4j.kernels.tornado.ConvolutionVectors;
import fastvit4j.kernels.tornado.Lanes;
import fastvit4j.kernels.tornado.Pointwise;
import fastvit4j.kernels.tornado.PointwiseVectors;
import fastvit4j.model.operator.Conv2d;
import java.util.List;

/**
 * Convolutions and matrix products. On GPUs tiles in local memory pay, where there are rows and
 * columns enough to fill them; the classifier's single row stays untiled. On a processor local
 * memory is ordinary memory and barriers split the kernel, so that vectors take the place of
 * work-items.
 */
final class ProductCandidates {
  private static final int TILE_BYTES = 2 * 4 * Pointwise.TILE * Pointwise.DEPTH;

  static final List<Candidate> ALL =
      List.of(
          Candidate.of("Conv2d", Kernel.CONVOLUTION_VECTORS)
              .able((p, _) -> groupsOfSixteen((Conv2d) p.operator()))
              .suits(
                  "processor, window, a multiple of 16 output channels in each group",
                  (_, d) -> !d.gpu())
              .lowered(ProductLowering::convolutionVectors)
              .costing((p, c, _) -> loads(p, c, perMac(Lanes.COUNT, ConvolutionVectors.OUTPUTS))),
          Candidate.of("Conv2d", Kernel.CONVOLUTION_COLUMNS)
              .when("everything else; 1×1 window: as Linear")
              .lowered(ProductLowering::convolutionColumns)
              .costing((p, c, _) -> loads(p, c, perMac(1, Convolution.OUTPUTS))),
          Candidate.of("Linear", Kernel.POINTWISE_TILED)
              .able((_, d) -> holdsTile(d))
              .suits(
                  "GPU with a tile's local memory, 32 rows and columns", (p, d) -> fillsTile(p, d))
              .lowered(ProductLowering::tiled)
              .costing(
                  (p, c, _) -> GpuCosts.product(p, c, Pointwise.TILE, Pointwise.TILE, TILE_BYTES)),
          Candidate.of("Linear", Kernel.POINTWISE_ROWS)
              .able((p, _) -> p.outChannels() % Lanes.COUNT == 0)
              .suits(
                  "processor, six rows and a multiple of 16 columns",
                  (p, d) -> !d.gpu() && p.rows() >= PointwiseVectors.ROWS)
              .lowered(ProductLowering::rows)
              .costing((p, c, _) -> loads(p, c, perMac(Lanes.COUNT, PointwiseVectors.ROWS))),
          Candidate.of("Linear", Kernel.POINTWISE_ROW)
              .suits(
                  "processor, fewer rows", (p, d) -> !d.gpu() && p.rows() < PointwiseVectors.ROWS)
              .lowered(ProductLowering::row)
              .costing((p, c, _) -> loads(p, c, perMac(Lanes.COUNT, 1))),
          Candidate.of("Linear", Kernel.POINTWISE_COLUMNS)
              .when("everything else")
              .lowered(ProductLowering::columns)
              .costing((p, c, _) -> loads(p, c, perMac(1, Pointwise.ROWS))),
          Candidate.of("Linear", Kernel.POINTWISE)
              .never("the plain kernel, to compare with")
              .lowered(ProductLowering::plain)
              .costing((p, c, _) -> loads(p, c, perMac(1, 1))));

  private ProductCandidates() {}

  /** Bytes that are loaded for a multiply-add by who keeps a tile of sums in registers. */
  private static double perMac(int columns, int rows) {
    return (double) Float.BYTES * (columns + rows) / (columns * rows);
  }

  /** A cost in which a tile of sums is kept in registers. */
  static Cost loads(Problem problem, Cost counted, int columns, int rows) {
    return loads(problem, counted, perMac(columns, rows));
  }

  private static Cost loads(Problem problem, Cost counted, double perMac) {
    long macs = problem.operator().macs(List.of(problem.input()));
    return counted.withLoads(Math.max(counted.bytes(), Math.round(macs * perMac)));
  }

  private static boolean groupsOfSixteen(Conv2d conv) {
    return conv.outChannels() / conv.groups() % Lanes.COUNT == 0;
  }

  private static boolean holdsTile(DeviceTraits device) {
    return device.maxGroup() >= Pointwise.GROUP * Pointwise.GROUP
        && device.localBytes() >= TILE_BYTES;
  }

  private static boolean fillsTile(Problem problem, DeviceTraits device) {
    return device.gpu()
        && problem.rows() >= Pointwise.TILE / 2
        && problem.outChannels() >= Pointwise.TILE / 2
        && problem.inChannels() >= Pointwise.DEPTH;
  }
}
