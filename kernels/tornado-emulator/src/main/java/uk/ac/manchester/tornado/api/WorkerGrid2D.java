package uk.ac.manchester.tornado.api;

/** A grid of two dimensions. */
public class WorkerGrid2D extends AbstractWorkerGrid {
  /** A grid of this many work-items. */
  public WorkerGrid2D(int x, int y) {
    super(x, y, 1);
  }

  @Override
  public int dimension() {
    return 2;
  }
}
