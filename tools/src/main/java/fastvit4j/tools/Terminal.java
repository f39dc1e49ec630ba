package fastvit4j.tools;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * Where the command writes: results to {@code out}, everything else to {@code err}.
 *
 * @param out standard output, for results
 * @param err standard error, for messages and progress
 * @param outIsTerminal whether somebody looks at {@code out}
 * @param errIsTerminal whether somebody looks at {@code err}
 * @param colours whether to write colours to {@code out}
 */
record Terminal(
    PrintStream out,
    PrintStream err,
    boolean outIsTerminal,
    boolean errIsTerminal,
    boolean colours) {
  private static final int BUFFER = 1 << 14;

  /**
   * The process's own streams. The launcher says which of them are terminals, in the property
   * {@code fastvit.terminal}, and on which descriptor the real standard error is, in the variable
   * {@code FASTVIT_STDERR}.
   */
  static Terminal ofProcess(Map<String, String> environment) {
    List<String> terminals = List.of(System.getProperty("fastvit.terminal", "").split(","));
    FileDescriptor error =
        "0".equals(environment.get("FASTVIT_STDERR")) ? FileDescriptor.in : FileDescriptor.err;
    PrintStream err =
        new PrintStream(new FileOutputStream(error), /* autoFlush= */ true, StandardCharsets.UTF_8);
    PrintStream out =
        new PrintStream(
            new StandardOutput(new FileOutputStream(FileDescriptor.out), BUFFER),
            /* autoFlush= */ false,
            StandardCharsets.UTF_8);
    boolean outIsTerminal = terminals.contains("out");
    return new Terminal(
        out,
        err,
        outIsTerminal,
        terminals.contains("err"),
        outIsTerminal && wantsColours(environment));
  }

  /** Streams that nobody looks at. */
  static Terminal of(PrintStream out, PrintStream err) {
    return new Terminal(out, err, false, false, false);
  }

  /** Writes a remark below a table, in lines that fit. */
  void note(String text) {
    Text.wrapped(text).forEach(line -> out.println(faint(line)));
  }

  /** The text in bold where there are colours. */
  String bold(String text) {
    return styled("1", text);
  }

  /** The text in faint letters where there are colours. */
  String faint(String text) {
    return styled("2", text);
  }

  /** The text in green where there are colours. */
  String green(String text) {
    return styled("32", text);
  }

  private String styled(String code, String text) {
    return colours ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
  }

  /** See https://no-color.org. */
  private static boolean wantsColours(Map<String, String> environment) {
    return environment.getOrDefault("NO_COLOR", "").isEmpty()
        && !"dumb".equals(environment.get("TERM"));
  }
}
