package fastvit4j.tests.browser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fastvit4j.tools.report.ReportPage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page of {@code fastvit kernels bench --html} in a browser. */
class RooflinePageTest {
  @TempDir private Path directory;

  private static Map<String, Object> row(String way, double micros, long operations) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("case", "pointwise");
    row.put("shape", "1x8x8x64");
    row.put("way", way);
    row.put("kernels", way);
    row.put("median_us", micros);
    row.put("predicted_us", micros / 2);
    row.put("gflops", operations / micros / 1e3);
    row.put("gbytes_per_second", 3.0);
    row.put("of_roof", 0.25);
    row.put("filled", 1.0);
    row.put("operations", operations);
    row.put("least_bytes", 100_000L);
    row.put("local_bytes", 0);
    row.put("launches", 1);
    row.put("error", 1e-6);
    row.put("error_of_bound", 0.25);
    row.put("failure", null);
    return row;
  }

  @Test
  void drawsWhatWasMeasuredUnderTheRoof() throws IOException {
    Path page = directory.resolve("roofline.html");
    Files.writeString(
        page,
        ReportPage.roofline(
            "Kernels",
            Map.of(
                "summary",
                "a device",
                "peak",
                100.0,
                "roofs",
                List.of(Map.of("name", "256 MiB", "gbytes_per_second", 10.0)),
                "rows",
                List.of(row("one", 20, 1_000_000), row("other", 50, 1_000_000)))));
    try (Browser browser = Browser.start(Files.createDirectory(directory.resolve("profile")))) {
      for (int width : new int[] {1200, 390}) {
        browser.screen(width, 900, false).open(page);
        // Two kernels, measured and predicted.
        assertEquals(
            4L, browser.run("return document.querySelectorAll('g[aria-label=dot] > *').length"));
        assertEquals(2, browser.all("#numbers tbody tr").size());
        assertTrue(
            (boolean) browser.run("return document.documentElement.scrollWidth <= innerWidth"),
            "scrolls sideways");
      }
      assertEquals(List.of(), browser.console());
    }
  }
}
