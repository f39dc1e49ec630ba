package fastvit4j.tests.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import fastvit4j.tools.Main;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import tools.jackson.jr.ob.JSON;

/**
 * One run of the command, in this process.
 *
 * @param status the exit status
 * @param out what it printed to standard output
 * @param err what it printed to standard error
 */
record Command(int status, String out, String err) {
  static Command run(String... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int status =
        Main.run(
            args,
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8));
    return new Command(
        status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  /** Runs a command that must succeed. */
  static Command succeed(String... args) {
    Command command = run(args);
    assertEquals(0, command.status, command.err);
    return command;
  }

  /** What it printed, all of it one JSON object. */
  Map<String, Object> json() {
    return JSON.std.mapFrom(out);
  }
}
