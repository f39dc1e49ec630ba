package fastvit4j.tools.kernels;

import fastvit4j.runtime.tornado.Workbench;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * Holds what a device gets for a model's steps against its roofline, operator by operator, and each
 * fusion that it gets against the same steps one by one.
 *
 * @param kinds the operators
 * @param fusions the fusions
 */
public record RooflineSummary(List<Kind> kinds, List<Fusion> fusions) {
  /** The parts of the roofline that are aimed at, by operator. */
  private static final Map<String, Double> TARGETS =
      Map.of("pointwise", 0.6, "linear", 0.6, "depthwise", 0.7);

  /**
   * A problem of a model with the ways that were measured.
   *
   * @param problem the problem
   * @param rows its ways
   */
  public record Measured(ModelCases.Problem problem, List<KernelRow> rows) {
    /** What the device gets, if it is right and was timed. */
    private KernelRow chosen() {
      return rows.stream()
          .filter(row -> row.chosen() && row.isRight() && row.median().isPresent())
          .findFirst()
          .orElse(null);
    }
  }

  /**
   * An operator at all its shapes.
   *
   * @param operator its name, as {@link CaseSpec} has it
   * @param shapes different problems
   * @param steps steps of the model that these are
   * @param fractions of the roofline, of those problems that were timed, ascending
   * @param weighted what the roofline allows all steps together over what they take; NaN where none
   *     was timed
   * @param target the fraction that is aimed at, if there is one
   */
  public record Kind(
      String operator,
      int shapes,
      int steps,
      List<Double> fractions,
      double weighted,
      OptionalDouble target) {
    /** The lowest fraction; NaN where none was timed. */
    public double lowest() {
      return fractions.isEmpty() ? Double.NaN : fractions.getFirst();
    }

    /** The median fraction; NaN where none was timed. */
    public double median() {
      int half = fractions.size() / 2;
      return fractions.isEmpty()
          ? Double.NaN
          : fractions.size() % 2 == 1
              ? fractions.get(half)
              : (fractions.get(half - 1) + fractions.get(half)) / 2;
    }

    /** Shapes below the target, or not timed. */
    public long missed() {
      return shapes - fractions.stream().filter(f -> f >= target.orElse(0)).count();
    }
  }

  /**
   * A fusion that the device gets.
   *
   * @param shown the case
   * @param kernel its name
   * @param times how often the model has it
   * @param nanos the median; NaN where it failed or was not timed
   * @param apartNanos that of the steps one by one; NaN likewise
   */
  public record Fusion(
      KernelCase shown, String kernel, int times, double nanos, double apartNanos) {
    /** Its time over that of the steps; NaN where one of them is not known. */
    public double ratio() {
      return nanos / apartNanos;
    }
  }

  /** The ways of a problem that the summary asks for; none where a sequence is not fused. */
  public static List<String> ways(ModelCases.Problem problem, String chosen) {
    if (!problem.candidates().contains(chosen)) {
      return List.of();
    }
    return problem.fused() ? List.of(chosen, Workbench.UNFUSED) : List.of(chosen);
  }

  /** The summary of what was measured. */
  public static RooflineSummary of(List<Measured> measured) {
    Map<String, List<Measured>> byKind = new LinkedHashMap<>();
    List<Fusion> fusions = new ArrayList<>();
    for (Measured one : measured) {
      if (one.problem().fused()) {
        fusions.add(fusion(one));
      } else {
        byKind.computeIfAbsent(one.problem().kind(), _ -> new ArrayList<>()).add(one);
      }
    }
    List<Kind> kinds = new ArrayList<>();
    byKind.forEach((operator, all) -> kinds.add(kind(operator, all)));
    kinds.sort(Comparator.comparing((Kind kind) -> kind.target().isEmpty()));
    return new RooflineSummary(kinds, fusions);
  }

  private static Kind kind(String operator, List<Measured> all) {
    List<Double> fractions = new ArrayList<>();
    double allowed = 0;
    double taken = 0;
    for (Measured one : all) {
      KernelRow row = one.chosen();
      if (row != null && row.ofRoof().isPresent()) {
        fractions.add(row.ofRoof().getAsDouble());
        allowed += one.problem().times() * row.roofNanos();
        taken += one.problem().times() * row.median().getAsDouble();
      }
    }
    double[] ascending = fractions.stream().mapToDouble(f -> f).sorted().toArray();
    return new Kind(
        operator,
        all.size(),
        all.stream().mapToInt(one -> one.problem().times()).sum(),
        Arrays.stream(ascending).boxed().toList(),
        allowed / taken,
        TARGETS.containsKey(operator)
            ? OptionalDouble.of(TARGETS.get(operator))
            : OptionalDouble.empty());
  }

  private static Fusion fusion(Measured of) {
    KernelRow chosen = of.chosen();
    double apart =
        of.rows().stream()
            .filter(row -> row.way().equals(Workbench.UNFUSED) && row.isRight())
            .mapToDouble(row -> row.median().orElse(Double.NaN))
            .findFirst()
            .orElse(Double.NaN);
    return new Fusion(
        of.problem().shown(),
        of.rows().stream()
            .map(KernelRow::way)
            .filter(way -> !way.equals(Workbench.UNFUSED))
            .findFirst()
            .orElseThrow(),
        of.problem().times(),
        chosen == null ? Double.NaN : chosen.median().getAsDouble(),
        apart);
  }
}
