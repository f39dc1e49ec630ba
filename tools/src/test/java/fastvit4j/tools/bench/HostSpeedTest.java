package fastvit4j.tools.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fastvit4j.tools.bench.Comparison.Verdict;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;

/** Comparisons of drawn times on hosts whose speed changes, or does not. */
class HostSpeedTest {
  private static final int COMPARISONS = 400;
  private static final double THRESHOLD = 0.05;

  /**
   * A measurement on a host that takes {@code slowdown} times as long in a round, for the probe and
   * the network alike; rounds and runs are disturbed as {@link Samples} says, the probe by 1 % of
   * standard deviation.
   */
  private static Results measured(long seed, double build, IntToDoubleFunction slowdown) {
    SplittableRandom random = new SplittableRandom(seed);
    Result steady = Samples.results(1, random, build).results().getFirst();
    Result result = Result.of(steady.configuration());
    for (int round = 0; round < Samples.ROUNDS; round++) {
      double factor = slowdown.applyAsDouble(round);
      double probe = factor * (1 + 0.01 * random.nextGaussian());
      result =
          result.measured(
              steady.rounds().get(round).stream().map(ms -> ms * factor).toList(),
              new Probe(2 * probe, 0.5 * probe));
    }
    return Samples.results(List.of(result));
  }

  private static Results measured(long seed, double build, double slowdown) {
    return measured(seed, build, _ -> slowdown);
  }

  private static Verdict verdict(Results before, Results after) {
    return Comparison.of(before, after, THRESHOLD).rows().getFirst().verdict();
  }

  /** How many of two measurements with other seeds get a verdict. */
  private static int count(Verdict verdict, double build, double slowdown) {
    int count = 0;
    for (long i = 0; i < COMPARISONS; i++) {
      Results before = measured(2 * i, 1, 1);
      count += verdict(before, measured(2 * i + 1, build, slowdown)) == verdict ? 1 : 0;
    }
    return count;
  }

  @Test
  void findsTheSameBuildEqualOnASteadyHost() {
    int equal = count(Verdict.EQUAL, 1, 1);
    assertTrue(equal >= 0.95 * COMPARISONS, equal + " equal");
  }

  @Test
  void catchesTenPercentOnASteadyHost() {
    assertTrue(count(Verdict.SLOWER, 1.1, 1) >= 0.95 * COMPARISONS);
    assertTrue(count(Verdict.FASTER, 1 / 1.1, 1) >= 0.95 * COMPARISONS);
  }

  @Test
  void takesNoOtherSpeedOfTheHostForAnotherBuild() {
    for (double slowdown : new double[] {5 / 12.0, 5 / 8.0, 0.9, 1.04, 1.1, 8 / 5.0, 12 / 5.0}) {
      int wrong = count(Verdict.SLOWER, 1, slowdown) + count(Verdict.FASTER, 1, slowdown);
      assertTrue(wrong <= 0.05 * COMPARISONS, wrong + " at " + slowdown);
    }
  }

  @Test
  void leavesOpenWhatAnotherSpeedHides() {
    assertEquals(COMPARISONS, count(Verdict.UNSTEADY, 1.1, 8 / 5.0));
    assertEquals(COMPARISONS, count(Verdict.UNSTEADY, 1.1, 1 / 1.6));
    Comparison comparison = Comparison.of(measured(1, 1, 1), measured(2, 2, 1.6), THRESHOLD);
    assertFalse(comparison.isWorse());
  }

  @Test
  void correctsASmallDriftOfTheHost() {
    // 3 % in the other direction leave 6.7 % of 10 %: near to the threshold without a probe. The
    // probe's medians differ by 1.25 · 1 % · sqrt(2 / 10) = 0.6 % by chance: 5 % are three of that
    // off.
    int caught = count(Verdict.SLOWER, 1.1, 0.97);
    assertTrue(caught >= 0.95 * COMPARISONS, caught + " caught");
  }

  @Test
  void comparesTheRoundsInWhichTheHostWasEquallyFast() {
    int slower = 0;
    int equal = 0;
    for (long seed = 0; seed < 100; seed++) {
      // Five rounds at the speed of the other measurement, three quicker and two slower ones.
      Results varying =
          measured(2 * seed, 1, round -> 1.3 + (round % 2) * (round < 5 ? 0.3 : -0.3));
      slower += verdict(varying, measured(2 * seed + 1, 1.15, 1.3)) == Verdict.SLOWER ? 1 : 0;
      equal += verdict(varying, measured(2 * seed + 1, 1, 1.3)) == Verdict.EQUAL ? 1 : 0;
    }
    assertTrue(slower >= 95 && equal >= 95, slower + " slower, " + equal + " equal");
  }

  @Test
  void leavesOpenWhatHasThreeRoundsOfOneSpeedOnly() {
    for (long seed = 0; seed < 100; seed++) {
      Results varying = measured(2 * seed, 1, round -> 1 + (round % 4) * 0.2);
      Results after = measured(2 * seed + 1, 1.5, round -> 1 + (round + 2) % 4 * 0.2);
      Comparison.Row row = Comparison.of(varying, after, THRESHOLD).rows().getFirst();
      assertTrue(row.speed().before().size() <= 3);
      assertEquals(Verdict.UNSTEADY, row.verdict());
    }
  }

  @Test
  void tellsTheDifferenceThatTheVerdictIsBy() {
    Results before = measured(1, 1, 1);
    Comparison.Row row = Comparison.of(before, measured(2, 1, 1.04), THRESHOLD).rows().getFirst();
    assertTrue(Math.abs(row.ratio() - 1) < 0.03, "in proportion to the probe: " + row.ratio());
    Comparison.Row other = Comparison.of(before, measured(2, 1, 1.6), THRESHOLD).rows().getFirst();
    assertTrue(Math.abs(other.ratio() - 1.6) < 0.05, "of the times: " + other.ratio());
  }

  @Test
  void forgivesADisturbanceOfFewProbes() {
    List<Probe> probes = new ArrayList<>(Collections.nCopies(12, new Probe(2, 0.5)));
    probes.addAll(Collections.nCopies(4, new Probe(9, 3)));
    assertEquals(new Probe(2, 0.5), Probe.mean(probes));
    probes.addAll(Collections.nCopies(4, new Probe(9, 3)));
    assertTrue(Probe.mean(probes).ms() > 2.5 * 1.1);
  }

  @Test
  void isNotMisledByASlowRoundOrTwo() {
    Results disturbed = measured(1, 1, round -> round < 2 ? 1.6 : 1);
    assertEquals(Verdict.EQUAL, verdict(measured(2, 1, 1), disturbed));
    assertEquals(Verdict.SLOWER, verdict(disturbed, measured(3, 1.1, 1)));
  }

  @Test
  void seesThePartsOfAProbeApart() {
    Results before = measured(1, 1, 1);
    Result moved = measured(2, 1, 1).results().getFirst();
    Result other = Result.of(moved.configuration());
    for (int i = 0; i < Samples.ROUNDS; i++) {
      Probe probe = moved.probes().get(i);
      other =
          other.measured(
              moved.rounds().get(i), new Probe(probe.arithmeticMs() - 0.1, probe.memoryMs() + 0.1));
    }
    assertEquals(Verdict.UNSTEADY, verdict(before, Samples.results(List.of(other))));
  }

  @Test
  void judgesByTimesAloneWhereARoundHasNoProbe() {
    Results before = measured(1, 1, 1);
    Result slow = measured(2, 1, 1.6).results().getFirst();
    List<Probe> probes = new ArrayList<>(slow.probes());
    probes.set(3, Probe.NONE);
    Result partly =
        new Result(slow.configuration(), null, null, null, slow.rounds(), probes, List.of(), null);
    Comparison comparison = Comparison.of(before, Samples.results(List.of(partly)), THRESHOLD);
    assertEquals(Verdict.SLOWER, comparison.rows().getFirst().verdict());
    assertNull(comparison.rows().getFirst().speed());
    assertNotNull(Comparison.of(before, before, THRESHOLD).rows().getFirst().speed());
  }

  @Test
  void probesOnEveryNumberOfThreads() {
    SpeedProbe speed = new SpeedProbe();
    for (int threads : new int[] {2, 0, 1, 3}) {
      List<Probe> probes = speed.read(threads);
      assertFalse(probes.isEmpty());
      probes.forEach(probe -> assertTrue(probe.isKnown() && probe.ms() > 0));
      double longest = probes.stream().mapToDouble(Probe::ms).max().orElseThrow();
      assertTrue(Probe.mean(probes).ms() <= 1.000001 * longest);
    }
    assertEquals(Probe.NONE, Probe.mean(Collections.emptyList()));
  }
}
