package fastvit4j.emulator;

import java.util.Arrays;
import uk.ac.manchester.tornado.api.WorkerGrid;

/**
 * The work-items of a launch.
 *
 * @param global work-items in x, y and z
 * @param local work-items of a group in x, y and z
 */
@SuppressWarnings("ArrayRecordComponent") // read in every work-item, and never handed out
record Grid(int[] global, int[] local) {
  static Grid of(WorkerGrid grid, KernelTask task) {
    if (grid == null) {
      throw fault(
          task, "takes a KernelContext, but the plan's grid scheduler has no grid of that name");
    }
    int[] global = ints(grid.getGlobalWork());
    if (grid.getLocalWork() == null) {
      if (task.usesGroups()) {
        throw fault(
            task, "uses its work-group, but its grid leaves the group's size to the driver");
      }
      return new Grid(global, new int[] {1, 1, 1}).checked(task);
    }
    return new Grid(global, ints(grid.getLocalWork())).checked(task);
  }

  private static int[] ints(long[] sizes) {
    return Arrays.stream(sizes).mapToInt(Math::toIntExact).toArray();
  }

  private Grid checked(KernelTask task) {
    long groupSize = 1;
    long items = 1;
    for (int axis = 0; axis < 3; axis++) {
      if (global[axis] < 1 || local[axis] < 1 || global[axis] % local[axis] != 0) {
        throw fault(task, "has a grid " + this + ": groups must divide it without remainder");
      }
      groupSize *= local[axis];
      items *= global[axis];
    }
    if (groupSize > EmulatedDevice.MAX_GROUP) {
      throw fault(
          task, "has groups of " + groupSize + " work-items, over " + EmulatedDevice.MAX_GROUP);
    }
    if (items > Integer.MAX_VALUE - 2) {
      throw fault(task, "has a grid " + this + ": too many work-items");
    }
    return this;
  }

  private static KernelFault fault(KernelTask task, String text) {
    return new KernelFault(KernelFault.Kind.GRID, task.name(), "task " + task.name() + " " + text);
  }

  int groupSize() {
    return local[0] * local[1] * local[2];
  }

  int groups() {
    return global[0] / local[0] * (global[1] / local[1]) * (global[2] / local[2]);
  }

  /** Coordinates of the group with this number; x runs fastest. */
  int[] group(int number) {
    int x = global[0] / local[0];
    int y = global[1] / local[1];
    return new int[] {number % x, number / x % y, number / x / y};
  }

  /** Coordinates within its group of the work-item with this number; x runs fastest. */
  int[] item(int number) {
    return new int[] {
      number % local[0], number / local[0] % local[1], number / local[0] / local[1]
    };
  }

  @Override
  public String toString() {
    return Arrays.toString(global) + " in groups of " + Arrays.toString(local);
  }
}
