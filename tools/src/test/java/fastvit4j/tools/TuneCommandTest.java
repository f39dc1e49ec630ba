package fastvit4j.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fastvit4j.runtime.tornado.Tuning;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TuneCommandTest {
  @TempDir private Path directory;
  private String before;

  @BeforeEach
  void keepHere() {
    before = System.getProperty(Tuning.PROPERTY);
    System.setProperty(Tuning.PROPERTY, directory.toString());
  }

  @AfterEach
  void restore() {
    if (before == null) {
      System.clearProperty(Tuning.PROPERTY);
    } else {
      System.setProperty(Tuning.PROPERTY, before);
    }
  }

  private static Run tune(String... more) {
    List<String> arguments =
        Stream.concat(Stream.of("tune", "--device", "emulator"), Stream.of(more)).toList();
    return Run.of(arguments.toArray(String[]::new));
  }

  @Test
  void aSearchThatEndedEarlyIsGoneOnWith() throws IOException {
    // The budget is over after the first step, which is kept by then.
    String[] little = {"--size", "32", "--seconds", "0", "--budget", "0.001", "--json"};
    Map<String, Object> first = tune(little).json();
    assertEquals(1, Run.list(first, "cases").size());
    assertEquals(0, first.get("from_before"));
    int left = (int) first.get("left");
    assertTrue(left > 20, first.toString());
    Map<String, Object> second = tune(little).json();
    assertEquals(1, second.get("from_before"));
    assertEquals(left - 1, second.get("left"));
    List<Map<String, Object>> cases = Run.list(second, "cases");
    assertEquals(Run.list(first, "cases").getFirst(), cases.getFirst());
    assertTrue(((Number) cases.getLast().get("default_us")).doubleValue() > 0, cases.toString());
    Run shown = tune("--show");
    assertEquals(0, shown.status(), shown.err());
    assertTrue(shown.out().contains("2 steps and sequences tuned"), shown.out());
    assertTrue(shown.out().contains("stem.0.reparam_conv"), shown.out());
    Path file = Path.of(String.valueOf(second.get("file")));
    Files.writeString(file, Files.readString(file).substring(0, 100));
    Run damaged = tune(little);
    assertEquals(2, damaged.status());
    assertEquals(1, damaged.err().lines().count(), damaged.err());
    assertTrue(damaged.err().contains("--clear"), damaged.err());
    assertEquals(0, tune("--clear").status());
    assertTrue(tune("--show").out().contains("0 steps and sequences tuned"));
  }

  @Test
  void mistakesAreOneLine() {
    Run cpu = Run.of("tune", "--device", "cpu");
    assertEquals(2, cpu.status());
    assertEquals(
        "fastvit: cpu has no kernels to choose among: take a device tornado:… or emulator",
        cpu.err().strip());
    for (String[] wrong :
        List.of(
            new String[] {"--model", "t9"},
            new String[] {"--seconds", "-1"},
            new String[] {"--budget", "-1"},
            new String[] {"--batch", "0"})) {
      Run run = tune(wrong);
      assertEquals(2, run.status(), run.err());
    }
    System.setProperty(Tuning.PROPERTY, "none");
    assertEquals(2, tune("--show").status());
    System.setProperty(Tuning.PROPERTY, "/dev/null/here");
    Run nowhere = tune();
    assertEquals(2, nowhere.status());
    assertEquals(1, nowhere.err().lines().count(), nowhere.err());
  }
}
