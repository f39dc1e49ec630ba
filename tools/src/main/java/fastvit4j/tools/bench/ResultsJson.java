package fastvit4j.tools.bench;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;

/** Results as maps and lists, as they are written. */
final class ResultsJson {
  private ResultsJson() {}

  static Map<String, Object> of(Results results) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("schema", ResultsFile.SCHEMA);
    json.put("schema_version", (long) ResultsFile.VERSION);
    json.put("version", results.version());
    json.put("started", results.started().toString());
    json.put("finished", results.finished() == null ? null : results.finished().toString());
    json.put("environment", results.environment());
    json.put("protocol", protocol(results.protocol()));
    json.put("weights", results.weights());
    json.put(
        "results",
        results.results().stream().map(result -> result(result, results.protocol())).toList());
    return json;
  }

  private static Map<String, Object> protocol(Protocol protocol) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("warm_up_runs", protocol.warmUps());
    json.put("runs", protocol.runs());
    json.put("rounds", protocol.rounds());
    json.put("budget_s", protocol.budgetSeconds());
    json.put("threads", protocol.threads());
    return json;
  }

  private static Map<String, Object> result(Result result, Protocol protocol) {
    Configuration of = result.configuration();
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("model", of.model());
    json.put("device", of.device());
    json.put("height", of.height());
    json.put("width", of.width());
    json.put("batch", of.batch());
    json.put("precision", of.precision());
    json.put("form", of.formName());
    json.put(
        "status",
        result.isFailed() ? "failed" : result.isUnfinished(protocol) ? "unfinished" : "measured");
    json.put("error", result.error());
    preparation(json, result.preparation());
    result.statistics().ifPresent(statistics -> times(json, statistics));
    put(json, "images_per_second", result.imagesPerSecond());
    put(json, "kernels_ms", result.median(Breakdown::kernelMs));
    put(json, "transfers_ms", result.median(Breakdown::transferMs));
    json.put("rounds_ms", result.rounds());
    json.put("breakdowns", result.breakdowns().stream().map(ResultsJson::breakdown).toList());
    return json;
  }

  private static void preparation(Map<String, Object> json, Preparation told) {
    if (told == null) {
      return;
    }
    json.put("parameters", told.parameters());
    json.put("macs", told.macs());
    json.put("compile_ms", told.compileMs());
    json.put("memory_bytes", told.memoryBytes());
    Map<String, Object> parity = new LinkedHashMap<>();
    parity.put("max_logit_error", finite(told.parity().error()));
    parity.put("max_logit", finite(told.parity().largestLogit()));
    parity.put("height", told.parity().height());
    parity.put("width", told.parity().width());
    json.put("parity", parity);
  }

  private static void times(Map<String, Object> json, Statistics statistics) {
    json.put("counted_runs", statistics.count());
    json.put("min_ms", statistics.minimum());
    json.put("median_ms", statistics.median());
    json.put("p90_ms", statistics.p90());
    json.put("p99_ms", statistics.p99());
    json.put("spread_ms", statistics.spread());
  }

  private static Map<String, Object> breakdown(Breakdown breakdown) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("kernels_ms", breakdown.kernelMs());
    json.put("transfers_ms", breakdown.transferMs());
    return json;
  }

  private static void put(Map<String, Object> json, String name, OptionalDouble value) {
    value.ifPresent(number -> json.put(name, number));
  }

  /** JSON has no NaN and no infinity. */
  private static Double finite(double value) {
    return Double.isFinite(value) ? (Double) value : null;
  }
}
