package fastvit4j.benchmarks;

import fastvit4j.model.UserException;
import fastvit4j.model.io.AtomicFile;
import fastvit4j.model.io.Json;
import fastvit4j.model.io.JsonFormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Rows of measurements, which can be written to a file and taken up again. */
final class Results {
  private final String title;
  private final List<Map<String, Object>> rows = new ArrayList<>();

  /** No rows yet, of measurements under a title. */
  Results(String title) {
    this.title = title;
  }

  /** What a file has, or nothing if it is not there. */
  static Results resume(Path file, String title) {
    Results results = new Results(title);
    if (!Files.exists(file)) {
      return results;
    }
    try {
      Object rows = Json.parseObject(Files.readString(file)).get("rows");
      if (!(rows instanceof List<?> list)) {
        throw new UserException(file + " has no rows: give another --json, or leave out --resume");
      }
      for (Object row : list) {
        Map<String, Object> copy = new LinkedHashMap<>();
        ((Map<?, ?>) row).forEach((name, value) -> copy.put((String) name, value));
        results.rows.add(copy);
      }
      return results;
    } catch (IOException | JsonFormatException e) {
      throw new UserException(file + " cannot be resumed: " + e.getMessage());
    }
  }

  /** What was measured, where and with what. */
  String title() {
    return title;
  }

  /** Whether there is a row that begins with the same values. */
  boolean has(Map<String, Object> key) {
    return rows.stream()
        .anyMatch(
            row ->
                key.entrySet().stream()
                    .allMatch(e -> e.getValue().toString().equals("" + row.get(e.getKey()))));
  }

  /** Adds a row: what was measured, then what was found. */
  void add(Map<String, Object> key, Map<String, Object> found) {
    Map<String, Object> row = new LinkedHashMap<>(key);
    row.putAll(found);
    rows.add(row);
  }

  /** The rows of one table. */
  List<Map<String, Object>> of(String table) {
    return rows.stream().filter(row -> table.equals(row.get("table"))).toList();
  }

  /** A limit of the machine that was measured on so many threads, if it was. */
  Optional<Double> limit(String limit, long threads) {
    return of("roofline").stream()
        .filter(row -> limit.equals(row.get("limit")))
        .filter(row -> ((Number) row.get("threads")).longValue() == threads)
        .map(row -> ((Number) row.get("rate")).doubleValue())
        .findFirst();
  }

  /** Writes everything. */
  void write(Path file) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("title", title);
    json.put("rows", rows);
    AtomicFile.writeString(file, Json.writePretty(json));
  }
}
