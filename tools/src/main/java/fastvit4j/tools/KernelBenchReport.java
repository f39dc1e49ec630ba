package fastvit4j.tools;

import fastvit4j.model.operator.Shape;
import fastvit4j.runtime.Ceiling;
import fastvit4j.runtime.Device;
import fastvit4j.runtime.Precision;
import fastvit4j.runtime.tornado.KernelTable;
import fastvit4j.runtime.tornado.Limits;
import fastvit4j.runtime.tornado.Workbench;
import fastvit4j.tools.kernels.KernelCase;
import fastvit4j.tools.kernels.KernelRow;
import fastvit4j.tools.kernels.ModelCases;
import fastvit4j.tools.report.ReportPage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;

/** What {@code fastvit kernels bench} found, as a table, JSON, CSV or a page. */
final class KernelBenchReport {
  private static final String NONE = "–";
  private static final int NAME = 32;

  private final Terminal terminal;
  private final Optional<Ceiling> roof;
  private final boolean timed;

  /**
   * What was measured of a case.
   *
   * @param device where, with the precision that it stores
   * @param problem what the case is of
   * @param rows its ways
   * @param noLibrary why there is no row of a library's calls, by their names, where such were
   *     asked for
   */
  record Measured(
      Device device,
      ModelCases.Problem problem,
      List<KernelRow> rows,
      Map<String, String> noLibrary) {
    KernelCase shown() {
      return problem.shown();
    }
  }

  KernelBenchReport(Terminal terminal, Optional<Ceiling> roof, boolean timed) {
    this.terminal = terminal;
    this.roof = roof;
    this.timed = timed;
  }

  /** Says where it is measured. */
  void begin(Device device) {
    terminal.out().println(terminal.bold(device.name()) + "  " + device.description());
    if (roof.isPresent()) {
      Ceiling of = roof.get();
      String launch =
          of instanceof Limits limits
              ? ", a launch " + number(limits.launchNanos() / 1e3) + " µs"
              : "";
      terminal
          .out()
          .printf(
              Locale.ROOT,
              "peak %s GFLOP/s float32, %s GB/s from memory%s%n",
              number(of.operationsPerSecond() / 1e9),
              number(of.bytesPerSecond(of.largestBytes()) / 1e9),
              launch);
      if (of.matrixOperationsPerSecond() > of.operationsPerSecond()) {
        terminal
            .out()
            .printf(
                Locale.ROOT,
                "peak %s GFLOP/s for float16 matrices%n",
                number(of.matrixOperationsPerSecond() / 1e9));
      }
    } else if (!timed) {
      terminal.out().println("no times: the emulator computes with checks, on the JVM");
    } else {
      terminal.out().println("no roofline: it is measured with vector code, which is off here");
    }
  }

  /** Says which precision comes, where there are several. */
  void precision(Device device) {
    terminal.out().println();
    terminal.out().println(terminal.bold(device.precision().toString()));
  }

  /** Prints the ways of a case. */
  void print(Measured measured) {
    Shape in = measured.shown().input();
    terminal.out().println();
    terminal.out().println(terminal.bold(measured.shown().name()) + "  on " + in);
    Device device = measured.device();
    boolean half = device.precision() != Precision.FLOAT32;
    Table table = new Table().text("KERNEL");
    if (half) {
      table.text("STORED");
    }
    table.number("µs").number("GFLOP/s").number("GB/s").number("ROOF").number("MODEL µs");
    boolean fused = measured.rows().stream().anyMatch(row -> row.way().equals(Workbench.UNFUSED));
    if (fused) {
      table.number("CHOICE µs");
    }
    table.number("ERROR").number("OF BOUND").number("APART");
    for (KernelRow row : measured.rows()) {
      if (row.failure() == null) {
        List<String> cells = new ArrayList<>(List.of(name(row)));
        if (half) {
          cells.add(row.storage());
        }
        cells.addAll(
            List.of(
                number(micros(row.median())),
                number(row.gigaflops()),
                row.bytes() == 0 ? NONE : number(row.gigabytes()),
                row.ofRoof().isPresent()
                    ? Math.round(100 * row.ofRoof().getAsDouble()) + "%"
                    : NONE,
                number(row.predictedNanos() / 1e3)));
        if (fused) {
          cells.add(number(row.choiceNanos() / 1e3));
        }
        cells.add(small(row.error()));
        cells.add(small(row.fraction()));
        cells.add(small(row.mostApart().orElse(Double.NaN)));
        table.row(cells);
      }
    }
    table.print(terminal);
    if (fused) {
      terminal.out().println("CHOICE: by " + Predictions.words(KernelTable.limits(device)));
    }
    byReason(measured.noLibrary())
        .forEach(
            (reason, calls) ->
                terminal.out().println("no row of " + String.join(", ", calls) + ": " + reason));
    for (KernelRow row : measured.rows()) {
      if (row.failure() != null) {
        terminal.out().println(row.way() + " failed: " + row.failure());
      }
    }
  }

  private static Map<String, List<String>> byReason(Map<String, String> reasons) {
    return reasons.entrySet().stream()
        .collect(
            Collectors.groupingBy(
                Map.Entry::getValue,
                LinkedHashMap::new,
                Collectors.mapping(Map.Entry::getKey, Collectors.toList())));
  }

  private static String name(KernelRow row) {
    String name = row.way().length() > NAME ? row.way().substring(0, NAME - 1) + "…" : row.way();
    return row.chosen() ? name + " *" : name;
  }

  private static OptionalDouble micros(OptionalDouble nanos) {
    return nanos.isPresent() ? OptionalDouble.of(nanos.getAsDouble() / 1e3) : nanos;
  }

  private static String number(OptionalDouble value) {
    return number(value.orElse(Double.NaN));
  }

  /** Three digits that matter. */
  private static String number(double value) {
    if (!Double.isFinite(value)) {
      return NONE;
    }
    return Predictions.number(value);
  }

  private static String small(double value) {
    return Double.isNaN(value) ? NONE : String.format(Locale.ROOT, "%.1e", value);
  }

  /** What was measured with one precision. */
  Map<String, Object> json(List<Measured> measured) {
    Map<String, Object> map = new LinkedHashMap<>();
    Device device = measured.getFirst().device();
    map.put("device", device.name());
    map.put("description", device.description());
    map.put("properties", device.properties());
    map.put("precision", device.precision().toString());
    roof.ifPresent(
        of -> {
          Map<String, Object> limits = new LinkedHashMap<>();
          limits.put("gflops", of.operationsPerSecond() / 1e9);
          limits.put("matrix_gflops", of.matrixOperationsPerSecond() / 1e9);
          limits.put("gbytes_per_second", of.bytesPerSecond(of.largestBytes()) / 1e9);
          if (of instanceof Limits launches) {
            limits.put("launch_us", launches.launchNanos() / 1e3);
          }
          map.put("roof", limits);
        });
    List<Map<String, Object>> cases = new ArrayList<>();
    for (Measured one : measured) {
      Map<String, Object> of = new LinkedHashMap<>();
      of.put("case", one.shown().name());
      of.put("shape", one.shown().input().toString());
      List<Map<String, Object>> rows = new ArrayList<>();
      for (KernelRow row : one.rows()) {
        Map<String, Object> fields = row.fields();
        fields.put("apart", row.apart());
        rows.add(fields);
      }
      of.put("kernels", rows);
      if (!one.noLibrary().isEmpty()) {
        of.put("no_library", one.noLibrary());
      }
      cases.add(of);
    }
    map.put("cases", cases);
    return map;
  }

  private List<Map<String, Object>> flat(List<Measured> measured) {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (Measured one : measured) {
      for (KernelRow row : one.rows()) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("device", one.device().name());
        fields.put("precision", one.device().precision().toString());
        fields.put("case", one.shown().name());
        fields.put("shape", one.shown().input().toString());
        fields.putAll(row.fields());
        rows.add(fields);
      }
    }
    return rows;
  }

  /** Comma-separated values (RFC 4180); what is not known is empty. */
  String csv(List<Measured> measured) {
    List<Map<String, Object>> rows = flat(measured);
    String header = String.join(",", rows.getFirst().keySet());
    return rows.stream()
        .map(
            row ->
                row.values().stream()
                    .map(value -> Text.csv(value == null ? "" : String.valueOf(value)))
                    .collect(Collectors.joining(",")))
        .collect(Collectors.joining("\n", header + "\n", "\n"));
  }

  /** A page with the roofline. */
  String html(List<Measured> measured) {
    Map<String, Object> data = new LinkedHashMap<>();
    Device device = measured.getFirst().device();
    String precisions =
        measured.stream()
            .map(one -> one.device().precision().toString())
            .distinct()
            .collect(Collectors.joining(" and "));
    data.put(
        "summary",
        device.name()
            + ", "
            + device.description()
            + ": "
            + measured.size()
            + " cases, "
            + precisions
            + ".");
    data.put("peak", roof.map(of -> of.operationsPerSecond() / 1e9).orElse(0.0));
    data.put("roofs", roof.map(of -> roofs(of, measured)).orElse(List.of()));
    data.put("rows", flat(measured));
    return ReportPage.roofline("Kernels on " + device.name(), data);
  }

  /** Memory, and the working sets of the smallest and the largest case. */
  private static List<Map<String, Object>> roofs(Ceiling of, List<Measured> measured) {
    Set<Long> bytes = new LinkedHashSet<>(List.of(of.largestBytes()));
    measured.stream()
        .flatMap(one -> one.rows().stream())
        .mapToLong(KernelRow::leastBytes)
        .filter(least -> least > 0)
        .map(least -> Math.min(of.largestBytes(), Long.highestOneBit(least) << 1))
        .min()
        .ifPresent(bytes::add);
    return bytes.stream()
        .map(
            size ->
                Map.<String, Object>of(
                    "name",
                    (size >= 1 << 20 ? (size >> 20) + " MiB" : (size >> 10) + " KiB"),
                    "gbytes_per_second",
                    of.bytesPerSecond(size) / 1e9))
        .toList();
  }
}
