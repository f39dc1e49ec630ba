package uk.ac.manchester.tornado.api;

/** A grid of one dimension. */
public class WorkerGrid1D extends AbstractWorkerGrid {
  /** A grid of this many work-items. */
  public WorkerGrid1D(int x) {
    super(x, 1, 1);
  }

  @Override
  public int dimension() {
    return 1;
  }
}
