package fastvit4j.runtime.tornado;

import fastvit4j.model.io.AtomicFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * What was found for one environment, as text: a line that says what the file is, the environment,
 * the cases, and a last line with the checksum of all before it.
 */
final class TuningFile {
  private static final String TITLE = "fastvit4j tuning 1";
  private static final String ENVIRONMENT = "environment ";
  private static final String CHECKSUM = "checksum ";
  private static final int MOST_BYTES = 1 << 24;

  private TuningFile() {}

  /** Writes a file beside, and moves it into place. */
  static void write(Path file, String environment, List<TunedCase> cases) {
    List<String> lines = new ArrayList<>();
    cases.forEach(one -> lines.addAll(one.lines()));
    writeLines(file, environment, lines);
  }

  /** Writes anything that was found. */
  static void writeLines(Path file, String environment, List<String> found) {
    List<String> lines = new ArrayList<>(List.of(TITLE, ENVIRONMENT + environment));
    lines.addAll(found);
    String text = String.join("\n", lines) + "\n";
    AtomicFile.writeString(file, text + CHECKSUM + checksum(text) + "\n");
  }

  /**
   * The cases of a file.
   *
   * @throws IOException if the file is not whole, or of another environment, or no such file: the
   *     message says which
   */
  static List<TunedCase> read(Path file, String environment) throws IOException {
    return read(file, environment, TunedCase::parse);
  }

  /** The same of anything that was found, by what makes it of its lines. */
  static <T> T read(Path file, String environment, Function<List<String>, T> parser)
      throws IOException {
    if (!Files.isRegularFile(file) || Files.size(file) > MOST_BYTES) {
      throw new IOException("it is no file of tuning results");
    }
    String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    int end = text.lastIndexOf('\n', text.length() - 2) + 1;
    String body = text.substring(0, end);
    if (!text.startsWith(TITLE + "\n")) {
      throw new IOException("it is no file of tuning results, or of another version");
    }
    if (!text.substring(end).equals(CHECKSUM + checksum(body) + "\n")) {
      throw new IOException("it is damaged or cut off");
    }
    List<String> lines = body.lines().toList();
    if (lines.size() < 2 || !lines.get(1).equals(ENVIRONMENT + environment)) {
      throw new IOException("it is of another device, driver or version");
    }
    try {
      return parser.apply(lines.subList(2, lines.size()));
    } catch (IllegalArgumentException e) {
      throw new IOException("it is damaged: " + e.getMessage(), e);
    }
  }

  private static String checksum(String text) {
    return Sha256.of(text.getBytes(StandardCharsets.UTF_8));
  }
}
