package fastvit4j.runtime.tornado;

import java.util.List;
import uk.ac.manchester.tornado.api.WorkerGrid;
import uk.ac.manchester.tornado.api.WorkerGrid1D;
import uk.ac.manchester.tornado.api.WorkerGrid2D;
import uk.ac.manchester.tornado.api.WorkerGrid3D;

/**
 * The work-items of a launch.
 *
 * @param global work-items in each of one to three directions; of a kernel with parallel loops the
 *     iterations of each loop, the outer one first
 * @param local work-items of a group in each direction, or null where the driver chooses
 */
record LaunchGrid(List<Integer> global, List<Integer> local) {
  LaunchGrid {
    if (local != null) {
      for (int i = 0; i < global.size(); i++) {
        if (global.get(i) % local.get(i) != 0) {
          throw new IllegalArgumentException(
              "a grid of " + global + " is not made of groups of " + local);
        }
      }
    }
  }

  /** The iterations of parallel loops, the outer one first. */
  static LaunchGrid loops(Integer... iterations) {
    return new LaunchGrid(List.of(iterations), null);
  }

  /** Groups of a size that the kernel is written for. */
  static LaunchGrid groups(List<Integer> global, Integer... local) {
    return new LaunchGrid(global, List.of(local));
  }

  /**
   * Most groups in the second or third direction; 0 where TornadoVM derives them, as its loops then
   * do with fewer.
   */
  int mostGroups() {
    int most = 0;
    for (int i = 1; local != null && i < global.size(); i++) {
      most = Math.max(most, global.get(i) / local.get(i));
    }
    return most;
  }

  @Override
  public String toString() {
    return "a grid of " + global + (local == null ? "" : " in groups of " + local);
  }

  /** The grid in TornadoVM's terms. */
  WorkerGrid worker() {
    WorkerGrid grid =
        switch (global.size()) {
          case 1 -> new WorkerGrid1D(global.get(0));
          case 2 -> new WorkerGrid2D(global.get(0), global.get(1));
          default -> new WorkerGrid3D(global.get(0), global.get(1), global.get(2));
        };
    if (local != null) {
      grid.setLocalWork(
          local.get(0), local.size() > 1 ? local.get(1) : 1, local.size() > 2 ? local.get(2) : 1);
    }
    return grid;
  }
}
