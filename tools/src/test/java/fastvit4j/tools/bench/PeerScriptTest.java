package fastvit4j.tools.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import fastvit4j.tools.Main;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code benchmarks/peers/peers.py}, as far as it needs Python alone: joining files, and measuring
 * ours. There is no PyTorch here, so the peers' file is a second run of ours under a peer's name.
 */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the launcher is a shell script")
class PeerScriptTest {
  private static final long PATIENCE_SECONDS = 300;

  @TempDir private Path directory;

  /** What a process gave. */
  private record Result(int status, String out, String err) {}

  @BeforeEach
  void requirePython() throws Exception {
    boolean there;
    try {
      there = run("python3", "-c", "import sys; sys.exit(sys.version_info < (3, 8))").status() == 0;
    } catch (IOException _) {
      there = false;
    }
    assumeTrue(there, "there is no python3 of 3.8 or later on the PATH");
  }

  private Result run(String... command) throws IOException, InterruptedException {
    Path out = directory.resolve("out.txt");
    Path err = directory.resolve("err.txt");
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("PYTHONDONTWRITEBYTECODE", "1");
    Process process = builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
    boolean ended = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
    process.destroyForcibly().waitFor();
    assertTrue(ended, () -> String.join(" ", command) + " did not end");
    return new Result(process.exitValue(), Files.readString(out), Files.readString(err));
  }

  private static Path scripts() {
    Path here = Path.of("").toAbsolutePath();
    return Stream.of(here, here.getParent())
        .map(folder -> folder.resolve("benchmarks/peers"))
        .filter(Files::isDirectory)
        .findFirst()
        .orElseThrow();
  }

  private static String bench(Path file) throws IOException {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    String[] arguments = {
      "bench",
      "--model=digits",
      "--device=cpu",
      "--runs=3",
      "--warm-up=1",
      "--json",
      file.toString()
    };
    int status =
        Main.run(
            arguments,
            new PrintStream(new ByteArrayOutputStream(), false, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8));
    assertEquals(0, status, () -> err.toString(StandardCharsets.UTF_8));
    return Files.readString(file);
  }

  /** A file of ours as if a device of another name had measured it, with a precision. */
  private static String renamed(String results, String device, String precision) {
    String other =
        results
            .replace("\"device\": \"cpu\"", "\"device\": \"" + device + "\"")
            .replace("\"cpu\": {", "\"" + device + "\": {")
            .replace("\"precision\": \"float32\"", "\"precision\": \"" + precision + "\"");
    assertTrue(!other.equals(results), results);
    return other;
  }

  private Result join(Path ours, Path peers, Path joined) throws Exception {
    return run(
        "python3",
        scripts().resolve("peers.py").toString(),
        "join",
        ours.toString(),
        peers.toString(),
        "-o",
        joined.toString());
  }

  @Test
  void joinsOurFilesWithPeersAndJudgesCompiledFloat16() throws Exception {
    Path ours = directory.resolve("ours.json");
    Path peers = directory.resolve("peers.json");
    Path joined = directory.resolve("joined.json");
    String first = bench(ours);
    String second = bench(peers);
    Files.writeString(peers, renamed(second, "pytorch:cpu:compiled", "float32"));
    Result same = join(ours, peers, joined);
    assertEquals(0, same.status(), same.err());
    assertEquals(1, same.out().lines().count(), same.out());
    assertTrue(same.out().strip().matches(".*: ratio [\\d.]+"), same.out());
    // What was joined is a file of ours again.
    for (String name : List.of("cpu", "pytorch:cpu:compiled")) {
      assertTrue(Files.readString(joined).contains("\"device\": \"" + name + "\""), name);
    }
    assertEquals(2, ResultsFile.read(joined).results().size());

    Files.writeString(ours, renamed(first, "tornado:cuda:0", "float16"));
    Files.writeString(peers, renamed(second, "pytorch:cuda:0:compiled", "float16"));
    Result half = join(ours, peers, joined);
    assertEquals(0, half.status(), half.err());
    double mine = median(first);
    double theirs = median(second);
    String verdict = mine <= theirs ? ", met" : ", missed";
    assertTrue(half.out().strip().endsWith(verdict), half.out() + mine + " and " + theirs);

    Result twice = join(ours, ours, joined);
    assertEquals(2, twice.status());
    assertEquals(1, twice.err().lines().count(), twice.err());
    assertTrue(twice.err().startsWith("peers.py: both have the configuration"), twice.err());
  }

  private static double median(String results) {
    String key = "\"median_ms\": ";
    int from = results.indexOf(key) + key.length();
    return Double.parseDouble(results.substring(from, results.indexOf(',', from)));
  }

  /** First those of the same precision, whatever the files' order. */
  @Test
  void pairsOfTheSamePrecisionComeFirst() throws Exception {
    String results = bench(directory.resolve("one.json"));
    Files.writeString(directory.resolve("half.json"), renamed(results, "cpu:0", "float16"));
    Result lines =
        python(
            "import json, results",
            "one, half = (results.read(f'" + directory + "/{n}.json') for n in ('one', 'half'))",
            "both = dict(one, results=one['results'] + half['results'])",
            "turned = dict(one, results=half['results'] + one['results'])",
            "print('\\n'.join(results.ratios(both, turned)))");
    assertEquals(0, lines.status(), lines.err());
    List<Boolean> same =
        lines.out().lines().map(l -> l.matches(".* (float\\d\\d) .* \\1 .*")).toList();
    assertEquals(List.of(true, true, false, false), same, lines.out());
  }

  private Result python(String... lines) throws Exception {
    String start = "import sys; sys.path.insert(0, '" + scripts() + "')\n";
    return run("python3", "-c", start + String.join("\n", lines));
  }

  /** Ours is asked for the precisions that were chosen; for tf32, which we have not, float32. */
  @Test
  void oursIsMeasuredInTheChosenPrecisions() throws Exception {
    Path launcher = directory.resolve("fastvit");
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String classes =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    Files.writeString(
        launcher,
        "#!/bin/sh\nexec '" + java + "' -cp '" + classes + "' fastvit4j.tools.Main \"$@\"\n");
    Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwx------"));
    String[] script = {
      "import argparse, peers",
      "options = argparse.Namespace(fastvit='" + launcher + "', fastvit_device='cpu',",
      "    model='digits', form='inference', size=64, threads=0, warm_up=1, runs=1, batch=None,",
      "    budget=0)",
      "try:",
      "    rows = peers.ours(options, %s)['results']",
      "    print([(r['model'], r['device'], r['precision'], r['height']) for r in rows])",
      "except peers.Mistake as e:",
      "    print('mistake:', e)"
    };
    Result full = python(String.join("\n", script).formatted("['float32', 'tf32', 'float32']"));
    assertEquals("[('digits', 'cpu', 'float32', 64)]", full.out().strip(), full.err());
    Result half = python(String.join("\n", script).formatted("['float32', 'float16']"));
    assertTrue(half.out().startsWith("mistake: " + launcher + " bench failed"), half.out());
    assertTrue(half.err().contains("cpu does not compute with float16"), half.err());
  }
}
