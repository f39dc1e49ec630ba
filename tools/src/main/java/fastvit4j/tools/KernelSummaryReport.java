package fastvit4j.tools;

import fastvit4j.tools.kernels.RooflineSummary;
import fastvit4j.tools.kernels.RooflineSummary.Fusion;
import fastvit4j.tools.kernels.RooflineSummary.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/** What {@code fastvit kernels bench --summary} judges, as two tables or JSON. */
final class KernelSummaryReport {
  private static final String NONE = "–";
  private static final String MET = "met";

  private KernelSummaryReport() {}

  static void print(Terminal terminal, RooflineSummary summary) {
    terminal.out().println();
    if (!summary.kinds().isEmpty()) {
      Table kinds =
          new Table()
              .text("OPERATOR")
              .number("SHAPES")
              .number("STEPS")
              .number("LOWEST")
              .number("MEDIAN")
              .number("WEIGHTED")
              .number("TARGET")
              .text("AT ALL SHAPES")
              .text("WEIGHTED");
      for (Kind kind : summary.kinds()) {
        kinds.row(
            kind.operator(),
            Integer.toString(kind.shapes()),
            Integer.toString(kind.steps()),
            percent(kind.lowest()),
            percent(kind.median()),
            percent(kind.weighted()),
            kind.target().isPresent() ? percent(kind.target().getAsDouble()) : NONE,
            atAll(kind),
            weighted(kind));
      }
      kinds.print(terminal);
      terminal.out().println();
    }
    if (summary.fusions().isEmpty()) {
      terminal.out().println("the device gets no fusion here");
      return;
    }
    Table fusions =
        new Table()
            .text("FUSION")
            .text("STEPS")
            .text("ON")
            .number("µs")
            .number("UNFUSED µs")
            .number("RATIO")
            .text("FASTER");
    for (Fusion fusion : summary.fusions()) {
      fusions.row(
          fusion.kernel(),
          fusion.shown().name(),
          fusion.shown().input().toString(),
          number(fusion.nanos() / 1e3),
          number(fusion.apartNanos() / 1e3),
          number(fusion.ratio()),
          faster(fusion));
    }
    fusions.print(terminal);
  }

  static Map<String, Object> json(RooflineSummary summary) {
    List<Map<String, Object>> kinds = new ArrayList<>();
    for (Kind kind : summary.kinds()) {
      Map<String, Object> map = new LinkedHashMap<>();
      map.put("operator", kind.operator());
      map.put("shapes", kind.shapes());
      map.put("steps", kind.steps());
      map.put("lowest", finite(kind.lowest()));
      map.put("median", finite(kind.median()));
      map.put("weighted", finite(kind.weighted()));
      OptionalDouble target = kind.target();
      map.put("target", target.isPresent() ? (Object) target.getAsDouble() : null);
      map.put("at_all_shapes", target.isPresent() ? atAll(kind) : null);
      map.put("weighted_result", target.isPresent() ? weighted(kind) : null);
      kinds.add(map);
    }
    List<Map<String, Object>> fusions = new ArrayList<>();
    for (Fusion fusion : summary.fusions()) {
      Map<String, Object> map = new LinkedHashMap<>();
      map.put("kernel", fusion.kernel());
      map.put("case", fusion.shown().name());
      map.put("shape", fusion.shown().input().toString());
      map.put("times", fusion.times());
      map.put("median_us", finite(fusion.nanos() / 1e3));
      map.put("unfused_us", finite(fusion.apartNanos() / 1e3));
      map.put("ratio", finite(fusion.ratio()));
      map.put("result", faster(fusion));
      fusions.add(map);
    }
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("operators", kinds);
    map.put("fusions", fusions);
    return map;
  }

  private static String atAll(Kind kind) {
    if (kind.target().isEmpty()) {
      return NONE;
    }
    if (kind.fractions().isEmpty()) {
      return "not measured";
    }
    return kind.missed() == 0 ? MET : "missed at " + kind.missed() + " of " + kind.shapes();
  }

  private static String weighted(Kind kind) {
    if (kind.target().isEmpty()) {
      return NONE;
    }
    if (Double.isNaN(kind.weighted())) {
      return "not measured";
    }
    return kind.weighted() >= kind.target().getAsDouble() ? MET : "missed";
  }

  private static String faster(Fusion fusion) {
    if (Double.isNaN(fusion.ratio())) {
      return "not measured";
    }
    return fusion.ratio() < 1 ? MET : "missed";
  }

  private static String percent(double part) {
    return Double.isNaN(part) ? NONE : Math.round(100 * part) + "%";
  }

  private static String number(double value) {
    return Double.isNaN(value) ? NONE : Predictions.number(value);
  }

  private static Object finite(double value) {
    return Double.isFinite(value) ? (Object) value : null;
  }
}
