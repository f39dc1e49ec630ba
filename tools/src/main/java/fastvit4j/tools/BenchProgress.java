package fastvit4j.tools;

import fastvit4j.tools.bench.Benchmark;
import fastvit4j.tools.bench.Results;
import fastvit4j.tools.bench.ResultsFile;
import java.nio.file.Path;

/**
 * Shows how far a benchmark has come, and keeps its results in a file as they come in, so that
 * nothing is lost when it is interrupted.
 */
final class BenchProgress implements Benchmark.Watcher, AutoCloseable {
  private final Terminal terminal;
  private final Path file;
  private final Progress progress;
  private final Thread farewell;

  /**
   * Begins.
   *
   * @param file where results are kept, or null
   * @param unfinished what there is to begin with; it is written, as a file that cannot be written
   *     had better be known now
   */
  BenchProgress(Terminal terminal, Path file, Results unfinished) {
    this.terminal = terminal;
    this.file = file;
    keep(unfinished);
    progress = new Progress(terminal, "measuring", 0);
    farewell = new Thread(this::interrupted, "fastvit-bench-interrupted");
    if (file != null) {
      Runtime.getRuntime().addShutdownHook(farewell);
    }
  }

  @Override
  public void at(String what, double seconds, double left) {
    progress.at(what, seconds, left);
  }

  @Override
  public void keep(Results results) {
    if (file != null) {
      ResultsFile.write(file, results);
    }
  }

  private void interrupted() {
    progress.wipe();
    terminal.err().println("fastvit: interrupted; go on with fastvit bench --resume " + file);
    terminal.err().flush();
  }

  @Override
  public void close() {
    progress.close();
    if (file != null) {
      try {
        Runtime.getRuntime().removeShutdownHook(farewell);
      } catch (IllegalStateException e) {
        // The process is ending: the hook is running.
      }
    }
  }
}
