package fastvit4j.tools.bench;

import fastvit4j.model.UserException;
import fastvit4j.model.io.Json;
import fastvit4j.model.io.JsonFormatException;
import fastvit4j.model.io.Text;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;

/**
 * A kind of JSON files that people write.
 *
 * @param what it is, for example {@code registry of checkpoints}
 * @param page where its format is described
 * @param format what its field {@code format} says
 * @param version what its field {@code version} says
 * @param reader what makes something of it; whatever is wrong is an {@link
 *     IllegalArgumentException} that names the field, or a {@link UserException}
 * @param <T> what it is made into
 */
public record FieldsFile<T>(
    String what, String page, String format, long version, Function<Fields, T> reader) {
  private static final long MOST_BYTES = 16L << 20;

  /**
   * Reads a file.
   *
   * @throws UserException if it cannot be read or is not of this kind
   */
  public T read(Path file) {
    try {
      if (!Files.isRegularFile(file)) {
        throw new UserException(
            file + " is no file: give a " + what + ", as " + page + " describes");
      }
      if (Files.size(file) > MOST_BYTES) {
        throw new UserException(file + " is too large to be a " + what);
      }
      return parse(file.toString(), new String(Files.readAllBytes(file), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UserException("cannot read " + file + ": " + Text.oneLine(String.valueOf(e)), e);
    }
  }

  /**
   * Reads a file's text.
   *
   * @param name what to call it in messages
   * @throws UserException if it is not of this kind; the message names the field
   */
  public T parse(String name, String text) {
    try {
      Fields fields = new Fields("", Json.parseObject(text));
      if (!format.equals(fields.text("format"))) {
        throw new IllegalArgumentException("format must be \"" + format + "\"");
      }
      if (fields.whole("version", 1) != version) {
        throw new IllegalArgumentException(
            "version "
                + fields.whole("version", 1)
                + " is not "
                + version
                + ", which this program reads");
      }
      return reader.apply(fields);
    } catch (JsonFormatException | IllegalArgumentException e) {
      throw new UserException(
          name
              + " is no "
              + what
              + ": "
              + Text.oneLine(String.valueOf(e.getMessage()))
              + " ("
              + page
              + " describes the format)",
          e);
    }
  }
}
