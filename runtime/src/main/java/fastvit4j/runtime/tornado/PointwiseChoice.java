package fastvit4j.runtime.tornado;

import fastvit4j.kernels.tornado.Pointwise;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.WorkerGrid;
import uk.ac.manchester.tornado.api.WorkerGrid2D;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Which matrix product a shape and a device get. */
record PointwiseChoice(DeviceTraits traits) {
  /** A matrix product's kernels. */
  enum Kernel {
    PARALLEL("pointwise"),
    COLUMNS("pointwiseColumns"),
    TILED("pointwiseTiled");

    private final String label;

    Kernel(String label) {
      this.label = label;
    }

    String label() {
      return label;
    }

    WorkerGrid grid(int rows, int out) {
      return switch (this) {
        case PARALLEL -> null;
        case COLUMNS ->
            grid(
                ceil(out, Pointwise.COLUMNS) * Pointwise.COLUMNS,
                ceil(rows, Pointwise.ROWS),
                Pointwise.COLUMNS,
                1);
        case TILED ->
            grid(
                ceil(out, Pointwise.TILE) * Pointwise.GROUP,
                ceil(rows, Pointwise.TILE) * Pointwise.GROUP,
                Pointwise.GROUP,
                Pointwise.GROUP);
      };
    }

    private static WorkerGrid grid(int x, int y, int localX, int localY) {
      WorkerGrid2D grid = new WorkerGrid2D(x, y);
      grid.setLocalWork(localX, localY, 1);
      return grid;
    }

    void add(
        TaskGraph graph,
        String task,
        FloatArray x,
        FloatArray w,
        FloatArray bias,
        FloatArray residual,
        FloatArray y,
        int rows,
        int in,
        int out,
        int hasResidual,
        int activation) {
      switch (this) {
        case PARALLEL ->
            graph.task(
                task,
                Pointwise::parallel,
                x,
                w,
                bias,
                residual,
                y,
                rows,
                in,
                out,
                hasResidual,
                activation);
        case COLUMNS ->
            graph.task(
                task,
                Pointwise::columns,
                new KernelContext(),
                x,
                w,
                bias,
                residual,
                y,
                rows,
                in,
                out,
                hasResidual,
                activation);
        case TILED ->
            graph.task(
                task,
                Pointwise::tiled,
                new KernelContext(),
                x,
                w,
                bias,
                residual,
                y,
                rows,
                in,
                out,
                hasResidual,
                activation);
      }
    }

    private static int ceil(int a, int b) {
      return (a + b - 1) / b;
    }
  }

  private static final int LOCAL_BYTES = 2 * 4 * Pointwise.TILE * Pointwise.DEPTH;

  /**
   * Tiles pay on GPUs, where there are rows and columns enough to fill them; the classifier's
   * single row stays untiled. On a processor local memory is ordinary memory and barriers split the
   * kernel, so that the plain kernel is several times faster.
   */
  Kernel choose(int rows, int in, int out) {
    boolean fits =
        traits.maxGroup() >= Pointwise.GROUP * Pointwise.GROUP
            && traits.localBytes() >= LOCAL_BYTES;
    boolean fills =
        rows >= Pointwise.TILE / 2 && out >= Pointwise.TILE / 2 && in >= Pointwise.DEPTH;
    return traits.gpu() && fits && fills ? Kernel.TILED : Kernel.COLUMNS;
  }
}
