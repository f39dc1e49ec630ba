package fastvit4j.tools;

import java.util.concurrent.Callable;
import picocli.CommandLine.Option;

/** What all subcommands have. */
abstract class Subcommand implements Callable<Integer> {
  /** Where to write. */
  protected final Terminal terminal;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Print this help and exit.")
  boolean help;

  Subcommand(Terminal terminal) {
    this.terminal = terminal;
  }

  /** Does the work and returns the exit status; what stops it is thrown. */
  abstract int run() throws Exception;

  @Override
  public final Integer call() throws Exception {
    return run();
  }
}
