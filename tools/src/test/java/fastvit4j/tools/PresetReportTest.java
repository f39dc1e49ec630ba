package fastvit4j.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fastvit4j.model.Published;
import fastvit4j.model.fastvit.Form;
import fastvit4j.tools.bench.Configuration;
import fastvit4j.tools.bench.Parity;
import fastvit4j.tools.bench.Preparation;
import fastvit4j.tools.bench.Protocol;
import fastvit4j.tools.bench.Result;
import fastvit4j.tools.bench.Results;
import fastvit4j.tools.preset.Preset;
import fastvit4j.tools.preset.Presets;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What bench prints of presets, for times that were not measured. */
class PresetReportTest {
  private static final String DEVICE = "tornado:opencl:0";

  private static String printed(String name, Result... more) {
    Preset preset = Presets.named(name);
    List<Result> results = new ArrayList<>(List.of(more));
    for (String device : List.of("cpu", DEVICE)) {
      for (int batch : new int[] {1, 8}) {
        for (Preset.Row row : preset.rows()) {
          results.add(result(row.name(), device, batch, 1234.5));
        }
      }
    }
    return printed(preset, results(results));
  }

  private static Results results(List<Result> results) {
    return new Results(
        "1.2",
        Instant.EPOCH,
        Instant.EPOCH,
        new LinkedHashMap<>(
            Map.of("devices", Map.of(DEVICE, Map.of("description", "a processor ".repeat(9))))),
        Protocol.ofRuns(100, 100),
        null,
        results);
  }

  private static String printed(Preset preset, Results all) {
    return printed(preset, all, PublishedFile.NONE);
  }

  private static String printed(Preset preset, Results all, PublishedFile given) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
    Terminal terminal = Terminal.of(stream, stream);
    new BenchReport(all).print(terminal);
    new PresetReport(preset, all, given).print(terminal);
    return out.toString(StandardCharsets.UTF_8);
  }

  private static Result result(String model, String device, int batch, double ms) {
    return result(model, device, batch, ms, null);
  }

  private static Result result(String model, String device, int batch, double ms, String error) {
    return new Result(
        new Configuration(model, device, 256, 256, batch, "float32", Form.INFERENCE, 0),
        null,
        null,
        new Preparation(1, 2, 3, 4, new Parity(8e6, 4e12, 64, 64), List.of()),
        List.of(List.of(ms)),
        List.of(),
        List.of(),
        error);
  }

  @ParameterizedTest
  @ValueSource(strings = {"table1", "table4", "table11", "table12", "figure1", "figure3"})
  void fitsHoweverManyDevicesThereAre(String name) {
    String text = printed(name);
    assertTrue(text.lines().allMatch(line -> line.length() <= 100), text);
    // What every column is of stands below.
    assertTrue(text.contains("(1) cpu, (2) cpu b8, (3) tornado:opencl:0, (4)"), text);
    assertEquals(
        Presets.named(name).rows().size(),
        text.lines().filter(line -> line.endsWith("  1234.5  1234.5  1234.5  1234.5")).count(),
        text);
  }

  @Test
  void showsWhatIsPublishedWithItsDigits() {
    Preset preset = Presets.named("table1");
    String text = printed(preset, results(List.of(result("table1/factorized", "cpu", 1, 2))));
    assertTrue(
        text.lines()
            .anyMatch(
                l -> l.matches("Factorized convolutions .* 8\\.7 .* 1\\.7 .* 1\\.26 .*78\\.0.*")),
        text);
  }

  @Test
  void showsErrorsInProportion() {
    String text = printed("figure3");
    assertTrue(text.lines().skip(1).findFirst().orElseThrow().endsWith(" 2.0e-06*"), text);
  }

  @Test
  void saysInOneLineWhatFailed() {
    Result failed = result("figure3/pooling-224", "other", 1, 1, "no memory ".repeat(20).strip());
    String text = printed("figure3", failed);
    assertEquals(1, text.lines().filter(line -> line.startsWith("Failed: ")).count(), text);
    assertTrue(text.lines().anyMatch(line -> line.endsWith("no memory")), text);
  }

  /** Figures of nobody's. */
  @Test
  void takesWhatTheUserGivesForWhatIsNotAvailable() {
    Preset preset = Presets.named("table4");
    Results all =
        results(
            List.of(
                result("table4/small", "cpu", 1, 2),
                result("table4/small-1", "cpu", 1, 2),
                result("table4/s12", "cpu", 1, 2)));
    Published given = new Published("mine, Table 9", 256, null, null, null, 7.5, 70.25, null);
    String text =
        printed(
            preset,
            all,
            new PublishedFile(List.of(), Map.of("table4/small", given, "table4/s12", given)));
    String small = row(text, "3x3 kernels, none");
    assertTrue(small.matches(".*\\bn/a +7\\.5 +70\\.25 +2\\.00$"), small);
    String without = row(text, "attention in the last ");
    assertTrue(without.matches(".*\\bn/a +n/a +n/a +2\\.00$"), without);
    // What is known stays as it is.
    assertEquals(row(printed(preset, all), "S12"), row(text, "S12"));
    assertTrue(text.contains("mine, Table 9"), text);
  }

  private static String row(String text, String label) {
    return text.lines()
        .dropWhile(line -> !line.startsWith("table4: "))
        .filter(line -> line.contains(label))
        .findFirst()
        .orElseThrow();
  }
}
