package uk.ac.manchester.tornado.api;

/** What grids of one, two and three dimensions share. */
public abstract class AbstractWorkerGrid implements WorkerGrid {
  private long[] global;
  private long[] local;

  /** A grid of this many work-items, in groups of the driver's choice. */
  protected AbstractWorkerGrid(long x, long y, long z) {
    global = new long[] {x, y, z};
  }

  @Override
  public long[] getGlobalWork() {
    return global;
  }

  @Override
  public long[] getLocalWork() {
    return local;
  }

  @Override
  public long[] getNumberOfWorkgroups() {
    if (local == null) {
      return null;
    }
    return new long[] {global[0] / local[0], global[1] / local[1], global[2] / local[2]};
  }

  @Override
  public void setGlobalWork(long x, long y, long z) {
    global = new long[] {x, y, z};
  }

  @Override
  public void setLocalWork(long x, long y, long z) {
    local = new long[] {x, y, z};
  }

  @Override
  public void setLocalWorkToNull() {
    local = null;
  }
}
