package fastvit4j.emulator;

import java.util.Arrays;

/**
 * What the emulator knows about one array in a device's memory, element by element: whether
 * anything wrote it, and in a launch who read and wrote it.
 */
public final class ShadowMemory {
  private final int size;
  private final String whoDidNotWrite;
  private String name;
  private String description;

  /** Which elements were written, or null: all of them. */
  private boolean[] written;

  private int missing;
  private RaceTracker races;

  ShadowMemory(int size, String name, String description, String whoDidNotWrite) {
    this.size = size;
    this.name = name;
    this.description = description;
    this.whoDidNotWrite = whoDidNotWrite;
    forget();
  }

  /** From now on the array goes by the name that a kernel has for it. */
  void rename(String newName, String newDescription) {
    name = newName;
    description = newDescription;
  }

  String name() {
    return name;
  }

  String description() {
    return description;
  }

  /** Whether more than one work-item may use the array. */
  boolean isShared() {
    return races != null;
  }

  /** From now on nothing is written. */
  void forget() {
    if (written == null) {
      written = new boolean[size];
    } else {
      Arrays.fill(written, false);
    }
    missing = size;
  }

  /** From now on everything is written. */
  void fill() {
    written = null;
    missing = 0;
  }

  /** Watches for races until {@link #stopTracking()}. */
  void track(RaceTracker tracker) {
    races = tracker;
  }

  RaceTracker stopTracking() {
    RaceTracker tracker = races;
    races = null;
    return tracker;
  }

  /**
   * Ends the first launch since the array was transferred. If it wrote to the array and did not
   * read it, what it did not write counts as unwritten: TornadoVM does not transfer an array to the
   * device that is written first.
   */
  void endFirstLaunch() {
    if (races != null && races.isOnlyWritten(size)) {
      forget();
      for (int i = 0; i < size; i++) {
        if (races.isWritten(i)) {
          written[i] = true;
          missing--;
        }
      }
      if (missing == 0) {
        written = null;
      }
    }
  }

  /** Index of the first element that nothing wrote, or -1. */
  int firstUnwritten() {
    for (int i = 0; missing > 0 && i < size; i++) {
      if (!written[i]) {
        return i;
      }
    }
    return -1;
  }

  /**
   * Checks a read by the work-item that is running.
   *
   * @throws KernelFault if it is out of bounds, of an element that nothing wrote, or in a race
   */
  public void read(int index) {
    if (index < 0 || index >= size) {
      throw outOfBounds("reads", index);
    }
    if (written != null && !written[index]) {
      throw unwritten(index);
    }
    if (races != null) {
      WorkItem item = WorkItem.current();
      int other = races.read(index, item.id(), item.epoch(races.barrier()));
      if (other != RaceTracker.NONE) {
        throw race(index, "reads", item, other, " writes");
      }
    }
  }

  /**
   * Checks a write by the work-item that is running.
   *
   * @throws KernelFault if it is out of bounds or in a race
   */
  public void write(int index) {
    if (index < 0 || index >= size) {
      throw outOfBounds("writes", index);
    }
    if (races != null) {
      WorkItem item = WorkItem.current();
      if (item.everyItem()) {
        throw item.fault(
            KernelFault.Kind.RACE,
            this,
            index,
            "writes %s outside the innermost @Parallel loop, where every work-item runs it");
      }
      int other = races.write(index, item.id(), item.epoch(races.barrier()));
      if (other != RaceTracker.NONE) {
        throw race(
            index, "writes", item, other, races.wrote(index, other) ? " writes too" : " reads");
      }
    }
    if (written != null && !written[index]) {
      written[index] = true;
      if (--missing == 0) {
        written = null;
      }
    }
  }

  private KernelFault outOfBounds(String verb, int index) {
    return WorkItem.current()
        .fault(KernelFault.Kind.OUT_OF_BOUNDS, this, index, verb + " %s, which is out of bounds");
  }

  private KernelFault unwritten(int index) {
    return WorkItem.current()
        .fault(KernelFault.Kind.UNWRITTEN, this, index, "reads %s, which " + whoDidNotWrite);
  }

  private KernelFault race(int index, String verb, WorkItem item, int other, String otherVerb) {
    return item.fault(
        KernelFault.Kind.RACE,
        this,
        index,
        verb + " %s, which " + item.describe(other) + otherVerb + " in the same launch");
  }
}
