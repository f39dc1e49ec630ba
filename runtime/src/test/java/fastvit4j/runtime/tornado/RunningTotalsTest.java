package fastvit4j.runtime.tornado;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class RunningTotalsTest {
  @Test
  void tellsWhatCameToEachSinceItWasSeen() {
    RunningTotals totals = new RunningTotals();
    assertEquals(156_000, totals.since(0, 156_000));
    assertEquals(120, totals.since(0, 156_120));
    assertEquals(7, totals.since(1, 7));
    assertEquals(0, totals.since(0, 156_120));
    assertEquals(3, totals.since(1, 10));
    // A total that begins anew.
    assertEquals(50, totals.since(0, 50));
    assertEquals(1, totals.since(0, 51));
  }
}
