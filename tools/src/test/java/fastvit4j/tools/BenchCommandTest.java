package fastvit4j.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** bench and compare, with the bundled model on the processor and very few runs. */
class BenchCommandTest {
  @TempDir private Path directory;

  private String file(String name) {
    return directory.resolve(name).toString();
  }

  private Run bench(String... more) {
    String[] arguments = new String[6 + more.length];
    List<String> first =
        List.of("bench", "--model", "digits", "--device=cpu", "--runs=3", "--warm-up=1");
    for (int i = 0; i < arguments.length; i++) {
      arguments[i] = i < first.size() ? first.get(i) : more[i - first.size()];
    }
    Run run = Run.of(arguments);
    assertEquals(0, run.status(), run.err());
    return run;
  }

  @Test
  void printsATableThatFits() {
    Run run = bench("--form=train,published,inference", "--batch=1,2", "--size=32x64,64");
    assertTrue(run.out().startsWith("MODEL   FORM       "), run.out());
    assertTrue(run.out().lines().allMatch(line -> line.length() <= 100), run.out());
    assertEquals(
        3 * 2 * 2 + 1, run.out().lines().takeWhile(l -> !l.startsWith("Milli")).count(), run.out());
  }

  @Test
  void printsCsvAndMarkdown() {
    List<String> csv = bench("--csv").out().lines().toList();
    assertEquals(2, csv.size());
    assertTrue(csv.getFirst().contains(",median_ms,"));
    assertEquals(
        csv.getFirst().split(",", -1).length, csv.getLast().split(",", -1).length, csv.getLast());
    assertTrue(
        csv.getLast().startsWith("digits,cpu,96,96,1,float32,inference,0,,,3,"), csv.getLast());
    List<String> markdown = bench("--markdown").out().lines().toList();
    assertTrue(markdown.getFirst().startsWith("| MODEL | "), markdown.getFirst());
    assertTrue(markdown.get(1).startsWith("| --- | ---: |"), markdown.get(1));
    assertTrue(markdown.get(2).startsWith("| digits | "), markdown.get(2));
  }

  @Test
  void refusesThreadsThatHaveNoCores() {
    Run run = Run.of("bench", "--model=digits", "--device=cpu", "--threads=1,99999");
    assertEquals(2, run.status());
    assertTrue(run.err().startsWith("fastvit: 99999 threads are more than 4 for"), run.err());
    assertEquals(1, run.err().lines().count());
  }

  @Test
  void measuresACheckpoint() {
    String weights = file("own.safetensors");
    assertEquals(0, Run.of("synth", "--variant=t8", "--output=" + weights).status());
    Run run =
        Run.of(
            "bench",
            "--weights=" + weights,
            "--device=cpu",
            "--size=32",
            "--runs=1",
            "--warm-up=0",
            "--json=-");
    assertEquals(0, run.status(), run.err());
    Map<String, Object> result = Run.list(run.json(), "results").getFirst();
    assertEquals("own.safetensors", result.get("model"));
    assertEquals(1, result.get("counted_runs"));
    assertEquals("measured", result.get("status"));
  }

  @Test
  void printsAPresetsRowsBesideWhatIsPublished() {
    Run run =
        Run.of("bench", "--preset=table11", "--device=cpu", "--size=32", "--runs=1", "--warm-up=0");
    assertEquals(0, run.status(), run.err());
    List<String> lines = run.out().lines().toList();
    assertTrue(lines.stream().anyMatch(l -> l.startsWith("LayerNorm, GELU ") && l.contains("n/a")));
    assertTrue(lines.stream().anyMatch(l -> l.startsWith("n/a: not available")), run.out());
    String text = run.out().replaceAll("\\s+", " "); // as its lines are wrapped
    assertTrue(text.contains("Latency of table11/layer-gelu / batch-gelu: here "), run.out());
  }

  @Test
  void goesOnWithAFile() throws IOException {
    bench("--form=train,inference", "--json=" + file("r.json"));
    Path path = directory.resolve("r.json");
    String whole = Files.readString(path);
    // The second configuration has lost its last two rounds.
    int last = whole.lastIndexOf("\"rounds_ms\"");
    int second = whole.indexOf("], [", last);
    int end = whole.indexOf("]]", last);
    assertTrue(second > 0 && second < end, whole);
    Files.writeString(path, unprobed(whole.substring(0, second) + whole.substring(end)));
    Run run = Run.of("bench", "--resume", path.toString());
    assertEquals(0, run.status(), run.err());
    String resumed = Files.readString(path);
    assertEquals(rounds(whole).getFirst(), rounds(resumed).getFirst());
    assertTrue(
        resumed.startsWith(whole.substring(last, second), resumed.lastIndexOf("\"rounds_ms\"")),
        resumed);
    assertFalse(resumed.contains("unfinished"), resumed);

    Run compared = Run.of("compare", path.toString(), path.toString());
    assertEquals(0, compared.status(), compared.err());
    assertTrue(compared.out().contains("digits train 96, batch 1, on cpu"), compared.out());
    Files.writeString(directory.resolve("other.json"), resumed.replace("digits", "digits2"));
    Run other = Run.of("compare", path.toString(), file("other.json"));
    assertEquals(2, other.status());
    assertTrue(other.err().contains("have no configuration in common"), other.err());
    assertEquals(1, other.err().lines().count());

    String elsewhere = resumed.replaceFirst("\"cores\": \\d+", "\"cores\": 999");
    int cut = elsewhere.lastIndexOf("], [");
    Files.writeString(
        path,
        unprobed(elsewhere.substring(0, cut) + elsewhere.substring(elsewhere.indexOf("]]", cut))));
    Run refused = Run.of("bench", "--resume", path.toString());
    assertEquals(2, refused.status());
    assertTrue(refused.err().contains("(not the same cores)"), refused.err());
  }

  /** Without probes, as from before there were any. */
  private static String unprobed(String json) {
    return json.replace("\"probes\"", "\"unknown\"");
  }

  /** The same with five rounds of the same probe. */
  private static String probed(String json, double arithmeticMs) {
    String probe =
        "{ \"arithmetic_ms\": " + arithmeticMs + ", \"memory_ms\": " + arithmeticMs + " }";
    return json.replaceFirst(
        "\"probes\": \\[[^]]*]",
        "\"probes\": [ " + String.join(", ", Collections.nCopies(5, probe)) + " ]");
  }

  private static List<String> rounds(String json) {
    return json.lines().filter(line -> line.contains("rounds_ms")).toList();
  }

  @Test
  void tellsWhatBecameSlower() throws IOException {
    // Times that nobody measured, in the form that bench writes.
    String quick = "[ 10.0, 10.1 ], [ 10.2, 10.1 ], [ 10.3, 10.4 ], [ 10.1, 10.2 ], [ 10.0, 10.3 ]";
    bench("--json=" + file("r.json"));
    String text = Files.readString(directory.resolve("r.json"));
    int begin = text.indexOf("[[", text.indexOf("rounds_ms"));
    int end = text.indexOf("]]", begin) + 2;
    String head =
        text.substring(0, begin)
            .replace("\"rounds\": 3", "\"rounds\": 5")
            .replace("\"runs\": 3", "\"runs\": 10");
    Files.writeString(
        directory.resolve("a.json"), head + "[ " + quick + " ]" + text.substring(end));
    Files.writeString(
        directory.resolve("b.json"),
        head + "[ " + quick.replace("10.", "11.") + " ]" + text.substring(end));
    Run slower = Run.of("compare", file("a.json"), file("a.json"), file("b.json"), "--json");
    assertEquals(1, slower.status(), slower.err());
    List<Map<String, Object>> comparisons = Run.list(slower.json(), "comparisons");
    assertEquals("equal", Run.list(comparisons.getFirst(), "rows").getFirst().get("verdict"));
    assertEquals("slower", Run.list(comparisons.getLast(), "rows").getFirst().get("verdict"));
    Run faster = Run.of("compare", file("b.json"), file("a.json"));
    assertEquals(0, faster.status(), faster.err());
    assertTrue(faster.out().contains("faster"), faster.out());
    assertEquals(0, Run.of("compare", file("a.json"), file("b.json"), "--threshold=15").status());

    String before = Files.readString(directory.resolve("a.json"));
    String after = Files.readString(directory.resolve("b.json"));
    Files.writeString(directory.resolve("a.json"), probed(before, 2));
    Files.writeString(directory.resolve("b.json"), probed(after, 2));
    assertEquals(1, Run.of("compare", file("a.json"), file("b.json")).status());
    Files.writeString(directory.resolve("b.json"), probed(after, 3));
    Run unclear = Run.of("compare", file("a.json"), file("b.json"));
    assertEquals(0, unclear.status(), unclear.err());
    assertTrue(unclear.out().contains("machine's speed differed by up to 50 %"), unclear.out());
    assertFalse(unclear.out().contains("slower"), unclear.out());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "bench --model sa13 | no model sa13: did you mean sa12",
        "bench --preset tabel4 | no preset tabel4: did you mean table4",
        "bench --preset table4 --model t8 | leave out --model and --weights",
        "bench --model deit_tiny_patch16_224 --size 256 | deit_tiny_patch16_224",
        "bench --model digits --device cpv | no device cpv",
        "bench --model digits --precision float61 | no precision float61: did you mean float16 or"
            + " float32?",
        "bench --model digits --device cpu --precision float16 | cpu does not compute with float16",
        "bench --model digits --form trian | no form trian: did you mean train?",
        "bench --model digits --size 99999 | is over 2147483647 elements",
        "bench --model digits --size 64,x | 'x' is no size",
        "bench --model digits --batch 1,0 | '0' is no whole number of at least 1",
        "bench --model digits --budget 5 --runs 3 | leave out --runs and --warm-up",
        "bench --model digits --csv --markdown | exclude each other",
        "bench --model digits --json missing/r.json | there is no directory",
        "bench --weights missing.safetensors | missing.safetensors",
        "bench --resume missing.json | missing.json is no file",
        "bench --resume missing.json --runs 3 | leave out what says what to measure",
        "compare a.json | requires at least 2 values",
        "compare missing.json missing.json | missing.json is no file",
        "compare pom.xml pom.xml | pom.xml holds no results of `fastvit bench`",
      })
  void refusesMistakesOnOneLine(String arguments, String expected) {
    Run run = Run.of(arguments.split(" "));
    assertEquals(2, run.status(), run.err());
    assertEquals("", run.out());
    assertEquals(1, run.err().lines().count(), run.err());
    assertTrue(run.err().contains(expected), run.err());
  }
}
