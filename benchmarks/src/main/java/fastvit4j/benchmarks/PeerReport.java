package fastvit4j.benchmarks;

import fastvit4j.model.io.Json;
import fastvit4j.runtime.Devices;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A table of comparisons: text, Markdown or JSON. */
final class PeerReport {
  private static final List<String> HEADERS =
      List.of(
          "variant",
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

  private final List<Comparison> rows;

  PeerReport(List<Comparison> rows) {
    this.rows = List.copyOf(rows);
  }

  /** What was measured, where and with what. */
  static String title() {
    return "%s, %s, Java %s, ONNX Runtime %s"
        .formatted(
            LocalDate.now(ZoneOffset.UTC),
            Devices.named("cpu").description(),
            Runtime.version(),
            OnnxRuntimeSession.version());
  }

  String toText() {
    return title() + "\n\n" + lines("  ", "");
  }

  String toMarkdown() {
    return title() + "\n\n" + lines(" | ", "|");
  }

  String toJson() {
    List<Object> list = new ArrayList<>();
    for (Comparison row : rows) {
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("variant", row.workload().variant().name().toLowerCase(Locale.ROOT));
      entry.put("input", row.workload().input().shape().toString());
      entry.put("threads", row.workload().threads());
      entry.put("ours", times(row.ours()));
      entry.put("onnx_runtime", times(row.peer()));
      entry.put("ratio", row.ratio());
      entry.put("lowest_ratio", row.lowestRatio());
      entry.put("highest_ratio", row.highestRatio());
      entry.put("undisturbed_ratio", row.undisturbedRatio());
      entry.put("logits_difference", row.difference());
      list.add(entry);
    }
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("title", title());
    json.put("rows", list);
    return Json.writePretty(json);
  }

  private static Map<String, Object> times(Times times) {
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("runs", times.runs());
    entry.put("median_ms", times.quantile(0.5));
    entry.put("fastest_tenth_ms", times.quantile(Times.FAST));
    entry.put("quartiles_ms", List.of(times.quantile(0.25), times.quantile(0.75)));
    return entry;
  }

  private String lines(String between, String edge) {
    List<List<String>> cells = new ArrayList<>();
    cells.add(HEADERS);
    rows.forEach(row -> cells.add(cells(row)));
    int[] widths = new int[HEADERS.size()];
    for (List<String> line : cells) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], line.get(i).length());
      }
    }
    StringBuilder text = new StringBuilder();
    for (int row = 0; row < cells.size(); row++) {
      append(text, cells.get(row), widths, between, edge);
      if (row == 0 && !edge.isEmpty()) {
        text.append(edge);
        for (int width : widths) {
          text.append("-".repeat(width + 1)).append(":").append(edge);
        }
        text.append('\n');
      }
    }
    return text.toString();
  }

  private static void append(
      StringBuilder text, List<String> line, int[] widths, String between, String edge) {
    List<String> padded = new ArrayList<>();
    for (int i = 0; i < widths.length; i++) {
      padded.add(" ".repeat(widths[i] - line.get(i).length()) + line.get(i));
    }
    String space = edge.isEmpty() ? "" : " ";
    text.append(edge).append(space).append(String.join(between, padded));
    text.append(space).append(edge).append('\n');
  }

  private static List<String> cells(Comparison row) {
    return List.of(
        row.workload().variant().name(),
        row.workload().input().shape().toString(),
        Integer.toString(row.workload().threads()),
        number(row.ours().quantile(0.5)),
        number(row.ours().quantile(Times.FAST)),
        range(row.ours().quantile(0.25), row.ours().quantile(0.75)),
        number(row.peer().quantile(0.5)),
        number(row.peer().quantile(Times.FAST)),
        range(row.peer().quantile(0.25), row.peer().quantile(0.75)),
        number(row.ratio()),
        range(row.lowestRatio(), row.highestRatio()),
        number(row.undisturbedRatio()));
  }

  private static String range(double from, double to) {
    return number(from) + " to " + number(to);
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }
}
