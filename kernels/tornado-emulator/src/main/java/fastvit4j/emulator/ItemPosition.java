package fastvit4j.emulator;

import java.util.Arrays;

/** A work-item's place in its launch; an axis is 0 for x, 1 for y, 2 for z. */
public final class ItemPosition {
  /** The place of code that runs outside a launch: every index and size is 0. */
  public static final ItemPosition HOST =
      new ItemPosition(new Grid(new int[3], new int[3]), new int[3], new int[3]);

  private final Grid grid;
  private final int[] group;
  private final int[] local;

  ItemPosition(Grid grid, int[] group, int[] local) {
    this.grid = grid;
    this.group = group;
    this.local = local;
  }

  static ItemPosition of(Grid grid, int groupNumber, int itemNumber) {
    return new ItemPosition(grid, grid.group(groupNumber), grid.item(itemNumber));
  }

  /** Index among all work-items. */
  public int global(int axis) {
    return group[axis] * grid.local()[axis] + local[axis];
  }

  /** Index within the group. */
  public int local(int axis) {
    return local[axis];
  }

  /** Index of the group. */
  public int group(int axis) {
    return group[axis];
  }

  /** Work-items in all. */
  public int globalSize(int axis) {
    return grid.global()[axis];
  }

  /** Work-items of a group. */
  public int localSize(int axis) {
    return grid.local()[axis];
  }

  @Override
  public String toString() {
    return Arrays.toString(new int[] {global(0), global(1), global(2)})
        + " of group "
        + Arrays.toString(group);
  }
}
