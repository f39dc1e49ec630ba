package fastvit4j.tools.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fastvit4j.model.Published;
import fastvit4j.model.UserException;
import fastvit4j.model.fastvit.Form;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResultsFileTest {
  @TempDir private Path directory;

  private static Results results() {
    List<Result> results =
        new ArrayList<>(Samples.results(2, new SplittableRandom(1), 1).results());
    results.set(
        0,
        results
            .getFirst()
            .brokenDown(new Breakdown(List.of(0.25, 0.5), OptionalDouble.of(0.125)))
            .brokenDown(new Breakdown(List.of(0.5, 0.5), OptionalDouble.of(0.25))));
    Configuration odd =
        new Configuration("ma36", "gpu:0", 224, 320, 8, Configuration.FLOAT32, Form.TRAIN, 3);
    results.add(
        Result.of(odd)
            .labelled("table1", new Published("Table 1", 256, 3.5, null, 2.0, null, 80.5, null)));
    results.add(
        Result.of(Samples.of("x"))
            .measured(List.of(1e-3), new Probe(1.25, 0.75))
            .measured(List.of(2e-3))
            .failed("it is \"gone\", \\ off"));
    return Samples.results(results);
  }

  @Test
  void comesBackAsItWent() {
    Path file = directory.resolve("r.json");
    ResultsFile.write(file, results());
    assertEquals(results(), ResultsFile.read(file));
  }

  @Test
  void readsWhatHasNoProbes() {
    String text = ResultsFile.text(results());
    Results read = ResultsFile.parse("r.json", text.replace("\"probes\"", "\"other\""));
    assertEquals(results().results().get(1), read.results().get(1));
    assertEquals(List.of(Probe.NONE, Probe.NONE), read.results().get(3).probes());
    String rounds = "\"rounds_ms\": [[0.001], [0.002]]";
    String fewer = text.replace(rounds, "\"rounds_ms\": [[0.001]]");
    UserException e = assertThrows(UserException.class, () -> ResultsFile.parse("r.json", fewer));
    assertTrue(e.getMessage().contains("has more probes than rounds"), e.getMessage());
  }

  @Test
  void keepsWhatIsNoNumber() {
    Preparation wrong = new Preparation(1, 1, 1, 1, new Parity(Double.NaN, 2, 64, 64), List.of());
    Results results = Samples.results(List.of(Result.of(Samples.of("m")).prepared(wrong)));
    assertEquals(results, ResultsFile.parse("r.json", ResultsFile.text(results)));
  }

  @Test
  void namesTimesByTheirUnit() {
    Map<String, Object> json = ResultsJson.of(results());
    Map<?, ?> first = (Map<?, ?>) ((List<?>) json.get("results")).getFirst();
    Statistics statistics = results().results().getFirst().statistics().orElseThrow();
    assertEquals(statistics.median(), first.get("median_ms"));
    assertEquals(statistics.spread(), first.get("spread_ms"));
    assertEquals(1000 / statistics.median(), first.get("images_per_second"));
    assertEquals(0.875, first.get("kernels_ms"));
    assertEquals(0.1875, first.get("transfers_ms"));
    Map<?, ?> step = (Map<?, ?>) ((List<?>) first.get("steps")).getFirst();
    assertEquals(0.375, step.get("median_ms"));
    assertEquals("stem", step.get("stage"));
    assertEquals("measured", first.get("status"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"schema\": \"fastvit4j-bench\" | \"schema\": \"other\" | its schema is not"
            + " fastvit4j-bench",
        "\"schema_version\": 2 | \"schema_version\": 1 | is of schema version 1, but this program"
            + " knows version 2",
        "\"warm_up_runs\": 100 | \"warm_up_runs\": -1 | protocol.warm_up_runs must be a whole"
            + " number",
        "\"rounds\": 10 | \"rounds\": 2000000000 | is damaged: no protocol",
        "\"rounds\": 10 | \"rounds\": 9 | has too many rounds",
        "\"batch\": 8 | \"batch\": 8.5 | results[2].batch must be a whole number",
        "\"form\": \"train\" | \"form\": \"full\" | 'full' is no form",
        "\"model\": \"model1\" | \"model\": \"model0\" | it has a configuration twice",
        "\"arithmetic_ms\": 1.25 | \"arithmetic_ms\": 0 | is damaged: no probe: 0.0, 0.75",
        "\"arithmetic_ms\": 1.25 | \"arithmetic\": 1.25 | results[3].probes[0].arithmetic_ms must"
            + " be a number",
        "\"memory_ms\": 0.75 | \"memory_ms\": \"0\" | results[3].probes[0].memory_ms must be a"
            + " number",
        "\"steps_ms\": [0.5, 0.5] | \"steps_ms\": [0.5] | has a breakdown of other steps",
        "\"top1\": 80.5 | \"top1\": \"80\" | results[2].published.top1 must be a number",
        "[0.001] | [] | results[3].rounds_ms[0] must be a list of at least one number",
        "[0.001] | [\"fast\"] | results[3].rounds_ms[0][0] must be a number",
        "1970-01-01T00:00:00Z | yesterday | is damaged: Text 'yesterday' could not be parsed",
        "\"finished\" | finished | or is damaged",
      })
  void refusesWhatIsNotIntact(String intact, String damaged, String expected) {
    String text = ResultsFile.text(results());
    assertTrue(text.contains(intact), text);
    UserException e =
        assertThrows(
            UserException.class, () -> ResultsFile.parse("r.json", text.replace(intact, damaged)));
    assertTrue(e.getMessage().startsWith("r.json "), e.getMessage());
    assertTrue(e.getMessage().contains(expected), e.getMessage());
    assertEquals(1, e.getMessage().lines().count());
  }

  @Test
  void refusesEveryPartOfAFile() {
    String text = ResultsFile.text(results()).strip();
    for (int length = 0; length < text.length(); length += 97) {
      String part = text.substring(0, length);
      assertThrows(UserException.class, () -> ResultsFile.parse("r.json", part));
    }
  }

  @Test
  void isGoneOnWithOnlyWhereItBegan() {
    Results results = results();
    results.requireSame("r.json", "1.2", Map.of("cores", 2));
    assertThrows(
        UserException.class, () -> results.requireSame("r.json", "1.3", Map.of("cores", 2)));
    UserException e =
        assertThrows(
            UserException.class, () -> results.requireSame("r.json", "1.2", Map.of("cores", 4)));
    assertTrue(e.getMessage().contains("not the same cores"), e.getMessage());
    assertFalse(e.getMessage().contains("java"), e.getMessage());
  }
}
