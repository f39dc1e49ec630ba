package fastvit4j.tools;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/**
 * Standard output that does not hide failures as {@link java.io.PrintStream} does: a write that
 * fails throws {@link Failed}, so that a command whose reader has gone stops.
 */
final class StandardOutput extends OutputStream {
  private final BufferedOutputStream buffer;

  StandardOutput(OutputStream target, int size) {
    buffer = new BufferedOutputStream(target, size);
  }

  /** A write that failed. */
  static final class Failed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Failed(IOException cause) {
      super("cannot write to standard output: " + cause.getMessage(), cause);
    }

    /** Whether the reader has gone, as in {@code fastvit models | head -1}. */
    boolean isBrokenPipe() {
      return String.valueOf(getCause().getMessage()).contains("Broken pipe");
    }
  }

  @Override
  public void write(int b) {
    try {
      buffer.write(b);
    } catch (IOException e) {
      throw new Failed(e);
    }
  }

  @Override
  public void write(byte[] bytes, int offset, int length) {
    try {
      buffer.write(bytes, offset, length);
    } catch (IOException e) {
      throw new Failed(e);
    }
  }

  @Override
  public void flush() {
    try {
      buffer.flush();
    } catch (IOException e) {
      throw new Failed(e);
    }
  }
}
