package fastvit4j.tools;

import fastvit4j.runtime.Session;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Medians of several profiled runs.
 *
 * @param session what ran
 * @param rows each step with its time
 * @param totalMs the whole run's time in milliseconds
 */
record ProfileReport(Session session, List<Row> rows, double totalMs) {
  private static final double NANOS_PER_MS = 1e6;

  /**
   * A step.
   *
   * @param step the step
   * @param ms its time in milliseconds
   */
  record Row(Session.Step step, double ms) {
    /** Billions of floating-point operations in a second, two for each multiply-accumulate. */
    double gflops() {
      return ms == 0 ? 0 : 2 * step.macs() / ms / 1e6;
    }

    /** Billions of bytes in a second. */
    double gigabytes() {
      return ms == 0 ? 0 : step.bytes() / ms / 1e6;
    }
  }

  /** The medians, step by step and of the whole. */
  static ProfileReport of(Session session, List<Session.Profile> profiles) {
    List<Row> rows = new ArrayList<>();
    int steps = profiles.getFirst().timings().size();
    for (int i = 0; i < steps; i++) {
      int index = i;
      double nanos =
          median(profiles.stream().map(profile -> profile.timings().get(index).nanos()).toList());
      rows.add(new Row(profiles.getFirst().timings().get(i).step(), nanos / NANOS_PER_MS));
    }
    double total = median(profiles.stream().map(Session.Profile::totalNanos).toList());
    return new ProfileReport(session, List.copyOf(rows), total / NANOS_PER_MS);
  }

  static double median(List<Long> values) {
    List<Long> sorted = values.stream().sorted().toList();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2.0;
  }

  void print(Terminal terminal) {
    Table table =
        new Table()
            .text("STEP")
            .text("OPERATORS")
            .number("OUTPUT")
            .number("MS")
            .number("GFLOP/s")
            .number("GB/s")
            .number("SHARE %");
    for (Row row : rows) {
      table.row(
          row.step.name(),
          row.step.operators(),
          Text.image(row.step.output()),
          Text.number(row.ms, 3),
          Text.number(row.gflops(), 1),
          Text.number(row.gigabytes(), 1),
          Text.number(100 * share(row), 1));
    }
    long macs = rows.stream().mapToLong(row -> row.step.macs()).sum();
    long bytes = rows.stream().mapToLong(row -> row.step.bytes()).sum();
    table.row(
        "total",
        rows.size() + " steps",
        "",
        Text.number(totalMs, 3),
        Text.number(2 * macs / totalMs / 1e6, 1),
        Text.number(bytes / totalMs / 1e6, 1),
        "100.0");
    table.print(terminal);
    Session.Memory memory = session.memory();
    terminal
        .out()
        .println(
            terminal.faint(
                "%s on %s, input %s; weights %s, activations %s (%s unshared)"
                    .formatted(
                        session.graph().name(),
                        session.device().name(),
                        session.options().input(),
                        Text.bytes(memory.weights()),
                        Text.bytes(memory.activations()),
                        Text.bytes(memory.unshared()))));
  }

  /** What {@code --json} prints. */
  Map<String, Object> describe() {
    Map<String, Object> memory = new LinkedHashMap<>();
    memory.put("weights", session.memory().weights());
    memory.put("activations", session.memory().activations());
    memory.put("unshared", session.memory().unshared());
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("model", session.graph().name());
    map.put("device", session.device().name());
    map.put("input", session.options().input().toString());
    map.put("total_ms", totalMs);
    map.put("memory_bytes", memory);
    map.put("steps", rows.stream().map(this::describe).toList());
    return map;
  }

  private Map<String, Object> describe(Row row) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("name", row.step.name());
    map.put("block", row.step.block());
    map.put("operators", row.step.operators());
    map.put("kernel", row.step.kernel());
    map.put("output", row.step.output().toString());
    map.put("macs", row.step.macs());
    map.put("bytes", row.step.bytes());
    map.put("ms", row.ms);
    map.put("gflops", row.gflops());
    map.put("gb_per_s", row.gigabytes());
    map.put("share", share(row));
    return map;
  }

  private double share(Row row) {
    return totalMs == 0 ? 0 : row.ms / totalMs;
  }
}
