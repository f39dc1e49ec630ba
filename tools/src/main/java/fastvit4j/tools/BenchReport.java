package fastvit4j.tools;

import fastvit4j.tools.Columns.Column;
import fastvit4j.tools.bench.Configuration;
import fastvit4j.tools.bench.Parity;
import fastvit4j.tools.bench.Preparation;
import fastvit4j.tools.bench.Protocol;
import fastvit4j.tools.bench.Result;
import fastvit4j.tools.bench.Results;
import fastvit4j.tools.bench.Statistics;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Results for people: a table of at most 100 columns, or Markdown.
 *
 * @param results what was measured
 */
record BenchReport(Results results) {
  private static final int WIDEST_NAME = 24;

  /** Columns that are left out, in this order, where the table would be too wide. */
  private static final List<String> EXPENDABLE =
      List.of("P90", "COMPILE MS", "MIN", "P99", "MIB", "IMAGES/S", "COPIES", "KERNELS", "SPREAD");

  void print(Terminal terminal) {
    Columns<Result> columns = columns().fitting(EXPENDABLE);
    columns.print(terminal);
    notes(columns).forEach(terminal::note);
    // As one line each, whatever their length, to be searched for.
    failures().forEach(line -> terminal.out().println(terminal.faint(line)));
  }

  String markdown() {
    Columns<Result> columns = columns();
    StringBuilder text = new StringBuilder();
    text.append(line(columns.headers()));
    text.append(line(columns.all().stream().map(c -> c.number() ? "---:" : "---").toList()));
    results.results().forEach(result -> text.append(line(columns.cells(result))));
    text.append('\n');
    Stream.concat(notes(columns).stream(), failures().stream())
        .forEach(note -> text.append("- ").append(escaped(note)).append('\n'));
    return text.toString();
  }

  private static String line(List<String> cells) {
    return cells.stream()
        .map(BenchReport::escaped)
        .collect(Collectors.joining(" | ", "| ", " |\n"));
  }

  private static String escaped(String text) {
    return text.replace("\\", "\\\\").replace("|", "\\|").replace("*", "\\*").replace("_", "\\_");
  }

  String csv() {
    return BenchCsv.of(results);
  }

  private Columns<Result> columns() {
    List<Column<Result>> columns = new ArrayList<>();
    columns.add(new Column<>("MODEL", false, r -> shortened(r.configuration().model())));
    varying(columns, "DEVICE", false, Configuration::device);
    varying(columns, "FORM", false, Configuration::formName);
    varying(columns, "SIZE", true, Configuration::size);
    varying(columns, "BATCH", true, c -> Integer.toString(c.batch()));
    varying(columns, "PRECISION", false, Configuration::precision);
    varying(columns, "THREADS", true, BenchReport::threads);
    columns.add(time("MIN", Statistics::minimum));
    columns.add(new Column<>("MEDIAN", true, BenchReport::median));
    columns.add(time("SPREAD", Statistics::spread));
    columns.add(time("P90", Statistics::p90));
    columns.add(time("P99", Statistics::p99));
    columns.add(new Column<>("IMAGES/S", true, r -> number(r.imagesPerSecond())));
    if (results.results().stream().anyMatch(r -> r.transferMs().isPresent())) {
      columns.add(new Column<>("KERNELS", true, r -> number(r.kernelMs())));
      columns.add(new Column<>("COPIES", true, r -> number(r.transferMs())));
    }
    columns.add(prepared("COMPILE MS", p -> Text.number(p.compileMs(), 0)));
    columns.add(prepared("MIB", p -> Text.number(p.memoryBytes() / 1048576.0, 1)));
    columns.add(new Column<>("ERROR", true, BenchReport::error));
    return new Columns<>(columns, results.results());
  }

  /** Adds a column for what is not the same in all rows; what is, is said below the table. */
  private void varying(
      List<Column<Result>> columns,
      String header,
      boolean number,
      Function<Configuration, String> value) {
    if (values(value).size() > 1) {
      columns.add(new Column<>(header, number, r -> value.apply(r.configuration())));
    }
  }

  private Set<String> values(Function<Configuration, String> value) {
    return results.results().stream()
        .map(r -> value.apply(r.configuration()))
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  private static Column<Result> time(String header, ToDoubleFunction<Statistics> value) {
    return new Column<>(
        header,
        true,
        r -> r.statistics().map(s -> significant(value.applyAsDouble(s))).orElse("-"));
  }

  private static Column<Result> prepared(String header, Function<Preparation, String> value) {
    return new Column<>(
        header, true, r -> r.preparation() == null ? "-" : value.apply(r.preparation()));
  }

  private static String median(Result result) {
    if (result.isFailed()) {
      return "failed";
    }
    return result.statistics().map(s -> significant(s.median())).orElse("-");
  }

  private static String error(Result result) {
    if (result.preparation() == null) {
      return "-";
    }
    Parity parity = result.preparation().parity();
    return String.format(Locale.ROOT, "%.1e", parity.relative()) + (isSmaller(result) ? "*" : "");
  }

  /** Whether parity was computed at a smaller size than the times. */
  private static boolean isSmaller(Result result) {
    Configuration of = result.configuration();
    Parity parity = result.preparation().parity();
    return parity.height() != of.height() || parity.width() != of.width();
  }

  private List<String> notes(Columns<Result> shown) {
    List<String> notes = new ArrayList<>();
    notes.add("Milliseconds of one run; SPREAD is the median absolute deviation.");
    List<String> same = new ArrayList<>();
    same(same, "", Configuration::formName, " form");
    same(same, "input ", Configuration::size, "");
    same(same, "batch ", c -> Integer.toString(c.batch()), "");
    same(same, "", Configuration::precision, "");
    same(same, "", BenchReport::threads, " threads");
    notes.add((same.isEmpty() ? "" : "All: " + String.join(", ", same) + ". ") + protocol() + ".");
    devices().forEach(notes::add);
    notes.add(
        "ERROR is the largest error of a logit against float64, in proportion to the largest logit"
            + smaller()
            + ".");
    List<String> left = shown.missing(columns());
    if (!left.isEmpty()) {
      notes.add(
          "Left out for room, but in --csv, --markdown and --json: " + String.join(", ", left));
    }
    return notes;
  }

  private List<String> failures() {
    return results.results().stream()
        .filter(Result::isFailed)
        .map(result -> "Failed: " + result.configuration() + ": " + result.error())
        .toList();
  }

  private void same(
      List<String> same, String before, Function<Configuration, String> value, String after) {
    Set<String> values = values(value);
    if (values.size() == 1) {
      same.add(before + values.iterator().next() + after);
    }
  }

  private String protocol() {
    Protocol protocol = results.protocol();
    return protocol.hasBudget()
        ? "As many runs as fit into " + Text.number(protocol.budgetSeconds(), 0) + " s"
        : "%d runs after %d, in %d rounds"
            .formatted(protocol.runs(), protocol.warmUps(), protocol.rounds());
  }

  private List<String> devices() {
    List<String> lines = new ArrayList<>();
    if (results.environment().get("devices") instanceof Map<?, ?> devices) {
      devices.forEach(
          (name, facts) -> {
            if (facts instanceof Map<?, ?> known) {
              lines.add(name + ": " + known.get("description"));
            }
          });
    }
    return lines;
  }

  private String smaller() {
    Set<String> sizes = new LinkedHashSet<>();
    for (Result result : results.results()) {
      if (result.preparation() != null && isSmaller(result)) {
        Parity parity = result.preparation().parity();
        sizes.add(new InputSize(parity.height(), parity.width()).toString());
      }
    }
    return sizes.isEmpty() ? "" : "; *: at a smaller input, " + String.join(", ", sizes);
  }

  private static String threads(Configuration configuration) {
    return configuration.threads() == 0 ? "all" : Integer.toString(configuration.threads());
  }

  private static String number(OptionalDouble value) {
    return value.isPresent() ? significant(value.getAsDouble()) : "-";
  }

  /** Three digits at least, and no more than three after the point. */
  static String significant(double value) {
    return Text.number(value, value >= 100 ? 1 : value >= 10 ? 2 : 3);
  }

  private static String shortened(String name) {
    return name.length() <= WIDEST_NAME ? name : name.substring(0, WIDEST_NAME - 3) + "...";
  }
}
