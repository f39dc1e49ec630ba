package fastvit4j.tools.bench;

import fastvit4j.model.UserException;
import fastvit4j.model.io.AtomicFile;
import fastvit4j.model.io.Json;
import fastvit4j.model.io.JsonFormatException;
import fastvit4j.model.io.Text;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;

/** Results as JSON, by the schema that {@code docs/bench.md} describes. */
public final class ResultsFile {
  /** What the file says that it is. */
  static final String SCHEMA = "fastvit4j-bench";

  /** The version of the schema that is written, and the only one that is read. */
  static final int VERSION = 2;

  /** More is none of ours: some hundred configurations of a thousand runs are a few megabytes. */
  private static final long MOST_BYTES = 64L << 20;

  private ResultsFile() {}

  /**
   * Writes results, whole or not at all.
   *
   * @throws UserException if the file cannot be written
   */
  public static void write(Path file, Results results) {
    AtomicFile.writeString(file, text(results));
  }

  /** What the file holds, as maps and lists. */
  public static Map<String, Object> json(Results results) {
    return ResultsJson.of(results);
  }

  /** What the file holds, indented. */
  public static String text(Results results) {
    return Json.writePretty(ResultsJson.of(results));
  }

  /**
   * Reads results.
   *
   * @throws UserException if the file cannot be read, is damaged, or is of another version
   */
  public static Results read(Path file) {
    try {
      if (!Files.isRegularFile(file)) {
        throw new UserException(
            file + " is no file: give one that `fastvit bench --json FILE` has written");
      }
      if (Files.size(file) > MOST_BYTES) {
        throw new UserException(file + " is too large to be results of `fastvit bench`");
      }
      return parse(file.toString(), Files.readString(file));
    } catch (IOException e) {
      throw new UserException("cannot read " + file + ": " + Text.oneLine(String.valueOf(e)), e);
    }
  }

  /**
   * Reads results from the text of a file that messages call {@code name}.
   *
   * @throws UserException if they are damaged, or of another version
   */
  public static Results parse(String name, String text) {
    Fields json;
    try {
      json = new Fields("", Json.parseObject(text));
    } catch (JsonFormatException e) {
      throw new UserException(
          name + " holds no results of `fastvit bench`, or is damaged: " + e.getMessage(), e);
    }
    if (!SCHEMA.equals(json.json().get("schema"))) {
      throw new UserException(
          name + " holds no results of `fastvit bench`: its schema is not " + SCHEMA);
    }
    Object version = json.json().get("schema_version");
    if (!Long.valueOf(VERSION).equals(version)) {
      throw new UserException(
          "%s is of schema version %s, but this program knows version %d: measure again, or take the version of FastViT4J that wrote it"
              .formatted(name, Text.quote(String.valueOf(version)), VERSION));
    }
    try {
      return results(json);
    } catch (IllegalArgumentException | DateTimeParseException e) {
      throw new UserException(name + " is damaged: " + Text.quote(e.getMessage()), e);
    }
  }

  private static Results results(Fields json) {
    Protocol protocol = protocol(json.object("protocol"));
    List<Result> results = json.objects("results").stream().map(ResultFields::result).toList();
    for (Result result : results) {
      if (result.rounds().size() > protocol.rounds()) {
        throw new IllegalArgumentException(result.configuration() + " has too many rounds");
      }
    }
    if (results.stream().map(Result::configuration).distinct().count() < results.size()) {
      throw new IllegalArgumentException("it has a configuration twice");
    }
    return new Results(
        json.text("version"),
        Instant.parse(json.text("started")),
        json.has("finished") ? Instant.parse(json.text("finished")) : null,
        json.map("environment"),
        protocol,
        json.has("weights") ? json.text("weights") : null,
        results);
  }

  private static Protocol protocol(Fields json) {
    return new Protocol(
        json.integer("warm_up_runs", 0),
        json.integer("runs", 1),
        json.integer("rounds", 1),
        json.number("budget_s"));
  }
}
