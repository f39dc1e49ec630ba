package uk.ac.manchester.tornado.api;

/** How many work-items a task is launched with, and how they are grouped, in x, y and z. */
public interface WorkerGrid {
  /** Number of dimensions, 1 to 3. */
  int dimension();

  /** Work-items in all. */
  long[] getGlobalWork();

  /** Work-items of a group, or null: the driver's choice. */
  long[] getLocalWork();

  /** Groups, or null while {@link #getLocalWork()} is. */
  long[] getNumberOfWorkgroups();

  /** Sets the work-items in all. */
  void setGlobalWork(long x, long y, long z);

  /** Sets the work-items of a group. */
  void setLocalWork(long x, long y, long z);

  /** Leaves the work-items of a group to the driver. */
  void setLocalWorkToNull();
}
