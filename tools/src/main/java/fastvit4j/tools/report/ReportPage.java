package fastvit4j.tools.report;

import fastvit4j.model.io.Json;
import fastvit4j.tools.bench.Results;
import fastvit4j.tools.bench.ResultsFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Results as one HTML page that holds all it needs: the results, the script that draws them, and
 * the library that it draws with (Observable Plot on D3).
 */
public final class ReportPage {
  private static final Pattern PLACE = Pattern.compile("\\{\\{(\\w+)}}");
  private static final List<String> LIBRARY = List.of("lib/d3.min.js", "lib/plot.min.js");
  private static final List<String> SCRIPT =
      List.of(
          "data.js",
          "draw.js",
          "labels.js",
          "tables.js",
          "table.js",
          "charts.js",
          "parts.js",
          "main.js");
  private static final List<String> ROOFLINE =
      List.of("draw.js", "labels.js", "table.js", "roofline.js");

  /** What the page has no use for: single runs. */
  private static final List<String> LEFT_OUT = List.of("rounds_ms", "breakdowns");

  /**
   * Results and what to call them.
   *
   * @param name the file's name, which no other has
   * @param results what it holds
   */
  public record Named(String name, Results results) {}

  private ReportPage() {}

  /** The page. */
  public static String of(String title, List<Named> files) {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("title", title);
    data.put("files", files.stream().map(ReportPage::describe).toList());
    return page(title, data, SCRIPT);
  }

  /**
   * A page of kernels under the roof of their device.
   *
   * @param data what {@code roofline.js} draws: {@code summary}; {@code peak}, GFLOP/s; {@code
   *     roofs}, each with a {@code name} and {@code gbytes_per_second}; and {@code rows}
   */
  public static String roofline(String title, Map<String, Object> data) {
    return page(title, data, ROOFLINE);
  }

  private static String page(String title, Map<String, Object> data, List<String> script) {
    Map<String, String> parts =
        Map.of(
            "title", escape(title),
            "style", resource("report.css").strip(),
            "data", json(data),
            "library", joined(LIBRARY),
            "script", joined(script));
    // In one go: what is filled in is not searched for more places.
    return PLACE
        .matcher(resource("page.html"))
        .replaceAll(place -> Matcher.quoteReplacement(parts.get(place.group(1))));
  }

  /** JSON in which nothing ends the script element that it stands in. */
  private static String json(Map<String, Object> data) {
    return Json.write(data).replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026");
  }

  private static Map<String, Object> describe(Named file) {
    Map<String, Object> described = new LinkedHashMap<>();
    described.put("name", file.name());
    described.putAll(ResultsFile.json(file.results()));
    List<Map<String, Object>> rows = new ArrayList<>();
    for (Object row : (List<?>) described.get("results")) {
      Map<String, Object> kept = new LinkedHashMap<>();
      ((Map<?, ?>) row).forEach((key, value) -> kept.put((String) key, value));
      LEFT_OUT.forEach(kept::remove);
      rows.add(kept);
    }
    described.put("results", rows);
    return described;
  }

  private static String joined(List<String> names) {
    return names.stream()
        .flatMap(name -> Stream.of(resource(name).strip()))
        .collect(Collectors.joining("\n"));
  }

  private static String resource(String name) {
    try (InputStream in = ReportPage.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
