package fastvit4j.tools.bench;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * What differs between two results. Where both have a probe of the host's speed in every round,
 * rounds in which it was the same are compared, in proportion to their probes, and a configuration
 * is unclear where there are too few of those. It has become slower or faster where all of these
 * hold:
 *
 * <ul>
 *   <li>the medians of all runs differ by more than a threshold;
 *   <li>so do the first quartiles, in the same direction: another program that disturbs some runs
 *       moves the median but not the quick runs, a slower program moves both;
 *   <li>the rank test on the medians of the rounds finds the difference too large for chance, at 5
 *       % for all configurations together (Holm's correction). Rounds, not runs, as neighbouring
 *       runs are alike.
 * </ul>
 *
 * @param rows one for each configuration that both have
 * @param onlyBefore configurations that only the first has
 * @param onlyAfter configurations that only the second has
 */
public record Comparison(List<Row> rows, int onlyBefore, int onlyAfter) {
  /** How often, at most, chance alone may make a comparison of equals find a difference. */
  static final double CHANCE = 0.05;

  /** What became of a configuration. */
  public enum Verdict {
    /** It takes longer. */
    SLOWER,
    /** It takes less time. */
    FASTER,
    /** No difference that is more than the spread. */
    EQUAL,
    /** There seems to be a difference, but there are too few rounds to tell it from chance. */
    UNCLEAR,
    /** There are too few rounds in which the host was equally fast to tell a difference. */
    UNSTEADY,
    /** It ran before, and fails now. */
    FAILED,
    /** It failed before, or has not been measured in one of the two. */
    UNKNOWN
  }

  /**
   * A configuration.
   *
   * @param before times before in milliseconds, or null
   * @param after times after in milliseconds, or null
   * @param speed how fast the host was in both, or null if not both were probed
   * @param ratio the median after, divided by that before: where the verdict is by rounds of one
   *     speed, in proportion to the probes of those; NaN if one of them is missing
   * @param verdict what became of it
   */
  public record Row(
      Configuration configuration,
      Statistics before,
      Statistics after,
      HostSpeed speed,
      double ratio,
      Verdict verdict) {
    private Row with(Verdict other) {
      return new Row(configuration, before, after, speed, ratio, other);
    }

    private Row with(double other, Verdict otherVerdict) {
      return new Row(configuration, before, after, speed, other, otherVerdict);
    }
  }

  /** Copies the list. */
  public Comparison {
    rows = List.copyOf(rows);
  }

  /**
   * Compares results.
   *
   * @param threshold the least difference that counts, as a part of 1, for example 0.05
   */
  public static Comparison of(Results before, Results after, double threshold) {
    Map<Configuration, Result> known = new LinkedHashMap<>();
    before.results().forEach(result -> known.put(result.configuration(), result));
    List<Row> rows = new ArrayList<>();
    List<Double> chances = new ArrayList<>();
    List<Double> leastChances = new ArrayList<>();
    for (Result result : after.results()) {
      Result old = known.get(result.configuration());
      if (old != null) {
        HostSpeed speed = HostSpeed.of(old, result, threshold).orElse(null);
        Compared compared = Compared.of(old, result, speed);
        rows.add(row(old, result, compared, threshold));
        chances.add(compared.chance());
        leastChances.add(compared.leastChance());
      }
    }
    List<Row> decided = decide(rows, chances, leastChances);
    return new Comparison(
        decided, before.results().size() - rows.size(), after.results().size() - rows.size());
  }

  /** Whether something is slower than it was, or does not run any more. */
  public boolean isWorse() {
    return rows.stream()
        .anyMatch(row -> row.verdict() == Verdict.SLOWER || row.verdict() == Verdict.FAILED);
  }

  /** The rounds to judge by, in whichever unit. */
  private record Compared(HostSpeed speed, List<List<Double>> before, List<List<Double>> after) {
    static Compared of(Result old, Result now, HostSpeed speed) {
      return speed == null
          ? new Compared(null, old.rounds(), now.rounds())
          : new Compared(
              speed,
              HostSpeed.relative(old, speed.before()),
              HostSpeed.relative(now, speed.after()));
    }

    private boolean isMeasured() {
      return !before.isEmpty() && !after.isEmpty();
    }

    double chance() {
      return isMeasured() ? RankTest.probability(medians(before), medians(after)) : 1;
    }

    double leastChance() {
      return isMeasured() ? RankTest.least(before.size(), after.size()) : 1;
    }

    private static List<Double> medians(List<List<Double>> rounds) {
      return rounds.stream().map(Statistics::median).toList();
    }
  }

  /** By the sizes of the differences alone. */
  private static Row row(Result old, Result now, Compared compared, double threshold) {
    Statistics before = old.statistics().orElse(null);
    Statistics after = now.statistics().orElse(null);
    HostSpeed speed = compared.speed();
    double times = before == null || after == null ? Double.NaN : after.median() / before.median();
    Row row = new Row(now.configuration(), before, after, speed, times, Verdict.EQUAL);
    if (now.isFailed() && !old.isFailed()) {
      return row.with(Verdict.FAILED);
    }
    if (now.isFailed() || old.isFailed() || before == null || after == null) {
      return row.with(Verdict.UNKNOWN);
    }
    if (speed != null && speed.isOther()) {
      return row.with(Verdict.UNSTEADY);
    }
    Statistics was = Statistics.ofRounds(compared.before());
    Statistics is = Statistics.ofRounds(compared.after());
    return row.with(is.median() / was.median(), verdict(was, is, threshold));
  }

  private static Verdict verdict(Statistics before, Statistics after, double threshold) {
    double limit = 1 + threshold;
    if (after.median() > limit * before.median() && after.quartile() > limit * before.quartile()) {
      return Verdict.SLOWER;
    }
    if (before.median() > limit * after.median() && before.quartile() > limit * after.quartile()) {
      return Verdict.FASTER;
    }
    return Verdict.EQUAL;
  }

  /** Takes back what chance may have done: Holm, S. (1979), from the least probable on. */
  private static List<Row> decide(List<Row> rows, List<Double> chances, List<Double> leastChances) {
    List<Row> decided = new ArrayList<>(rows);
    List<Integer> order =
        IntStream.range(0, rows.size())
            .filter(i -> rows.get(i).before() != null && rows.get(i).after() != null)
            .boxed()
            .sorted(Comparator.comparingDouble(chances::get))
            .toList();
    boolean rejecting = true;
    for (int k = 0; k < order.size(); k++) {
      int i = order.get(k);
      int left = order.size() - k;
      rejecting &= chances.get(i) * left <= CHANCE;
      Verdict verdict = rows.get(i).verdict();
      if (!rejecting && (verdict == Verdict.SLOWER || verdict == Verdict.FASTER)) {
        boolean tooFew = leastChances.get(i) * order.size() > CHANCE;
        decided.set(i, rows.get(i).with(tooFew ? Verdict.UNCLEAR : Verdict.EQUAL));
      }
    }
    return decided;
  }
}
