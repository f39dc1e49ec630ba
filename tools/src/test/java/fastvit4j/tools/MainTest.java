package fastvit4j.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fastvit4j.model.KnownModels;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {
  private static final int MAX_WIDTH = 90;

  @Test
  void printsHelpWithoutArguments() {
    Run run = Run.of();
    assertEquals(0, run.status());
    assertEquals("", run.err());
    assertTrue(run.out().contains("Usage: fastvit"), run.out());
    assertTrue(run.out().contains("Environment:"), run.out());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "devices",
        "models",
        "classify",
        "eval",
        "fetch",
        "reparam",
        "convert",
        "inspect",
        "profile",
        "run",
        "synth",
        "bundle",
        "completion"
      })
  void documentsEveryCommand(String command) {
    Run run = Run.of(command, "--help");
    assertEquals(0, run.status());
    assertTrue(run.out().contains("Usage: fastvit " + command), run.out());
    assertTrue(run.out().contains("Exit status:"), run.out());
    for (String line : run.out().lines().toList()) {
      assertTrue(line.length() <= MAX_WIDTH, line);
      assertEquals(line.stripTrailing(), line);
    }
    assertEquals(run.out(), Run.of("help", command).out());
    assertTrue(Run.of("--help").out().contains("\n  " + command), command);
  }

  @Test
  void printsItsVersion() {
    Run run = Run.of("--version");
    assertEquals(0, run.status());
    assertTrue(run.out().startsWith("fastvit "), run.out());
  }

  @Test
  void countsParametersAndOperationsOfAllVariants() {
    Run run = Run.of("models", "--json");
    assertEquals(0, run.status());
    List<Map<String, Object>> models = Run.list(run.json(), "models");
    assertEquals(KnownModels.names(), models.stream().map(model -> model.get("variant")).toList());
    for (Map<String, Object> model : models) {
      Map<String, Object> parameters = Run.object(model, "parameters");
      Map<String, Object> macs = Run.object(model, "macs");
      for (Map<String, Object> cost : List.of(parameters, macs)) {
        assertTrue(number(cost, "train") >= number(cost, "published"), model.toString());
        assertTrue(number(cost, "published") >= number(cost, "inference"), model.toString());
      }
      if (KnownModels.fastViT().stream().noneMatch(m -> m.name().equals(model.get("variant")))) {
        continue;
      }
      // The paper counts millions with one digit, and the published code has up to 12% more.
      double paper = ((Number) Run.object(model, "paper").get("parameters_m")).doubleValue();
      assertEquals(1, number(parameters, "inference") / 1e6 / paper, 0.13, model.toString());
    }
  }

  @Test
  void countsOperationsAtTheGivenSize() {
    Map<String, Object> small = Run.list(Run.of("models", "--json").json(), "models").getFirst();
    Map<String, Object> large =
        Run.list(Run.of("models", "--json", "--size", "512x256").json(), "models").getFirst();
    double ratio =
        (double) number(Run.object(large, "macs"), "inference")
            / number(Run.object(small, "macs"), "inference");
    // Twice the pixels; only the classifier's and squeeze-excite's operations stay as they are.
    assertEquals(2, ratio, 0.01);
  }

  @Test
  void printsATableForPeople() {
    Run run = Run.of("models");
    assertEquals(0, run.status());
    assertEquals("VARIANT", run.out().lines().findFirst().orElseThrow().split(" ", 2)[0]);
    assertFalse(run.out().contains("\u001b"), "colours although nobody looks");
    assertTrue(Run.of("models", "--help").out().contains("--size"));
  }

  @Test
  void listsDevices() {
    Run run = Run.of("devices", "--json");
    assertEquals(0, run.status());
    assertEquals(List.of("devices", "passed_over"), List.copyOf(run.json().keySet()));
    assertTrue(Run.of("devices").out().startsWith("DEVICE"));
  }

  @Test
  void completesCommandsAndOptions() {
    Run run = Run.of("completion");
    assertEquals(0, run.status());
    assertTrue(run.out().contains("classify"));
    assertTrue(run.out().contains("--input-shape"));
  }

  @Test
  void stopsQuietlyWhenItsReaderHasGone() {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    assertEquals(141, printModelsTo("Broken pipe", err));
    assertEquals("", err.toString(StandardCharsets.UTF_8));
  }

  @Test
  void saysWhenItsOutputCannotBeWritten() {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    assertEquals(1, printModelsTo("No space left on device", err));
    assertEquals(
        "fastvit: cannot write to standard output: No space left on device\n",
        err.toString(StandardCharsets.UTF_8));
  }

  private static int printModelsTo(String failure, OutputStream err) {
    OutputStream closed =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException(failure);
          }
        };
    return Main.run(
        new String[] {"models"},
        new PrintStream(new StandardOutput(closed, 64), false, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8));
  }

  private static long number(Map<String, Object> object, String key) {
    return ((Number) object.get(key)).longValue();
  }
}
