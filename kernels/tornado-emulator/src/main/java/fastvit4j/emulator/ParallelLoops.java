package fastvit4j.emulator;

import java.util.List;

/**
 * Where a kernel is in its nest of {@code @Parallel} loops. Every iteration of the innermost loop
 * is a work-item; what lies outside of it, every work-item runs.
 */
final class ParallelLoops {
  /** Number of the work-items together: what runs outside the innermost loop. */
  private static final int ALL = Integer.MAX_VALUE;

  private final List<String> variables;
  private final int[] values;
  private final boolean[] active;
  private final int[] arraysBefore;
  private int depth;
  private int iterations;

  ParallelLoops(List<String> variables) {
    this.variables = variables;
    values = new int[variables.size()];
    active = new boolean[variables.size()];
    arraysBefore = new int[variables.size()];
  }

  /** Notes the value of a loop's variable; returns false if it is the one it had. */
  boolean iteration(int loop, int value, int arrays) {
    if (active[loop]) {
      if (values[loop] == value) {
        return false;
      }
    } else {
      active[loop] = true;
      arraysBefore[loop] = arrays;
      depth++;
    }
    values[loop] = value;
    iterations++;
    return true;
  }

  /** Number of private arrays that were there when the loop began. */
  int arraysBefore(int loop) {
    return arraysBefore[loop];
  }

  void finished(int loop) {
    if (active[loop]) {
      active[loop] = false;
      depth--;
    }
  }

  boolean outside() {
    return depth < variables.size();
  }

  /** The running work-item's number. A kernel without parallel loops is one work-item. */
  int id() {
    if (variables.isEmpty()) {
      return 1;
    }
    return outside() ? ALL : iterations;
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < values.length; i++) {
      if (active[i]) {
        text.append(text.isEmpty() ? "" : ", ").append(variables.get(i)).append('=');
        text.append(values[i]);
      }
    }
    return text.toString();
  }
}
