package fastvit4j.emulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@link RaceTracker} against the definition of a race, on random accesses to one element. */
class RaceTrackerTest {
  /** Whether an access is noticed at all depends on the first race only, so runs end there. */
  private record Access(boolean write, int id, int epoch) {
    boolean races(Access later, Barrier barrier, int groupSize) {
      if (id == later.id || (!write && !later.write)) {
        return false;
      }
      if (barrier == Barrier.GLOBAL && write && later.write) {
        return true;
      }
      boolean sameGroup = groupSize > 0 && (id - 1) / groupSize == (later.id - 1) / groupSize;
      return !sameGroup || epoch >= later.epoch;
    }
  }

  @ParameterizedTest
  @CsvSource({"GLOBAL, 0", "GLOBAL, 1", "GLOBAL, 3", "LOCAL, 0", "LOCAL, 3", "LOCAL, 4"})
  void agreesWithTheDefinition(Barrier barrier, int groupSize) {
    Random random = new Random(42);
    IntPool pool = new IntPool();
    int racy = 0;
    int runs = 20_000;
    for (int run = 0; run < runs; run++) {
      RaceTracker tracker = new RaceTracker(barrier, groupSize, 1, pool);
      racy += run(tracker, barrier, groupSize, random) ? 1 : 0;
      tracker.release(pool);
    }
    assertTrue(racy > runs / 20 && racy < runs, racy + " of " + runs + " runs have races");
  }

  private static boolean run(RaceTracker tracker, Barrier barrier, int groupSize, Random random) {
    List<Access> accesses = new ArrayList<>();
    int items = 2 * Math.max(1, groupSize);
    int[] epochs = new int[2];
    for (int step = 0; step < 12; step++) {
      int id = 1 + random.nextInt(items);
      int group = (id - 1) / Math.max(1, groupSize);
      epochs[group] += random.nextInt(3) == 0 ? 1 : 0;
      Access access = new Access(random.nextInt(4) == 0, id, epochs[group]);
      int other =
          access.write()
              ? tracker.write(0, id, access.epoch())
              : tracker.read(0, id, access.epoch());
      boolean races =
          accesses.stream().anyMatch(earlier -> earlier.races(access, barrier, groupSize));
      assertEquals(races, other != RaceTracker.NONE, () -> accesses + " then " + access);
      if (races) {
        return true;
      }
      accesses.add(access);
    }
    return false;
  }
}
