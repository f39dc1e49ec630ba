package fastvit4j.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fastvit4j.runtime.tornado.Tuning;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code fastvit tune} as a process of its own, ended by Ctrl-C. */
class TuneInterruptTest {
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  /** What a shell says of a process that SIGINT ended. */
  private static final int INTERRUPTED = 130;

  private static final Path KILL = Path.of("/bin/kill");

  /** A JVM pays no heed to SIGINT where it is ignored from its start, as behind a shell's "&". */
  private static final String HEEDED = "--default-signal=INT";

  @TempDir private Path directory;

  private Process start(String... more) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                "env",
                HEEDED,
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules=jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "-D" + Tuning.PROPERTY + "=" + kept(),
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "tune",
                "--device",
                "emulator",
                "--size",
                "32",
                "--seconds",
                "0"));
    command.addAll(List.of(more));
    return new ProcessBuilder(command)
        .redirectOutput(directory.resolve("out").toFile())
        .redirectError(directory.resolve("err").toFile())
        .start();
  }

  private Path kept() {
    return directory.resolve("tuning");
  }

  private String said(String stream) throws IOException {
    return Files.readString(directory.resolve(stream));
  }

  /** Waits until a case is in the file: cases are lines that begin so. */
  private void awaitFirstCase(Process process) throws Exception {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (cases() == 0) {
      assertTrue(process.isAlive(), () -> "ended: " + text());
      assertTrue(System.nanoTime() < end, "no case is kept after " + PATIENCE);
      Thread.sleep(20);
    }
  }

  private String text() {
    try {
      return said("out") + said("err");
    } catch (IOException e) {
      return e.toString();
    }
  }

  private List<Path> files() throws IOException {
    if (!Files.isDirectory(kept())) {
      return List.of();
    }
    try (Stream<Path> list = Files.list(kept())) {
      return list.filter(file -> !file.toString().endsWith(".lock")).toList();
    }
  }

  private long cases() throws IOException {
    for (Path file : files()) {
      if (file.toString().endsWith(".tuning")) {
        try (Stream<String> lines = Files.lines(file)) {
          return lines.filter(line -> line.startsWith("case\t")).count();
        }
      }
    }
    return 0;
  }

  private static void assumeSignals() throws Exception {
    boolean there = Files.isExecutable(KILL);
    if (there) {
      Process env = new ProcessBuilder("env", HEEDED, "true").redirectErrorStream(true).start();
      there = env.waitFor() == 0;
    }
    Assumptions.assumeTrue(there, "there is no kill or env " + HEEDED + " to send SIGINT with");
  }

  @Test
  void whatWasFoundBeforeCtrlCIsGoneOnWith() throws Exception {
    assumeSignals();
    Process process = start();
    try {
      awaitFirstCase(process);
      // Java itself sends other signals only.
      String pid = Long.toString(process.pid());
      assertEquals(0, new ProcessBuilder(KILL.toString(), "-INT", pid).start().waitFor());
      assertTrue(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS), "does not end");
    } finally {
      process.destroyForcibly();
    }
    assertEquals(INTERRUPTED, process.exitValue(), text());
    long found = cases();
    assertTrue(found > 0);
    assertEquals(1, files().size(), "nothing half written stays: " + files());
    List<String> last = said("err").lines().toList();
    assertTrue(
        last.getLast().startsWith("fastvit: interrupted; ")
            && last.getLast().contains("the same command goes on"),
        said("err"));
    Process again = start("--budget", "0", "--json");
    assertTrue(again.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS), "does not end");
    assertEquals(0, again.exitValue(), text());
    Map<String, Object> json = new Run(0, said("out"), said("err")).json();
    assertEquals(found, ((Number) json.get("from_before")).longValue());
    assertEquals(found + 1, Run.list(json, "cases").size());
    assertEquals(found + 1, cases());
    assertTrue(((Number) json.get("left")).intValue() > 0, json.toString());
  }
}
