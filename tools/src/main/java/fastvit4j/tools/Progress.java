package fastvit4j.tools;

import java.util.Locale;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

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
  private final LongSupplier clock;
  private final long start;
  private long done;
  private long lastDrawn;
  private boolean drawn;

  /**
   * Begins.
   *
   * @param what is being done, for example {@code evaluating}
   * @param total how many steps there are
   */
  Progress(Terminal terminal, String what, long total) {
    this(terminal, what, total, System::nanoTime);
  }

  /** Begins, by a clock of nanoseconds. */
  Progress(Terminal terminal, String what, long total, LongSupplier clock) {
    this.clock = clock;
    this.start = clock.getAsLong();
    this.lastDrawn = start;
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
    draw(() -> line(what, done, total, (clock.getAsLong() - start) / 1e9));
  }

  /** Says what is being done, and how many steps are. */
  void at(String doing, long count) {
    done = count;
    draw(() -> line(doing, done, total, (clock.getAsLong() - start) / 1e9));
  }

  /**
   * Says what is being done, where the time is known better than the number of steps.
   *
   * @param doing is shown instead of what was said at the beginning
   * @param seconds that it has taken
   * @param left seconds that it will still take, NaN if that is not known
   */
  void at(String doing, double seconds, double left) {
    draw(() -> line(doing, seconds, left));
  }

  private void draw(Supplier<String> line) {
    long now = clock.getAsLong();
    if (!terminal.errIsTerminal()
        || now - start < PATIENCE_NANOS
        || now - lastDrawn < INTERVAL_NANOS) {
      return;
    }
    drawn = true;
    lastDrawn = now;
    terminal.err().print("\r" + line.get() + "\u001b[K");
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
    return bar(what, filled) + done + "/" + total + left;
  }

  /** For example {@code round 3 of 10 [######------------------] 25 %, 90 s left}. */
  static String line(String what, double seconds, double left) {
    if (Double.isNaN(left)) {
      return bar(what, 0).strip();
    }
    double part = seconds + left == 0 ? 1 : seconds / (seconds + left);
    return bar(what, (int) (WIDTH * part))
        + String.format(Locale.ROOT, "%.0f %%, %.0f s left", 100 * part, left);
  }

  private static String bar(String what, int filled) {
    return what + " [" + "#".repeat(filled) + "-".repeat(WIDTH - filled) + "] ";
  }
}
