package fastvit4j.tools;

import fastvit4j.model.graph.Graph;
import fastvit4j.runtime.CompileListener;
import fastvit4j.runtime.Device;
import fastvit4j.runtime.Session;
import fastvit4j.runtime.SessionOptions;

/**
 * A bar with the kernel's name while a session compiles. Also while it compiles once more later,
 * for an input of another shape.
 */
class CompileProgress implements CompileListener, AutoCloseable {
  /** Letters of a name that are shown, so that the bar stays on one line. */
  private static final int MOST_LETTERS = 28;

  private final Terminal terminal;
  private Progress bar;

  /** Draws nothing until something compiles for a second. */
  CompileProgress(Terminal terminal) {
    this.terminal = terminal;
  }

  /** Compiles a graph under a bar, which is wiped whatever comes of it. */
  static Session compile(Terminal terminal, Device device, Graph graph, SessionOptions options) {
    try (CompileProgress progress = new CompileProgress(terminal)) {
      return device.compile(graph, options.withProgress(progress));
    }
  }

  @Override
  public void compiled(int done, int total, String next) {
    if (bar == null) {
      bar = newBar(terminal, total);
    }
    String name = next.length() <= MOST_LETTERS ? next : next.substring(0, MOST_LETTERS - 1) + "…";
    bar.at("compiling " + name, done);
    if (done == total) {
      close();
    }
  }

  /** A bar for so many parts. */
  Progress newBar(Terminal on, int total) {
    return new Progress(on, "compiling", total);
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
      bar = null;
    }
  }
}
