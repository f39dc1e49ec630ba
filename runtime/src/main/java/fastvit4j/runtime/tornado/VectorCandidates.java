package fastvit4j.runtime.tornado;

import fastvit4j.kernels.tornado.Lanes;
import fastvit4j.kernels.tornado.PointwiseBlocks;
import java.util.List;

/** Matrix products in blocks of rows and vectors, for processors. */
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

  static final List<Candidate> ALL =
      List.of(product(FOUR_BY_THREE, 4, 3), product(SIX_BY_TWO, 6, 2));

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
}
