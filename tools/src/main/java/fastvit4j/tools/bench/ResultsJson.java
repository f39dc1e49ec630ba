package fastvit4j.tools.bench;

import fastvit4j.model.Published;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
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
    json.put("threads", of.threads());
    json.put("preset", result.preset());
    json.put("published", result.published() == null ? null : published(result.published()));
    json.put(
        "status",
        result.isFailed() ? "failed" : result.isUnfinished(protocol) ? "unfinished" : "measured");
    json.put("error", result.error());
    preparation(json, result.preparation());
    result.statistics().ifPresent(statistics -> times(json, statistics));
    put(json, "images_per_second", result.imagesPerSecond());
    put(json, "kernels_ms", result.kernelMs());
    put(json, "transfers_ms", result.transferMs());
    json.put("steps", steps(result));
    json.put("rounds_ms", result.rounds());
    json.put("probes", result.probes().stream().map(ResultsJson::probe).toList());
    json.put("breakdowns", result.breakdowns().stream().map(ResultsJson::breakdown).toList());
    return json;
  }

  private static Map<String, Object> published(Published known) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("source", known.source());
    json.put("input_size", known.size());
    putKnown(json, "top1", known.top1());
    putKnown(json, "top1_distilled", known.top1Distilled());
    putKnown(json, "parameters_m", known.parametersM());
    putKnown(json, "gmacs", known.gmacs());
    putKnown(json, "gpu_ms", known.gpuMs());
    putKnown(json, "mobile_ms", known.mobileMs());
    return json;
  }

  /** The steps, each with its median where there is one. */
  private static List<Map<String, Object>> steps(Result result) {
    List<Map<String, Object>> steps = new ArrayList<>();
    List<Double> medians = result.stepMs();
    for (Step step :
        result.preparation() == null ? List.<Step>of() : result.preparation().steps()) {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("name", step.name());
      json.put("stage", step.stage());
      json.put("operator", step.operator());
      json.put("operators", step.operators());
      json.put("kernel", step.kernel());
      json.put("macs", step.macs());
      json.put("bytes", step.bytes());
      if (!medians.isEmpty()) {
        json.put("median_ms", medians.get(steps.size()));
      }
      steps.add(json);
    }
    return steps;
  }

  private static void preparation(Map<String, Object> json, Preparation told) {
    if (told == null) {
      return;
    }
    json.put("parameters", told.parameters());
    json.put("macs", told.macs());
    json.put("compile_ms", told.compileMs());
    json.put("peak_memory_bytes", told.memoryBytes());
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
    json.put("steps_ms", breakdown.stepMs());
    put(json, "transfers_ms", breakdown.transferMs());
    return json;
  }

  private static Map<String, Object> probe(Probe probe) {
    Map<String, Object> json = new LinkedHashMap<>();
    if (probe.isKnown()) {
      json.put("arithmetic_ms", probe.arithmeticMs());
      json.put("memory_ms", probe.memoryMs());
    }
    return json;
  }

  private static void put(Map<String, Object> json, String name, OptionalDouble value) {
    value.ifPresent(number -> json.put(name, number));
  }

  private static void putKnown(Map<String, Object> json, String name, Object value) {
    if (value != null) {
      json.put(name, value);
    }
  }

  /** JSON has no NaN and no infinity. */
  private static Double finite(double value) {
    return Double.isFinite(value) ? (Double) value : null;
  }
}
