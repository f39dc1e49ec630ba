package fastvit4j.emulator;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/**
 * Makes the work-items of a group, when all of them are at a barrier or at the end, do together
 * what they did as warps since the last one; see {@link Fragments}.
 */
final class Warps {
  private Warps() {}

  /**
   * Goes through the steps of each warp.
   *
   * @throws KernelFault if not all work-items of a warp took the same
   */
  static void meet(KernelTask task, List<WorkItem> group) {
    for (int from = 0; from < group.size(); from += Fragments.LANES) {
      int to = Math.min(from + Fragments.LANES, group.size());
      List<WorkItem> warp = group.subList(from, to);
      int count = warp.getFirst().steps().size();
      warp.forEach(item -> checkSame(task, warp.getFirst(), item));
      for (int i = 0; i < count; i++) {
        take(warp, i);
      }
      warp.forEach(item -> item.steps().clear());
    }
  }

  private static void checkSame(KernelTask task, WorkItem first, WorkItem other) {
    for (int i = 0; i < Math.max(first.steps().size(), other.steps().size()); i++) {
      WarpStep one = i < first.steps().size() ? first.steps().get(i) : null;
      WarpStep two = i < other.steps().size() ? other.steps().get(i) : null;
      if (one == null || two == null || one.site() != two.site()) {
        WorkItem who = one == null ? other : first;
        WorkItem whoElse = one == null ? first : other;
        WarpStep does = one == null ? two : one;
        WarpStep doesElse = one == null ? null : two;
        throw fault(
            task,
            KernelFault.Kind.BARRIER,
            who.position() + " " + describe(does),
            whoElse.position() + " of its warp " + describe(doesElse));
      }
      if (one instanceof WarpStep.Load load
          && ((WarpStep.Load) two).byteOffset() != load.byteOffset()) {
        throw fault(
            task,
            KernelFault.Kind.UNSUPPORTED,
            first.position() + " " + describe(one) + " from byte " + load.byteOffset(),
            other.position() + " of its warp from byte " + ((WarpStep.Load) two).byteOffset());
      }
    }
  }

  private static String describe(WarpStep step) {
    return step == null ? "does not" : step.verb() + CallSites.describe(step.site());
  }

  private static KernelFault fault(
      KernelTask task, KernelFault.Kind kind, String one, String other) {
    String text = "task " + task.name() + ": work-item " + one + ", but work-item " + other;
    return new KernelFault(kind, task.name(), text);
  }

  private static void take(List<WorkItem> warp, int index) {
    switch (warp.getFirst().steps().get(index)) {
      case WarpStep.Load _ -> {}
      case WarpStep.Multiply _ ->
          multiply(warp.stream().map(i -> (WarpStep.Multiply) i.steps().get(index)).toList());
      case WarpStep.Store _ ->
          warp.stream().map(i -> (WarpStep.Store) i.steps().get(index)).forEach(Warps::store);
    }
  }

  /**
   * Products of float16 numbers are exact in float32. They are added to the sum one after the
   * other, each time rounded to nearest; PTX promises no order and no less than single precision.
   */
  private static void multiply(List<WarpStep.Multiply> lanes) {
    float[][] a = new float[16][Fragments.DEPTH];
    float[][] b = new float[8][Fragments.DEPTH];
    for (int lane = 0; lane < lanes.size(); lane++) {
      WarpStep.Multiply step = lanes.get(lane);
      for (int e = 0; e < step.a().length; e++) {
        a[Fragments.leftRow(lane, e)][Fragments.leftColumn(lane, e)] = step.a()[e].getFloat32();
      }
      for (int e = 0; e < step.b().length; e++) {
        b[Fragments.rightColumn(lane)][Fragments.rightRow(lane, e)] = step.b()[e].getFloat32();
      }
    }
    for (int lane = 0; lane < lanes.size(); lane++) {
      WarpStep.Multiply step = lanes.get(lane);
      for (int e = 0; e < step.d().length; e++) {
        float[] row = a[Fragments.sumRow(lane, e)];
        float[] column = b[Fragments.sumColumn(lane, e)];
        float sum = step.c()[e];
        for (int k = 0; k < Fragments.DEPTH; k++) {
          sum += row[k] * column[k];
        }
        step.d()[e] = sum;
      }
    }
  }

  /** What was checked when the work-item got there; now the values are known. */
  private static void store(WarpStep.Store step) {
    MemorySegment target = step.target().getSegment();
    for (int e = 0; e < step.elements().length; e++) {
      target.setAtIndex(ValueLayout.JAVA_FLOAT, step.elements()[e], step.d()[e]);
    }
  }
}
