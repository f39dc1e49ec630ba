package fastvit4j.tests.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fastvit4j.benchmarks.ComparisonExperiment;
import org.junit.jupiter.api.Test;

/** The experiment runs; what it finds takes more runs on a quiet machine. */
final class ComparisonExperimentTest {
  @Test
  void measuresInProcessesOfTheirOwn() {
    // 0 or 1 tells whether all comparisons were right, 3 that one could not be made.
    int status =
        ComparisonExperiment.run(
            "--variants=t8", "--size=32", "--runs=2", "--pairs=0", "--delayed=1");
    assertTrue(status == 0 || status == 1, "status " + status);
  }

  @Test
  void refusesWhatMeasuresNothing() {
    assertEquals(2, ComparisonExperiment.run("--variants=t9"));
    assertEquals(3, ComparisonExperiment.run("--device=cpv", "--pairs=0", "--delayed=0"));
  }
}
