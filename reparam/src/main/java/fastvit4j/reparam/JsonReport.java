package fastvit4j.reparam;

import fastvit4j.model.io.Json;
import fastvit4j.reparam.Report.BlockRow;
import fastvit4j.reparam.Report.PassRow;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A {@link Report} as JSON. */
final class JsonReport {
  private JsonReport() {}

  static String of(Report report) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("model", report.model());
    json.put("input", report.input().toString());
    json.put("before", cost(report.before()));
    json.put("after", cost(report.after()));
    json.put("passes", report.passes().stream().map(JsonReport::pass).toList());
    if (report.verification() != null) {
      json.put("verification", verification(report.verification()));
    }
    return Json.writePretty(json);
  }

  private static Map<String, Object> pass(PassRow row) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("pass", row.pass());
    json.put("description", row.description());
    json.put("before", cost(row.before()));
    json.put("after", cost(row.after()));
    if (row.error() != null) {
      json.put("error", difference(row.error()));
    }
    json.put("blocks", row.blocks().stream().map(JsonReport::block).toList());
    return json;
  }

  private static Map<String, Object> block(BlockRow row) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("block", row.block());
    json.put("branches_before", row.branchesBefore());
    json.put("branches_after", row.branchesAfter());
    json.put("before", cost(row.before()));
    json.put("after", cost(row.after()));
    if (row.error() != null) {
      json.put("error", difference(row.error()));
    }
    return json;
  }

  private static Map<String, Object> cost(Cost cost) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("nodes", cost.nodes());
    json.put("parameters", cost.parameters());
    json.put("macs", cost.macs());
    json.put("bytes_read", cost.bytesRead());
    json.put("bytes_written", cost.bytesWritten());
    return json;
  }

  private static Map<String, Object> verification(Verification verification) {
    List<Object> outputs = new ArrayList<>();
    verification.outputs().forEach(difference -> outputs.add(difference(difference)));
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("holds", verification.holds());
    json.put("tolerance", Verification.TOLERANCE);
    json.put("input", verification.input().toString());
    json.put("seed", verification.seed());
    json.put("outputs", outputs);
    return json;
  }

  private static Map<String, Object> difference(Difference difference) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("value", difference.name());
    json.put("absolute", difference.absolute());
    json.put("relative", difference.relative());
    return json;
  }
}
