package fastvit4j.tools;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import tools.jackson.jr.ob.JSON;

/**
 * One run of the command, in this process.
 *
 * @param status the exit status
 * @param out standard output
 * @param err standard error
 */
record Run(int status, String out, String err) {
  /** Runs the command. */
  static Run of(String... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int status =
        Main.run(
            args,
            new PrintStream(out, false, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8));
    return new Run(
        status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  /** Standard output as a JSON object. */
  Map<String, Object> json() {
    return JSON.std.mapFrom(out);
  }

  /** The list of objects under a key of an object. */
  @SuppressWarnings("unchecked")
  static List<Map<String, Object>> list(Map<String, Object> object, String key) {
    return (List<Map<String, Object>>) object.get(key);
  }

  /** The object under a key of an object. */
  @SuppressWarnings("unchecked")
  static Map<String, Object> object(Map<String, Object> object, String key) {
    return (Map<String, Object>) object.get(key);
  }
}
