package fastvit4j.tools;

import fastvit4j.model.Nearest;
import fastvit4j.model.UserException;
import fastvit4j.runtime.DeviceException;
import fastvit4j.tools.fetch.NetworkException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Says what went wrong: one line on standard error, with the stack trace behind it only if it was
 * asked for, and an exit status that tells mistakes of the user (2) from faults of the machine (1).
 */
final class Failures implements IParameterExceptionHandler, IExecutionExceptionHandler {
  static final int MACHINE = 1;
  static final int USER = 2;

  /** What a shell reports of a program that wrote to a closed pipe: 128 + SIGPIPE. */
  static final int BROKEN_PIPE = 141;

  /** What the JVM says of mapped memory whose file has become shorter. */
  private static final String VANISHED = "unsafe memory access";

  private final PrintStream err;
  private final boolean stackTrace;

  Failures(PrintStream err, String[] args) {
    this.err = err;
    this.stackTrace = List.of(args).contains("--stacktrace");
  }

  @Override
  public int handleParseException(ParameterException e, String[] args) {
    return line(e, mistake(e), USER);
  }

  @Override
  public int handleExecutionException(Exception e, CommandLine command, ParseResult parsed) {
    return report(e);
  }

  /** Says what failed and returns the exit status. */
  int report(Throwable e) {
    return switch (e) {
      case UserException mistake -> line(mistake, mistake.getMessage(), USER);
      case ParameterException mistake -> line(mistake, mistake(mistake), USER);
      case DeviceException fault -> line(fault, fault.getMessage(), MACHINE);
      case NetworkException fault -> line(fault, fault.getMessage(), MACHINE);
      case StandardOutput.Failed fault when fault.isBrokenPipe() -> BROKEN_PIPE;
      case StandardOutput.Failed fault -> line(fault, fault.getMessage(), MACHINE);
      case OutOfMemoryError fault ->
          line(
              fault,
              "out of memory: take a smaller batch or input size, or give the JVM more with"
                  + " FASTVIT_OPTS=-Xmx8g",
              MACHINE);
      case InternalError fault when String.valueOf(fault.getMessage()).contains(VANISHED) ->
          line(fault, "a file changed or became unreadable while in use; copy it again", MACHINE);
      default ->
          line(
              e,
              e.getClass().getSimpleName()
                  + (e.getMessage() == null ? "" : ": " + e.getMessage())
                  + " (this should not happen; --stacktrace shows where it did)",
              MACHINE);
    };
  }

  private int line(Throwable e, String message, int status) {
    err.println("fastvit: " + oneLine(message));
    if (stackTrace) {
      e.printStackTrace(err);
    }
    err.flush();
    return status;
  }

  private static String oneLine(String message) {
    return String.valueOf(message).strip().replaceAll("\\s*\\R\\s*", "; ");
  }

  private static String mistake(ParameterException e) {
    CommandSpec command = e.getCommandLine().getCommandSpec();
    String help = " (see " + command.qualifiedName() + " --help)";
    if (e instanceof UnmatchedArgumentException unmatched && !unmatched.getUnmatched().isEmpty()) {
      return unknown(command, unmatched.getUnmatched().getFirst()) + help;
    }
    return decapitalized(e.getMessage()) + help;
  }

  private static String unknown(CommandSpec command, String argument) {
    List<String> names = new ArrayList<>();
    if (argument.startsWith("-")) {
      String option = argument.split("=", 2)[0];
      command.options().forEach(o -> names.addAll(List.of(o.names())));
      List<String> near = Nearest.near(option, names);
      return "unknown option "
          + option
          + (near.isEmpty() ? "" : ": did you mean " + String.join(" or ", near) + "?");
    }
    if (command.subcommands().isEmpty()) {
      return "unexpected argument " + argument;
    }
    names.addAll(command.subcommands().keySet());
    return "unknown command " + argument + ": " + Nearest.hint(argument, names);
  }

  /** Picocli's messages begin with a capital. */
  private static String decapitalized(String message) {
    return message.isEmpty()
        ? message
        : message.substring(0, 1).toLowerCase(Locale.ROOT) + message.substring(1);
  }
}
