package fastvit4j.benchmarks;

import fastvit4j.runtime.Devices;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Tables of results: text or Markdown. */
final class PeerReport {
  private static final List<String> COMPARED =
      List.of(
          "input",
          "threads",
          "ours ms",
          "tenth",
          "quartiles",
          "ONNX Runtime ms",
          "tenth",
          "quartiles",
          "ratio",
          "of rounds",
          "of tenths");

  /** The ratios that we aim at: of networks, and of an operator that takes so much of one. */
  private static final double ALL_CORES = 0.7;

  private static final double ONE_THREAD = 0.75;
  private static final double OPERATOR = 0.9;
  private static final double OPERATOR_SHARE = 0.03;

  private final Results results;

  PeerReport(Results results) {
    this.results = results;
  }

  /** What is measured, where and with what. */
  static String title() {
    return "%s, %s, Java %s, ONNX Runtime %s"
        .formatted(
            LocalDate.now(ZoneOffset.UTC),
            Devices.named("cpu").description(),
            Runtime.version(),
            OnnxRuntimeSession.version());
  }

  String toText() {
    return render("", "  ", "");
  }

  String toMarkdown() {
    return render("## ", " | ", "|");
  }

  private String render(String heading, String between, String edge) {
    StringBuilder text = new StringBuilder(results.title()).append('\n');
    append(text, heading + "The machine's limits", roofline(), between, edge);
    append(text, heading + "Networks", networks(), between, edge);
    append(text, heading + "Threads", threads(), between, edge);
    append(text, heading + "Batches and sizes", scaling(), between, edge);
    append(text, heading + "Operators", operators(), between, edge);
    append(text, heading + "Cold starts", ColdReport.cells(results.of("cold")), between, edge);
    return text.toString();
  }

  private List<List<String>> roofline() {
    List<List<String>> cells = new ArrayList<>();
    cells.add(List.of("limit", "threads", "rate", "unit"));
    for (Map<String, Object> row : results.of("roofline")) {
      cells.add(
          List.of(
              (String) row.get("limit"),
              row.get("threads").toString(),
              "%.1f".formatted(number(row, "rate") / 1e9),
              (String) row.get("unit")));
    }
    return cells;
  }

  private List<List<String>> compared(String table) {
    List<List<String>> cells = new ArrayList<>();
    List<String> head = new ArrayList<>(List.of("variant"));
    head.addAll(COMPARED);
    cells.add(head);
    results.of(table).forEach(row -> cells.add(cells(row)));
    return cells;
  }

  private List<List<String>> networks() {
    List<List<String>> cells = compared("models");
    addColumns(
        cells,
        "models",
        List.of("at peak ms", "at peak / ONNX Runtime", "with GELU", "target"),
        this::target);
    return cells;
  }

  /**
   * What a network would take if each of its multiply-adds ran at the machine's peak and nothing
   * else took time, a ratio that no kernel on this machine can be below; and if GELU took what it
   * takes in the first-level cache.
   */
  private List<String> target(Map<String, Object> row) {
    long threads = threads(row);
    double ideal = ms(row, "operations", Measurement.OPERATIONS);
    double gelu = ideal + ms(row, "gelus", Measurement.GELU);
    double target = threads == 1 ? ONE_THREAD : ALL_CORES;
    return List.of(
        Double.isNaN(ideal) ? "" : format(ideal),
        Double.isNaN(ideal) ? "" : ratio(ideal / time(row, "onnx_runtime")),
        Double.isNaN(gelu) ? "" : ratio(gelu / time(row, "onnx_runtime")),
        ratio(target) + (number(row, "ratio") <= target ? " met" : " missed"));
  }

  private double ms(Map<String, Object> row, String count, String limit) {
    double rate = results.limit(limit, threads(row)).orElse(Double.NaN);
    return row.containsKey(count) ? 1e3 * number(row, count) / rate : Double.NaN;
  }

  /** By how much several threads are faster than one, where both were measured. */
  private List<List<String>> threads() {
    List<List<String>> cells = new ArrayList<>();
    cells.add(List.of("variant", "input", "threads", "ours", "ONNX Runtime", "peak", "reads"));
    List<Map<String, Object>> rows = results.of("models");
    for (Map<String, Object> row : rows) {
      long threads = threads(row);
      rows.stream()
          .filter(one -> threads > 1 && threads(one) == 1)
          .filter(one -> one.get("variant").equals(row.get("variant")))
          .filter(one -> one.get("input").equals(row.get("input")))
          .findFirst()
          .ifPresent(
              one ->
                  cells.add(
                      List.of(
                          (String) row.get("variant"),
                          (String) row.get("input"),
                          "" + threads,
                          ratio(time(one, "ours") / time(row, "ours")),
                          ratio(time(one, "onnx_runtime") / time(row, "onnx_runtime")),
                          gain(Measurement.OPERATIONS, threads),
                          gain(Measurement.READS, threads))));
    }
    return cells;
  }

  private String gain(String limit, long threads) {
    double gain =
        results.limit(limit, threads).orElse(Double.NaN)
            / results.limit(limit, 1).orElse(Double.NaN);
    return Double.isNaN(gain) ? "" : ratio(gain);
  }

  private List<List<String>> scaling() {
    List<List<String>> cells = compared("scaling");
    addColumns(cells, "scaling", List.of("ours ms an image", "ours ms a megapixel"), this::share);
    return cells;
  }

  private List<String> share(Map<String, Object> row) {
    String[] extents = ((String) row.get("input")).split("x");
    double images = Double.parseDouble(extents[0]);
    double pixels = images * Double.parseDouble(extents[1]) * Double.parseDouble(extents[2]);
    double time = time(row, "ours");
    return List.of(format(time / images), format(time / pixels * 1e6));
  }

  private List<List<String>> operators() {
    List<List<String>> cells = compared("operators");
    addColumns(
        cells,
        "operators",
        List.of("ours GFLOP/s", "ONNX Runtime", "ours of limit", "ONNX Runtime"),
        this::rates);
    addColumns(cells, "operators", List.of("of network", "target"), this::shareOfNetwork);
    return cells;
  }

  /** An operator's part of its network's time, as often as it occurs, where both were measured. */
  private List<String> shareOfNetwork(Map<String, Object> row) {
    String variant = ((String) row.get("variant")).split(" ", 2)[0];
    double network =
        results.of("models").stream()
            .filter(model -> model.get("variant").equals(variant))
            .filter(model -> threads(model) == threads(row))
            .filter(model -> ((String) model.get("input")).startsWith("1x"))
            .mapToDouble(model -> time(model, "ours"))
            .findFirst()
            .orElse(Double.NaN);
    double share = number(row, "count") * time(row, "ours") / network;
    if (Double.isNaN(share)) {
      return List.of("", "");
    }
    String target = ratio(OPERATOR) + (number(row, "ratio") <= OPERATOR ? " met" : " missed");
    return List.of("%.1f %%".formatted(100 * share), share > OPERATOR_SHARE ? target : "");
  }

  /** The limit is what takes longer: the operations, or third-level reads of the bytes. */
  private List<String> rates(Map<String, Object> row) {
    double operations = number(row, "operations");
    long threads = threads(row);
    double least =
        Math.max(
            operations / results.limit(Measurement.OPERATIONS, threads).orElse(Double.NaN),
            number(row, "bytes") / results.limit(Measurement.READS, threads).orElse(Double.NaN));
    List<String> rates = new ArrayList<>();
    for (String side : List.of("ours", "onnx_runtime")) {
      rates.add("%.0f".formatted(operations / time(row, side) / 1e6));
    }
    for (String side : List.of("ours", "onnx_runtime")) {
      rates.add(
          Double.isNaN(least) ? "" : "%.0f %%".formatted(100 * least * 1e3 / time(row, side)));
    }
    return rates;
  }

  private interface Columns {
    List<String> of(Map<String, Object> row);
  }

  private void addColumns(
      List<List<String>> cells, String table, List<String> head, Columns columns) {
    List<Map<String, Object>> rows = results.of(table);
    for (int i = 0; i < cells.size(); i++) {
      List<String> line = new ArrayList<>(cells.get(i));
      line.addAll(i == 0 ? head : columns.of(rows.get(i - 1)));
      cells.set(i, line);
    }
  }

  private static void append(
      StringBuilder text, String heading, List<List<String>> cells, String between, String edge) {
    if (cells.size() == 1) {
      return;
    }
    text.append('\n').append(heading).append("\n\n");
    int[] widths = new int[cells.getFirst().size()];
    for (List<String> line : cells) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], line.get(i).length());
      }
    }
    for (int row = 0; row < cells.size(); row++) {
      appendRow(text, cells.get(row), widths, between, edge);
      if (row == 0 && !edge.isEmpty()) {
        text.append(edge);
        for (int width : widths) {
          text.append("-".repeat(width + 1)).append(":").append(edge);
        }
        text.append('\n');
      }
    }
  }

  private static void appendRow(
      StringBuilder text, List<String> line, int[] widths, String between, String edge) {
    List<String> padded = new ArrayList<>();
    for (int i = 0; i < widths.length; i++) {
      padded.add(" ".repeat(widths[i] - line.get(i).length()) + line.get(i));
    }
    String space = edge.isEmpty() ? "" : " ";
    text.append(edge).append(space).append(String.join(between, padded));
    text.append(space).append(edge).append('\n');
  }

  private static List<String> cells(Map<String, Object> row) {
    List<String> cells = new ArrayList<>();
    cells.add((String) row.get("variant"));
    cells.add((String) row.get("input"));
    cells.add(row.get("threads").toString());
    for (String side : List.of("ours", "onnx_runtime")) {
      Map<?, ?> times = (Map<?, ?>) row.get(side);
      cells.add(format(time(row, side)));
      cells.add(format(((Number) times.get("fastest_tenth_ms")).doubleValue()));
      List<?> quartiles = (List<?>) times.get("quartiles_ms");
      cells.add(
          range(
              ((Number) quartiles.getFirst()).doubleValue(),
              ((Number) quartiles.getLast()).doubleValue()));
    }
    cells.add(ratio(number(row, "ratio")));
    cells.add(ratio(number(row, "lowest_ratio")) + " to " + ratio(number(row, "highest_ratio")));
    cells.add(ratio(number(row, "undisturbed_ratio")));
    return cells;
  }

  private static long threads(Map<String, Object> row) {
    return ((Number) row.get("threads")).longValue();
  }

  private static double number(Map<String, Object> row, String name) {
    return ((Number) row.get(name)).doubleValue();
  }

  private static double time(Map<String, Object> row, String side) {
    return ((Number) ((Map<?, ?>) row.get(side)).get("median_ms")).doubleValue();
  }

  private static String range(double from, double to) {
    return format(from) + " to " + format(to);
  }

  private static String ratio(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }

  /** Three digits that mean something, for microseconds as for seconds. */
  private static String format(double milliseconds) {
    return String.format(Locale.ROOT, milliseconds < 1 ? "%.4f" : "%.2f", milliseconds);
  }
}
