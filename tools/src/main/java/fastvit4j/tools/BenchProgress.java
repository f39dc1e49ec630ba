package fastvit4j.tools;

import fastvit4j.tools.bench.Benchmark;
import fastvit4j.tools.bench.Results;
import fastvit4j.tools.bench.ResultsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Shows how far a benchmark has come, and keeps its results in a file as they come in, or in a
 * temporary one when it is interrupted, so that nothing is lost.
 */
final class BenchProgress implements Benchmark.Watcher, AutoCloseable {
  private final Path file;
  private final Progress progress;
  private final Farewell farewell;
  private volatile Results latest;

  /**
   * Begins.
   *
   * @param file where results are kept, or null
   * @param unfinished what there is to begin with; it is written, as a file that cannot be written
   *     had better be known now
   */
  BenchProgress(Terminal terminal, Path file, Results unfinished) {
    this.file = file;
    keep(unfinished);
    progress = new Progress(terminal, "measuring", 0);
    farewell = new Farewell(terminal, progress, this::wayOn);
  }

  @Override
  public void at(String what, double seconds, double left) {
    progress.at(what, seconds, left);
  }

  @Override
  public void keep(Results results) {
    latest = results;
    if (file != null) {
      ResultsFile.write(file, results);
    }
  }

  /** How to go on; what no file was named for is kept among the temporary files. */
  private String wayOn() {
    try {
      Path kept = file;
      if (kept == null) {
        kept = Files.createTempFile("fastvit-bench-", ".json");
        Files.writeString(kept, ResultsFile.text(latest));
      }
      return "go on with fastvit bench --resume " + kept;
    } catch (IOException e) {
      return "what was measured could not be kept: " + e;
    }
  }

  @Override
  public void close() {
    progress.close();
    farewell.close();
  }
}
