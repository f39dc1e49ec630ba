package fastvit4j.tools;

import fastvit4j.model.UserException;
import fastvit4j.tools.bench.Comparison;
import fastvit4j.tools.bench.Comparison.Row;
import fastvit4j.tools.bench.Comparison.Verdict;
import fastvit4j.tools.bench.HostSpeed;
import fastvit4j.tools.bench.Results;
import fastvit4j.tools.bench.ResultsFile;
import fastvit4j.tools.bench.Statistics;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "compare",
    header = "Say what became faster or slower between benchmarks.",
    description = {
      "Compares results of `fastvit bench --json`, each with the first. A difference counts if the"
          + " medians and the first quartiles differ by more than the threshold, in the same"
          + " direction, and the rounds' medians by more than chance explains: of comparisons of"
          + " equals, at most one in twenty finds a difference in any configuration.",
      "",
      "Where both have probes of the machine's speed, the rounds in which it was the same are"
          + " compared, in proportion to the probes; the verdict is unclear where there are too few"
          + " of those.",
      "",
      "The exit status is 1 if a configuration became slower, or ran and now fails."
    },
    footer = {"", "Example:", "  fastvit compare before.json after.json || echo slower"})
final class CompareCommand extends Subcommand {
  /** The exit status where something became slower. */
  static final int SLOWER = 1;

  @Parameters(
      paramLabel = "FILE.json",
      arity = "2..*",
      description = "Results: first what to compare with, then what to compare.")
  private List<Path> files;

  @Option(
      names = "--threshold",
      paramLabel = "PERCENT",
      defaultValue = "5",
      converter = Count.NotNegative.class,
      description = "Differences of no more than this do not count (default: ${DEFAULT-VALUE}).")
  private int threshold;

  @Mixin private JsonOption json;

  CompareCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  int run() {
    List<Results> all = files.stream().map(ResultsFile::read).toList();
    List<Comparison> comparisons = new ArrayList<>();
    for (int i = 1; i < all.size(); i++) {
      Comparison comparison = Comparison.of(all.getFirst(), all.get(i), threshold / 100.0);
      if (comparison.rows().isEmpty()) {
        throw new UserException(
            files.getFirst()
                + " and "
                + files.get(i)
                + " have no configuration in common: measure the same models, devices, sizes,"
                + " batches and forms");
      }
      comparisons.add(comparison);
    }
    if (json.on()) {
      JsonOption.print(terminal, describe(comparisons));
    } else {
      for (int i = 0; i < comparisons.size(); i++) {
        print(files.get(i + 1), all.getFirst(), all.get(i + 1), comparisons.get(i));
      }
    }
    return comparisons.stream().anyMatch(Comparison::isWorse) ? SLOWER : 0;
  }

  private void print(Path file, Results before, Results after, Comparison comparison) {
    terminal.out().println(terminal.bold(file + " against " + files.getFirst()));
    Table table =
        new Table()
            .text("CONFIGURATION")
            .number("BEFORE MS")
            .number("AFTER MS")
            .number("CHANGE %")
            .number("HOST %")
            .text("VERDICT");
    for (Row row : comparison.rows()) {
      table.row(
          row.configuration().toString(),
          time(row.before()),
          time(row.after()),
          percent(row.ratio()),
          percent(row.speed() == null ? Double.NaN : row.speed().change()),
          verdict(row.verdict()));
    }
    table.print(terminal);
    List<String> different = before.differences(after);
    if (!different.isEmpty()) {
      note("Measured in different environments: not the same " + String.join(", ", different));
    }
    if (comparison.onlyBefore() + comparison.onlyAfter() > 0) {
      note(
          "Configurations in one file only: %d in the first, %d in the other"
              .formatted(comparison.onlyBefore(), comparison.onlyAfter()));
    }
    if (comparison.rows().stream().anyMatch(row -> row.verdict() == Verdict.UNCLEAR)) {
      note("unclear: too few rounds to tell the difference from chance; measure with more runs");
    }
    noteUnsteady(comparison);
  }

  /** Why the host's speed leaves something open, once for all. */
  private void noteUnsteady(Comparison comparison) {
    List<HostSpeed> unsteady =
        comparison.rows().stream()
            .filter(row -> row.verdict() == Verdict.UNSTEADY)
            .map(Row::speed)
            .toList();
    if (!unsteady.isEmpty()) {
      note(
          String.format(
              Locale.ROOT,
              "unclear: by its own probe, the machine's speed differed by up to %.0f %% between the"
                  + " two, and too few rounds were equally fast; let it get quiet and measure both"
                  + " again, in turns",
              100 * unsteady.stream().mapToDouble(HostSpeed::difference).max().orElseThrow()));
    }
  }

  private static String percent(double ratio) {
    return Double.isNaN(ratio) ? "-" : String.format(Locale.ROOT, "%+.1f", 100 * (ratio - 1));
  }

  private void note(String text) {
    terminal.out().println(terminal.faint(text));
  }

  private static String time(Statistics statistics) {
    return statistics == null
        ? "-"
        : BenchReport.significant(statistics.median())
            + " ± "
            + BenchReport.significant(statistics.spread());
  }

  private static String verdict(Verdict verdict) {
    return (verdict == Verdict.UNSTEADY ? Verdict.UNCLEAR : verdict)
        .name()
        .toLowerCase(Locale.ROOT);
  }

  private Map<String, Object> describe(List<Comparison> comparisons) {
    List<Map<String, Object>> described = new ArrayList<>();
    for (int i = 0; i < comparisons.size(); i++) {
      Map<String, Object> map = new LinkedHashMap<>();
      map.put("before", files.getFirst().toString());
      map.put("after", files.get(i + 1).toString());
      map.put("slower", comparisons.get(i).isWorse());
      map.put("rows", comparisons.get(i).rows().stream().map(CompareCommand::describe).toList());
      described.add(map);
    }
    return new LinkedHashMap<>(Map.of("comparisons", described));
  }

  private static Map<String, Object> describe(Row row) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("model", row.configuration().model());
    map.put("device", row.configuration().device());
    map.put("height", row.configuration().height());
    map.put("width", row.configuration().width());
    map.put("batch", row.configuration().batch());
    map.put("precision", row.configuration().precision());
    map.put("form", row.configuration().formName());
    if (row.before() != null) {
      map.put("before_median_ms", row.before().median());
      map.put("before_spread_ms", row.before().spread());
    }
    if (row.after() != null) {
      map.put("after_median_ms", row.after().median());
      map.put("after_spread_ms", row.after().spread());
    }
    if (row.speed() != null) {
      map.put("host_change", row.speed().change());
      map.put("host_difference", row.speed().difference());
      map.put("before_rounds", row.speed().before().size());
      map.put("after_rounds", row.speed().after().size());
    }
    map.put("verdict", verdict(row.verdict()));
    return map;
  }
}
