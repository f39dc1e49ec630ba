package fastvit4j.tools.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

final class OccupancyTest {
  private long now = 5_000_000_000L;
  private final Occupancy occupancy = new Occupancy(() -> now);

  private void pass(int seconds) {
    now += seconds * 1_000_000_000L;
  }

  @Test
  void countsEachSecondOnce() {
    pass(7);
    occupancy.resume();
    pass(1);
    occupancy.begin();
    pass(2);
    occupancy.begin();
    pass(4);
    occupancy.end();
    pass(8);
    occupancy.end();
    pass(16);
    occupancy.begin();
    pass(32);
    occupancy.end();
    pass(64);
    occupancy.resume();
    assertEquals(1 + 16, occupancy.idleSeconds());
    assertEquals(2 + 4 + 8 + 32, occupancy.busySeconds());
    assertEquals(4, occupancy.overlapSeconds());
  }
}
