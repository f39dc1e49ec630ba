package fastvit4j.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class KernelsCommandTest {
  @Test
  void listsEveryOperatorsKernels() {
    Run run = Run.of("kernels", "--all");
    assertEquals(0, run.status(), run.err());
    assertTrue(
        run.out()
            .lines()
            .anyMatch(l -> l.matches("Linear +pointwiseTiled +float32 +Pointwise.tiled +GPU.*")),
        run.out());
    assertTrue(run.out().contains("attentionScores+softmax+attentionSum"), run.out());
  }

  @Test
  void theListIsJsonToo() {
    Run run = Run.of("kernels", "--all", "--json");
    assertEquals(0, run.status(), run.err());
    assertTrue(run.out().contains("\"operator\""), run.out());
  }

  @Test
  void saysWhatAVariantGetsOnADevice() {
    Run run = Run.of("kernels", "--device", "cpu", "--size", "64");
    assertEquals(0, run.status(), run.err());
    assertTrue(run.out().lines().anyMatch(l -> l.startsWith("SqueezeExcite")), run.out());
  }

  @Test
  void saysWhatTheCostModelExpects() {
    Run run = Run.of("kernels", "--device", "emulator", "--size", "64");
    assertEquals(0, run.status(), run.err());
    assertTrue(run.out().contains("MODEL µs  APART µs"), run.out());
    assertTrue(
        run.out()
            .lines()
            .anyMatch(
                l ->
                    l.matches(
                        "the cost model expects [\\d.]+ µs in all, and fuses nothing, by assumed"
                            + " limits: [\\d.]+ GFLOP/s float32, [\\d.]+ GB/s from memory,"
                            + " a launch 1.50 µs")),
        run.out());
    Run json = Run.of("kernels", "--device", "emulator", "--size", "64", "--json");
    assertTrue(json.out().contains("\"predicted_us\""), json.out());
    assertTrue(json.out().contains("\"source\": \"assumed\""), json.out());
  }

  @Test
  void aDeviceWithoutSourceSaysSo() {
    Run run = Run.of("kernels", "--device", "cpu", "--source");
    assertEquals(2, run.status());
    assertEquals(
        "fastvit: cpu generates no source: take a device tornado:..., see `fastvit devices`\n",
        run.err());
  }
}
