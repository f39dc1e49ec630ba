package fastvit4j.tools.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fastvit4j.tools.bench.Comparison.Row;
import fastvit4j.tools.bench.Comparison.Verdict;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ComparisonTest {
  private static final double THRESHOLD = 0.05;
  private static final int MODELS = 7;

  private static List<Verdict> verdicts(Results before, Results after) {
    return Comparison.of(before, after, THRESHOLD).rows().stream().map(Row::verdict).toList();
  }

  @Test
  void findsTheSameEqual() {
    Results results = Samples.results(MODELS, new SplittableRandom(1), 1);
    Comparison comparison = Comparison.of(results, results, 0);
    assertEquals(MODELS, comparison.rows().size());
    comparison.rows().forEach(row -> assertEquals(Verdict.EQUAL, row.verdict()));
    comparison.rows().forEach(row -> assertEquals(1, row.ratio()));
    assertFalse(comparison.isWorse());
  }

  @Test
  void catchesTenPercent() {
    for (int seed = 0; seed < 20; seed++) {
      Results before = Samples.results(1, new SplittableRandom(2L * seed), 1);
      Results after = Samples.results(1, new SplittableRandom(2L * seed + 1), 1.1);
      assertEquals(List.of(Verdict.SLOWER), verdicts(before, after), "seed " + seed);
      assertEquals(List.of(Verdict.FASTER), verdicts(after, before), "seed " + seed);
      assertTrue(Comparison.of(before, after, THRESHOLD).isWorse());
      assertFalse(Comparison.of(after, before, THRESHOLD).isWorse());
    }
  }

  @Test
  void findsTwoDrawsEqualNineteenTimesOfTwenty() {
    assertTrue(differing(20, THRESHOLD) <= 1);
  }

  @Test
  void isMisledByChanceAsRarelyAsItSays() {
    // Without a threshold the rank test alone decides: at most 5 % of 400 comparisons, and three
    // standard deviations of a binomial count, sqrt(400 · 0.05 · 0.95) = 4.4.
    assertTrue(differing(400, 0) <= 20 + 13);
  }

  /** How many comparisons of two draws of one distribution find a difference. */
  private static int differing(int comparisons, double threshold) {
    int differing = 0;
    for (int i = 0; i < comparisons; i++) {
      Results before = Samples.results(MODELS, new SplittableRandom(1000 + 2L * i), 1);
      Results after = Samples.results(MODELS, new SplittableRandom(1001 + 2L * i), 1);
      boolean equal =
          Comparison.of(before, after, threshold).rows().stream()
              .allMatch(row -> row.verdict() == Verdict.EQUAL);
      differing += equal ? 0 : 1;
    }
    return differing;
  }

  @Test
  void isNotMisledByDisturbedRuns() {
    Result quiet = Result.of(Samples.of("m"));
    Result disturbed = quiet;
    for (int round = 0; round < Samples.ROUNDS; round++) {
      quiet = quiet.measured(List.of(10.0, 10.1, 10.2, 10.3, 10.4));
      disturbed = disturbed.measured(List.of(10.0, 10.1, 14.0, 15.0, 16.0));
    }
    assertEquals(
        List.of(Verdict.EQUAL),
        verdicts(Samples.results(List.of(quiet)), Samples.results(List.of(disturbed))));
  }

  @Test
  void saysWhenThereAreTooFewRounds() {
    Result before = Result.of(Samples.of("m")).measured(List.of(10.0)).measured(List.of(10.1));
    Result after = Result.of(Samples.of("m")).measured(List.of(20.0)).measured(List.of(20.1));
    assertEquals(
        List.of(Verdict.UNCLEAR),
        verdicts(Samples.results(List.of(before)), Samples.results(List.of(after))));
  }

  @Test
  void countsWhatFailsAsWorse() {
    Result works = Result.of(Samples.of("m")).measured(List.of(10.0));
    Results before = Samples.results(List.of(works, works.failed("lost")));
    Results after = Samples.results(List.of(works.failed("out of memory")));
    Comparison comparison = Comparison.of(Samples.results(List.of(works)), after, THRESHOLD);
    assertEquals(Verdict.FAILED, comparison.rows().getFirst().verdict());
    assertTrue(comparison.isWorse());
    assertEquals(List.of(Verdict.UNKNOWN), verdicts(after, Samples.results(List.of(works))));
    assertEquals(1, Comparison.of(before, after, THRESHOLD).onlyBefore());
  }

  @Test
  void comparesWhatBothHave() {
    Results one = Samples.results(3, new SplittableRandom(1), 1);
    Results other = Samples.results(one.results().subList(1, 2));
    Comparison comparison = Comparison.of(one, other, THRESHOLD);
    assertEquals(Samples.of("model1"), comparison.rows().getFirst().configuration());
    assertEquals(2, comparison.onlyBefore());
    assertEquals(0, comparison.onlyAfter());
  }
}
