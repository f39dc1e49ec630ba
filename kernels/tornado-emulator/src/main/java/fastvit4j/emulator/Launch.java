package fastvit4j.emulator;

import java.util.ArrayList;
import java.util.List;
import uk.ac.manchester.tornado.api.WorkerGrid;

/** Runs one task on what its graph holds in device memory. */
final class Launch {
  private final KernelTask task;
  private final IntPool pool;
  private final Object[] arguments;
  private final List<DeviceArray> tracked = new ArrayList<>();

  private Launch(KernelTask task, IntPool pool) {
    this.task = task;
    this.pool = pool;
    this.arguments = task.arguments();
  }

  /**
   * Runs a task to its end.
   *
   * @param grid the task's grid, or null
   * @throws KernelFault if the kernel does something wrong
   */
  static void run(KernelTask task, DeviceMemory memory, WorkerGrid grid, IntPool pool) {
    Launch launch = new Launch(task, pool);
    boolean grouped = task.context() >= 0;
    Grid items = grouped || grid != null ? Grid.of(grid, task) : null;
    boolean barriers = grouped && task.hasBarriers() && items.groupSize() > 1;
    try {
      launch.bind(memory, barriers ? items.groupSize() : 0, task.isInstrumented() || grouped);
      if (!grouped) {
        new WorkItem(task).resume();
        task.run(launch.arguments);
      } else if (barriers) {
        launch.runWithBarriers(items);
      } else {
        launch.runInOrder(items);
      }
      launch.tracked.forEach(DeviceArray::endLaunch);
    } finally {
      WorkItem.none();
      launch.tracked.forEach(array -> array.shadow().stopTracking().release(pool));
    }
  }

  /** Replaces host arrays by their copies on the device, under the names that the kernel gives. */
  private void bind(DeviceMemory memory, int groupSize, boolean track) {
    for (int i = 0; i < arguments.length; i++) {
      DeviceArray array = memory.find(arguments[i]);
      if (array != null) {
        arguments[i] = array.view();
        if (tracked.contains(array)) {
          continue;
        }
        ShadowMemory shadow = array.shadow();
        shadow.rename(task.parameter(i), "argument " + i + ", " + array.description());
        if (track && !task.isReduction(i)) {
          shadow.track(new RaceTracker(Barrier.GLOBAL, groupSize, array.size(), pool));
          tracked.add(array);
        }
      }
    }
  }

  private void runInOrder(Grid grid) {
    WorkGroup group = new WorkGroup(task, grid);
    WorkItem item = new WorkItem(task, group);
    int groupSize = grid.groupSize();
    for (int g = 0; g < grid.groups(); g++) {
      group.start();
      int[] groupIndex = grid.group(g);
      for (int i = 0; i < groupSize; i++) {
        ItemPosition position = new ItemPosition(grid, groupIndex, grid.item(i));
        item.start(g * groupSize + i + 1, position);
        runItem(arguments, position);
      }
    }
  }

  private void runWithBarriers(Grid grid) {
    WorkGroup group = new WorkGroup(task, grid);
    int groupSize = grid.groupSize();
    int[] current = new int[1];
    GroupScheduler scheduler =
        new GroupScheduler(
            group,
            task,
            groupSize,
            (item, number) -> {
              int id = current[0] * groupSize + number + 1;
              ItemPosition position = ItemPosition.of(grid, current[0], number);
              item.start(id, position);
              runItem(arguments.clone(), position);
            });
    try {
      for (int g = 0; g < grid.groups(); g++) {
        current[0] = g;
        group.start();
        scheduler.runGroup();
      }
    } finally {
      scheduler.close();
    }
  }

  private void runItem(Object[] actual, ItemPosition position) {
    actual[task.context()] = ApiAccess.context(position);
    task.run(actual);
  }
}
