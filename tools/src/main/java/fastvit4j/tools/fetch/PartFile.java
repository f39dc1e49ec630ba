package fastvit4j.tools.fetch;

import fastvit4j.model.UserException;
import fastvit4j.model.io.AtomicFile;
import fastvit4j.model.io.Json;
import fastvit4j.model.io.JsonFormatException;
import fastvit4j.model.io.Text;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The part of a file that has come, and beside it, in {@code FILE.json}, which file it is a part
 * of: its address and the server's validator (a strong ETag, else the date of the last change).
 */
final class PartFile {
  private static final long MOST_NOTE_BYTES = 1 << 16;

  private final Path path;
  private final URI url;

  PartFile(Path path, URI url) {
    this.path = path;
    this.url = url;
  }

  Path path() {
    return path;
  }

  private Path note() {
    return path.resolveSibling(path.getFileName() + ".json");
  }

  /** How much of it can be built upon. */
  long length() {
    try {
      return validator() == null ? 0 : Files.size(path);
    } catch (IOException e) {
      return 0;
    }
  }

  /** The validator of what is there; null if there is none, or if it is of another address. */
  String validator() {
    try {
      if (!Files.isRegularFile(path)
          || !Files.isRegularFile(note())
          || Files.size(note()) > MOST_NOTE_BYTES) {
        return null;
      }
      Map<String, Object> json = Json.parseObject(Files.readString(note()));
      boolean same = url.toString().equals(json.get("url"));
      return same && json.get("validator") instanceof String validator ? validator : null;
    } catch (IOException | JsonFormatException e) {
      return null;
    }
  }

  /** Starts anew, with a validator or null. */
  void begin(String validator) throws IOException {
    clear();
    writing(
        () -> {
          Files.createFile(path);
          return null;
        });
    if (validator != null) {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("url", url.toString());
      json.put("validator", validator);
      AtomicFile.writeString(note(), Json.writePretty(json));
    }
  }

  /** Removes both files. */
  void clear() throws IOException {
    Files.deleteIfExists(note());
    Files.deleteIfExists(path);
  }

  FileChannel open(long position) {
    return writing(() -> Transfer.openAt(path, position));
  }

  void append(FileChannel channel, ByteBuffer buffer) {
    writing(
        () -> {
          AtomicFile.writeFully(channel, buffer);
          return null;
        });
  }

  void force(FileChannel channel) {
    writing(
        () -> {
          channel.force(true);
          return null;
        });
  }

  private interface Writing<T> {
    T run() throws IOException;
  }

  /** The disk's failures are not the network's, and no reason to try again. */
  private <T> T writing(Writing<T> body) {
    try {
      return body.run();
    } catch (IOException e) {
      throw new UserException(
          path
              + " cannot be written: "
              + Text.oneLine(e.getMessage() == null ? e.toString() : e.getMessage())
              + "; free some space, or name another place with --cache or FASTVIT_CACHE",
          e);
    }
  }
}
