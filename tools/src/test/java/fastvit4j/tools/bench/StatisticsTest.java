package fastvit4j.tools.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

class StatisticsTest {
  /** Sums and products of a few numbers below 100. */
  private static final double ROUNDING = 1e-12;

  @Test
  void areThoseComputedByHand() {
    Statistics s = Statistics.of(9, 1, 4, 2, 100);
    assertEquals(5, s.count());
    assertEquals(1, s.minimum());
    assertEquals(2, s.quartile());
    assertEquals(4, s.median());
    // At 0.9 · 4 = 3.6: 9 + 0.6 · 91; at 0.99 · 4 = 3.96: 9 + 0.96 · 91.
    assertEquals(63.6, s.p90(), ROUNDING);
    assertEquals(96.36, s.p99(), ROUNDING);
    // Deviations 0, 2, 3, 5, 96.
    assertEquals(3, s.spread());
  }

  @Test
  void interpolateBetweenTwo() {
    Statistics s = Statistics.of(4, 1, 2, 3);
    assertEquals(1.75, s.quartile(), ROUNDING);
    assertEquals(2.5, s.median(), ROUNDING);
    // Deviations 0.5, 0.5, 1.5, 1.5.
    assertEquals(1, s.spread(), ROUNDING);
  }

  @Test
  void areOfOneSampleToo() {
    assertEquals(new Statistics(1, 7, 7, 7, 7, 7, 7, 0), Statistics.of(7));
    assertThrows(IllegalArgumentException.class, Statistics::of);
  }

  @Test
  void areOfAllRoundsTogether() {
    assertEquals(
        Statistics.of(1, 2, 3), Statistics.ofRounds(List.of(List.of(3.0), List.of(1.0, 2.0))));
  }

  @Test
  void roundsShareTheRuns() {
    Protocol protocol = new Protocol(0, 25, 10, 0);
    int sum = 0;
    for (int round = 0; round < 10; round++) {
      int runs = protocol.runsOf(round);
      assertEquals(2.5, runs, 0.5);
      sum += runs;
    }
    assertEquals(25, sum);
    assertEquals(3, Protocol.ofRuns(0, 3).rounds());
  }
}
