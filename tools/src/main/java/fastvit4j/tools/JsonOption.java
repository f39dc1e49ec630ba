package fastvit4j.tools;

import fastvit4j.model.io.Json;
import java.util.Map;
import picocli.CommandLine.Option;

/** The option {@code --json} of everything that prints results. */
final class JsonOption {
  @Option(names = "--json", description = "Print the results as JSON.")
  private boolean json;

  /** Whether results are wanted as JSON. */
  boolean on() {
    return json;
  }

  /** Writes an object, indented, with a line break after it. */
  static void print(Terminal terminal, Map<String, Object> object) {
    terminal.out().println(text(object));
  }

  /** An object as indented JSON. */
  static String text(Map<String, Object> object) {
    return Json.writePrettyWithoutNulls(object).stripTrailing();
  }
}
