package fastvit4j.tools;

import java.util.Locale;

/**
 * A bar on standard error for work of more than a second, where standard error is a terminal; it is
 * wiped when the work is done.
 */
final class Progress implements AutoCloseable {
  private static final long PATIENCE_NANOS = 1_000_000_000L;
  private static final long INTERVAL_NANOS = 100_000_000L;
  private static final int WIDTH = 24;

  private final Terminal terminal;
  private final String what;
  private final long total;
  private final long start = System.nanoTime();
  private long done;
  private long lastDrawn = start;
  private boolean drawn;

  /**
   * Begins.
   *
   * @param what is being done, for example {@code evaluating}
   * @param total how many steps there are
   */
  Progress(Terminal terminal, String what, long total) {
    this.terminal = terminal;
    this.what = what;
    this.total = total;
  }

  /** Says that another step is done. */
  void step() {
    step(1);
  }

  /** Says that more steps are done. */
  void step(long count) {
    done += count;
    long now = System.nanoTime();
    if (!terminal.errIsTerminal()
        || now - start < PATIENCE_NANOS
        || now - lastDrawn < INTERVAL_NANOS) {
      return;
    }
    drawn = true;
    lastDrawn = now;
    terminal.err().print("\r" + line(what, done, total, (now - start) / 1e9) + "\u001b[K");
    terminal.err().flush();
  }

  /** Wipes the bar, before something else is written. */
  void wipe() {
    if (drawn) {
      terminal.err().print("\r\u001b[K");
      terminal.err().flush();
      drawn = false;
    }
  }

  @Override
  public void close() {
    wipe();
  }

  /** For example {@code evaluating [######------------------] 90/360, 3 s left}. */
  static String line(String what, long done, long total, double seconds) {
    int filled = total == 0 ? WIDTH : (int) (WIDTH * Math.min(done, total) / total);
    String left =
        done == 0
            ? ""
            : String.format(Locale.ROOT, ", %.0f s left", seconds * (total - done) / done);
    return what
        + " ["
        + "#".repeat(filled)
        + "-".repeat(WIDTH - filled)
        + "] "
        + done
        + "/"
        + total
        + left;
  }
}
