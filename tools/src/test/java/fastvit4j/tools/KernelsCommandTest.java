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
  void aDeviceWithoutSourceSaysSo() {
    Run run = Run.of("kernels", "--device", "cpu", "--source");
    assertEquals(2, run.status());
    assertEquals(
        "fastvit: cpu generates no source: take a device tornado:..., see `fastvit devices`\n",
        run.err());
  }
}
