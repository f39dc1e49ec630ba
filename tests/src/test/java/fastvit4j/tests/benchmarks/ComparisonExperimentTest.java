package fastvit4j.tests.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;

import fastvit4j.benchmarks.ComparisonExperiment;
import org.junit.jupiter.api.Test;

/** What it finds takes many processes on a quiet machine: only what it refuses is tested. */
final class ComparisonExperimentTest {
  @Test
  void refusesWhatMeasuresNothing() {
    assertEquals(2, ComparisonExperiment.run("--variants=t9"));
    assertEquals(2, ComparisonExperiment.run("--pairs=some"));
  }
}
