package fastvit4j.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ProgressTest {
  @Test
  void drawsItsShare() {
    assertEquals(
        "evaluating [------------------------] 0/360", Progress.line("evaluating", 0, 360, 2));
    assertEquals(
        "evaluating [######------------------] 90/360, 6 s left",
        Progress.line("evaluating", 90, 360, 2));
    assertEquals(
        "evaluating [########################] 360/360, 0 s left",
        Progress.line("evaluating", 360, 360, 2));
  }

  @Test
  void keepsQuietForShortWork() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream err = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    try (Progress progress = new Progress(new Terminal(err, err, true, true, true), "x", 2)) {
      progress.step();
      progress.step();
    }
    assertEquals("", bytes.toString(StandardCharsets.UTF_8));
  }
}
