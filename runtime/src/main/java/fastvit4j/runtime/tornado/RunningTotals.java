package fastvit4j.runtime.tornado;

import java.util.HashMap;
import java.util.Map;

/** What came to running totals since they were last seen. */
final class RunningTotals {
  private final Map<Integer, Long> seen = new HashMap<>();

  /**
   * What came to a total since it was last seen; all of it when it is seen for the first time, or
   * has begun anew, which shows where it is less than it was.
   */
  long since(int which, long total) {
    Long before = seen.put(which, total);
    return before == null || before > total ? total : total - before;
  }
}
