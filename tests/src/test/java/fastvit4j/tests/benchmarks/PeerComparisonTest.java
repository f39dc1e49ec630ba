package fastvit4j.tests.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fastvit4j.benchmarks.PeerComparison;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.jr.ob.JSON;

/** The comparison runs, on a small input and without much patience, and writes what it found. */
final class PeerComparisonTest {
  @TempDir private Path directory;

  @Test
  void writesARowForEachWorkload() throws Exception {
    Path json = directory.resolve("peers.json");
    Path markdown = directory.resolve("peers.md");
    int status =
        PeerComparison.run(
            "--variants=t8",
            "--batches=1,2",
            "--threads=1",
            "--size=64",
            "--rounds=2",
            "--turn=20",
            "--warmup=20",
            "--json=" + json,
            "--markdown=" + markdown);
    assertEquals(0, status);
    List<?> rows = (List<?>) JSON.std.mapFrom(Files.readString(json)).get("rows");
    assertEquals(2, rows.size());
    Map<?, ?> row = (Map<?, ?>) rows.get(1);
    assertEquals("t8", row.get("variant"));
    assertEquals("2x64x64x3", row.get("input"));
    double low = ((Number) row.get("lowest_ratio")).doubleValue();
    double ratio = ((Number) row.get("ratio")).doubleValue();
    double high = ((Number) row.get("highest_ratio")).doubleValue();
    assertTrue(0 < low && low <= ratio && ratio <= high, row.toString());
    assertEquals(4, Files.readAllLines(markdown).stream().filter(l -> l.startsWith("|")).count());
  }

  @Test
  void refusesWhatMeasuresNothing() {
    assertEquals(2, PeerComparison.run("--rounds=0"));
    assertEquals(2, PeerComparison.run("--variants=t9"));
    assertEquals(2, PeerComparison.run("--tables=cold", "--launcher=" + directory.resolve("none")));
  }
}
