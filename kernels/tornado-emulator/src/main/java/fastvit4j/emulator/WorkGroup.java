package fastvit4j.emulator;

import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.List;

/** What the work-items of one group share: local memory and barriers. */
final class WorkGroup {
  private final KernelTask task;
  private final Grid grid;
  private final boolean tracked;
  private final IntPool pool = new IntPool();
  private final List<LocalArray> arrays = new ArrayList<>();
  private int localEpoch;
  private int globalEpoch;
  private long localBytes;
  private GroupScheduler scheduler;

  /**
   * An array of local memory.
   *
   * @param array the array itself
   * @param shadow what is known about its elements
   */
  record LocalArray(Object array, ShadowMemory shadow) {}

  /**
   * Groups of a launch, one after the other; their work-items are tracked if they have barriers.
   */
  WorkGroup(KernelTask task, Grid grid) {
    this.task = task;
    this.grid = grid;
    this.tracked = task.hasBarriers();
  }

  /** Barriers are obeyed from now on. */
  void schedule(GroupScheduler newScheduler) {
    scheduler = newScheduler;
  }

  /** Begins the next group: what local memory holds is left over from another one. */
  void start() {
    for (LocalArray local : arrays) {
      local.shadow().forget();
      RaceTracker races = local.shadow().stopTracking();
      races.clear();
      local.shadow().track(races);
    }
  }

  /** Whether its work-items run side by side. */
  boolean isScheduled() {
    return scheduler != null;
  }

  int epoch(Barrier barrier) {
    return barrier == Barrier.LOCAL ? localEpoch : globalEpoch;
  }

  void passed(Barrier barrier) {
    if (barrier == Barrier.LOCAL) {
      localEpoch++;
    } else {
      globalEpoch++;
    }
  }

  /** Position of a work-item by its number in the launch. */
  ItemPosition position(int id) {
    int size = grid.groupSize();
    return ItemPosition.of(grid, (id - 1) / size, (id - 1) % size);
  }

  LocalArray localArray(WorkItem item, int number, Class<?> type, int size) {
    if (number == arrays.size()) {
      arrays.add(allocate(item, type, size));
    }
    LocalArray local = arrays.get(number);
    if (!type.isInstance(local.array()) || Array.getLength(local.array()) != size) {
      throw item.fault(
          KernelFault.Kind.UNSUPPORTED,
          "allocates other local arrays than the other work-items of its group");
    }
    return local;
  }

  private LocalArray allocate(WorkItem item, Class<?> type, int size) {
    Object array = Array.newInstance(type.getComponentType(), size);
    String description = "local array of " + type.getComponentType() + ", " + size + " elements";
    ShadowMemory shadow =
        new ShadowMemory(size, "local", description, "no work-item of the group wrote");
    int groupSize = tracked ? grid.groupSize() : 0;
    shadow.track(new RaceTracker(Barrier.LOCAL, groupSize, size, pool));
    localBytes += (long) size * EmulatedDevice.bytesOf(type.getComponentType());
    if (localBytes > EmulatedDevice.LOCAL_MEMORY) {
      throw item.fault(
          KernelFault.Kind.GRID,
          "allocates "
              + localBytes
              + " bytes of local memory, over "
              + EmulatedDevice.LOCAL_MEMORY);
    }
    return new LocalArray(array, shadow);
  }

  void barrier(WorkItem item, Barrier barrier) {
    if (scheduler != null) {
      scheduler.await(item, barrier);
    } else if (grid.groupSize() == 1) {
      passed(barrier);
      item.syncEpochs();
    } else {
      throw item.fault(
          KernelFault.Kind.UNSUPPORTED,
          "calls a barrier from a class outside of " + task.kernelName() + "'s jar or folder");
    }
  }
}
