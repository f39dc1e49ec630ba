package fastvit4j.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The table of {@link ColdStart}'s rows: one line for each thing measured. */
final class ColdReport {
  private static final Map<ColdStart.Measure, String> LABELS =
      Map.of(
          ColdStart.Measure.WALL_MS, "wall time, ms",
          ColdStart.Measure.CPU_MS, "processor time, ms",
          ColdStart.Measure.PEAK_MIB, "peak memory, MiB");

  private ColdReport() {}

  /** A head and lines of cells. */
  static List<List<String>> cells(List<Map<String, Object>> rows) {
    List<List<String>> cells = new ArrayList<>();
    cells.add(
        List.of(
            "variant",
            "our weights",
            "what",
            "ours",
            "quartiles",
            "ONNX Runtime",
            "quartiles",
            "ratio",
            "quartiles"));
    for (Map<String, Object> row : rows) {
      for (ColdStart.Measure measure : ColdStart.Measure.values()) {
        Map<?, ?> found = (Map<?, ?>) row.get(measure.key());
        List<String> line = new ArrayList<>();
        line.add((String) row.get("variant"));
        line.add((String) row.get("weights"));
        line.add(LABELS.get(measure));
        append(line, found.get("ours"), "%.0f");
        append(line, found.get("onnx_runtime"), "%.0f");
        append(line, found.get("ratio"), "%.2f");
        cells.add(line);
      }
    }
    return cells;
  }

  private static void append(List<String> line, Object quartiles, String format) {
    List<String> texts =
        ((List<?>) quartiles)
            .stream().map(value -> String.format(Locale.ROOT, format, number(value))).toList();
    line.add(texts.get(1));
    line.add(texts.getFirst() + " to " + texts.getLast());
  }

  private static double number(Object value) {
    return ((Number) value).doubleValue();
  }
}
