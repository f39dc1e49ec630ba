package fastvit4j.emulator;

import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The work-item that is running. There is one at a time in the JVM: launches hold a lock, and the
 * work-items of a group hand over to each other.
 */
public final class WorkItem {
  private static WorkItem current;

  private final KernelTask task;
  private final WorkGroup group;
  private final ParallelLoops loops;
  private int id;
  private int localEpoch;
  private int globalEpoch;
  private int localArrays;
  private ItemPosition position;

  private Object[] arrays = new Object[8];
  private ShadowMemory[] shadows = new ShadowMemory[8];
  private int arrayCount;

  /** What it did as one of a warp since its group last met. */
  private final List<WarpStep> steps = new ArrayList<>();

  /** A work-item of a group. */
  WorkItem(KernelTask task, WorkGroup group) {
    this.task = task;
    this.group = group;
    this.loops = null;
  }

  /** The iterations of a kernel with {@code @Parallel} loops, one after the other. */
  WorkItem(KernelTask task) {
    this.task = task;
    this.group = null;
    this.loops = new ParallelLoops(task.loopVariables());
    this.id = loops.id();
  }

  static WorkItem current() {
    return current;
  }

  /** Makes this the work-item that is running. */
  void resume() {
    current = this;
  }

  static void none() {
    current = null;
  }

  /** Begins a new work-item of the group. */
  void start(int newId, ItemPosition newPosition) {
    id = newId;
    position = newPosition;
    localArrays = 0;
    steps.clear();
    forgetArrays(0);
    syncEpochs();
    resume();
  }

  /** Catches up with the barriers that the group has passed. */
  void syncEpochs() {
    localEpoch = group.epoch(Barrier.LOCAL);
    globalEpoch = group.epoch(Barrier.GLOBAL);
  }

  int id() {
    return id;
  }

  int epoch(Barrier barrier) {
    return barrier == Barrier.LOCAL ? localEpoch : globalEpoch;
  }

  ItemPosition position() {
    return position;
  }

  /** Whether every work-item runs this code, since it is outside the innermost parallel loop. */
  boolean everyItem() {
    return loops != null && loops.outside();
  }

  /** A parallel loop begins an iteration. */
  void iteration(int loop, int value) {
    if (loops != null) {
      if (loops.iteration(loop, value, arrayCount)) {
        forgetArrays(loops.arraysBefore(loop));
      }
      id = loops.id();
    }
  }

  /** A parallel loop has ended. */
  void finished(int loop) {
    if (loops != null) {
      loops.finished(loop);
      id = loops.id();
    }
  }

  /** Waits for the group; called by a kernel, and without effect elsewhere. */
  public static void barrier(Barrier barrier) {
    if (current != null && current.group != null) {
      current.group.barrier(current, barrier);
    }
  }

  /**
   * An array of the group's local memory, the same for the same call of each work-item; an ordinary
   * array outside a launch.
   */
  public static <T> T localArray(Class<T> type, int size) {
    if (current == null || current.group == null) {
      return type.cast(Array.newInstance(type.getComponentType(), size));
    }
    return current.groupArray(type, size);
  }

  /** Its place in its warp. */
  int lane() {
    return position.local(0) % Fragments.LANES;
  }

  List<WarpStep> steps() {
    return steps;
  }

  /** Notes what it does as one of a warp: 32 work-items that are neighbours in x. */
  void step(WarpStep step) {
    if (group == null || !group.isScheduled()) {
      throw fault(KernelFault.Kind.UNSUPPORTED, step.verb() + ", but is no work-item of a warp");
    }
    if (position.localSize(0) % Fragments.LANES != 0) {
      throw fault(
          KernelFault.Kind.GRID,
          step.verb()
              + " in a group of "
              + position.localSize(0)
              + " work-items in x: warps are of "
              + Fragments.LANES);
    }
    steps.add(step);
  }

  private <T> T groupArray(Class<T> type, int size) {
    WorkGroup.LocalArray local = group.localArray(this, localArrays++, type, size);
    add(local.array(), local.shadow());
    return type.cast(local.array());
  }

  /** Notes an array of the kernel's own, of which nothing is written yet. */
  void privateArray(Object array) {
    int size = Array.getLength(array);
    String description =
        "private array of " + array.getClass().getComponentType() + ", " + size + " elements";
    add(
        array,
        new ShadowMemory(
            size, "new", description, "it did not initialise: not every device zeroes arrays"));
  }

  private void add(Object array, ShadowMemory shadow) {
    if (arrayCount == arrays.length) {
      arrays = Arrays.copyOf(arrays, 2 * arrayCount);
      shadows = Arrays.copyOf(shadows, 2 * arrayCount);
    }
    arrays[arrayCount] = array;
    shadows[arrayCount++] = shadow;
  }

  private void forgetArrays(int kept) {
    Arrays.fill(arrays, kept, arrayCount, null);
    arrayCount = kept;
  }

  /** What is known about a local or private array, or null if it is neither. */
  @SuppressWarnings("ReferenceEquality") // it is the array itself that is looked for
  ShadowMemory shadow(Object array) {
    for (int i = arrayCount - 1; i >= 0; i--) {
      if (arrays[i] == array) {
        return shadows[i];
      }
    }
    return null;
  }

  /** For messages: a work-item by its number. */
  String describe(int other) {
    if (group != null && other > 0) {
      return "work-item " + group.position(other);
    }
    return "another work-item";
  }

  /** A fault at an element; {@code %s} in the text stands for the element. */
  KernelFault fault(KernelFault.Kind kind, ShadowMemory memory, int index, String text) {
    String element = memory.name() + "[" + index + "] (" + memory.description() + ")";
    String message = "task " + task.name() + " " + String.format(text, element) + place();
    return new KernelFault(kind, task.name(), memory.name(), index, message);
  }

  /** A fault that is not about an element. */
  KernelFault fault(KernelFault.Kind kind, String text) {
    return new KernelFault(kind, task.name(), "task " + task.name() + " " + text + place());
  }

  private String place() {
    String who = "";
    if (position != null) {
      who = "; work-item " + position;
    } else if (loops != null && !loops.toString().isEmpty()) {
      who = "; work-item " + loops;
    }
    return who + KernelLocation.here();
  }
}
