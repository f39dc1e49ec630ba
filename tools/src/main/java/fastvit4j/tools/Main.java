package fastvit4j.tools;

import java.io.PrintStream;

/** The command {@code fastvit}. */
public final class Main {
  private Main() {}

  /** Runs the command with the process's streams and exits with its status. */
  public static void main(String[] args) {
    Terminal terminal = Terminal.ofProcess(System.getenv());
    System.setErr(terminal.err());
    System.exit(run(args, terminal));
  }

  /**
   * Runs the command.
   *
   * @param args the command's arguments
   * @param out where results go
   * @param err where messages go
   * @return the exit status: 0, 1 for a fault of the machine, 2 for a mistake of the user
   */
  public static int run(String[] args, PrintStream out, PrintStream err) {
    return run(args, Terminal.of(out, err));
  }

  static int run(String[] args, Terminal terminal) {
    Failures failures = new Failures(terminal.err(), args);
    try {
      int status = FastViTCommand.commandLine(terminal, failures, args).execute(args);
      terminal.out().flush();
      return status;
    } catch (Throwable e) {
      return failures.report(e);
    }
  }
}
