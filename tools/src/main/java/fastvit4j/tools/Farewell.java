package fastvit4j.tools;

import java.util.function.Supplier;

/** What is said when a command is interrupted, by Ctrl-C or a signal, until it is closed. */
final class Farewell implements AutoCloseable {
  private final Thread hook;

  /**
   * Begins.
   *
   * @param progress is wiped before
   * @param words what has become of the work and how to go on, asked for when it is time
   */
  Farewell(Terminal terminal, Progress progress, Supplier<String> words) {
    hook =
        new Thread(
            () -> {
              progress.wipe();
              terminal.err().println("fastvit: interrupted; " + words.get());
              terminal.err().flush();
            },
            "fastvit-interrupted");
    Runtime.getRuntime().addShutdownHook(hook);
  }

  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process is ending: the hook is running.
    }
  }
}
