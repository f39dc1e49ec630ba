package fastvit4j.runtime.tornado;

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
              .lowered(ProductLowering::convolutionVectors),
          Candidate.of("Conv2d", Kernel.CONVOLUTION_COLUMNS)
              .when("everything else; 1×1 window: as Linear")
              .lowered(ProductLowering::convolutionColumns),
          Candidate.of("Linear", Kernel.POINTWISE_TILED)
              .able((_, d) -> holdsTile(d))
              .suits(
                  "GPU with a tile's local memory, 32 rows and columns", (p, d) -> fillsTile(p, d))
              .lowered(ProductLowering::tiled),
          Candidate.of("Linear", Kernel.POINTWISE_ROWS)
              .able((p, _) -> p.outChannels() % Lanes.COUNT == 0)
              .suits(
                  "processor, six rows and a multiple of 16 columns",
                  (p, d) -> !d.gpu() && p.rows() >= PointwiseVectors.ROWS)
              .lowered(ProductLowering::rows),
          Candidate.of("Linear", Kernel.POINTWISE_ROW)
              .suits(
                  "processor, fewer rows", (p, d) -> !d.gpu() && p.rows() < PointwiseVectors.ROWS)
              .lowered(ProductLowering::row),
          Candidate.of("Linear", Kernel.POINTWISE_COLUMNS)
              .when("everything else")
              .lowered(ProductLowering::columns),
          Candidate.of("Linear", Kernel.POINTWISE)
              .never("the plain kernel, to compare with")
              .lowered(ProductLowering::plain));

  private ProductCandidates() {}

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
