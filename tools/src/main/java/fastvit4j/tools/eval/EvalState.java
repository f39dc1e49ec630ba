package fastvit4j.tools.eval;

import fastvit4j.model.UserException;
import fastvit4j.model.io.AtomicFile;
import fastvit4j.model.io.Json;
import fastvit4j.model.io.JsonFormatException;
import fastvit4j.model.io.Text;
import fastvit4j.tools.bench.Fields;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * How far an evaluation is, kept in a file so that it can go on after an interruption.
 *
 * <pre>
 *   magic line | JSON line: identity, parts | answers of each part, 12 bytes each | CRC-32C of all
 * </pre>
 */
public final class EvalState {
  private static final String MAGIC = "fastvit4j evaluation 1\n";
  private static final long MOST_BYTES = 1L << 30;

  private final Optional<Path> file;
  private final String identity;
  private final Map<String, PartAnswers> parts = new LinkedHashMap<>();

  private EvalState(Optional<Path> file, String identity) {
    this.file = file;
    this.identity = identity;
  }

  /** A state that is in memory alone. */
  public static EvalState inMemory() {
    return new EvalState(Optional.empty(), "");
  }

  /**
   * The state that a file holds, or the beginning if there is no file.
   *
   * @param identity stands for all that the answers depend on: the weights, the preprocessing, the
   *     data
   * @throws UserException if the file is damaged, or of another evaluation
   */
  public static EvalState open(Path file, String identity) {
    EvalState state = new EvalState(Optional.of(file), identity);
    if (Files.exists(file)) {
      try {
        state.read(file);
      } catch (IOException e) {
        throw new UserException("cannot read " + file + ": " + Text.oneLine(String.valueOf(e)), e);
      } catch (JsonFormatException | IllegalArgumentException e) {
        throw new UserException(
            file
                + " is no state of an evaluation, or a damaged one: delete it, or name another"
                + " file with --state",
            e);
      }
    }
    return state;
  }

  private void read(Path path) throws IOException, JsonFormatException {
    if (!Files.isRegularFile(path) || Files.size(path) > MOST_BYTES) {
      throw new IllegalArgumentException("no state");
    }
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(path));
    int end = bytes.limit() - Long.BYTES;
    byte[] magic = MAGIC.getBytes(StandardCharsets.UTF_8);
    if (end < magic.length
        || !bytes.slice(0, magic.length).equals(ByteBuffer.wrap(magic))
        || checksum(bytes.slice(0, end)) != bytes.getLong(end)) {
      throw new IllegalArgumentException("no state");
    }
    int line = magic.length;
    while (line < end && bytes.get(line) != '\n') {
      line++;
    }
    String header =
        StandardCharsets.UTF_8.decode(bytes.slice(magic.length, line - magic.length)).toString();
    Fields json = new Fields("", Json.parseObject(header));
    if (!json.text("identity").equals(identity)) {
      throw new UserException(
          path
              + " is the state of another evaluation (of other weights, pictures or options):"
              + " delete it, or name another file with --state");
    }
    int at = Math.min(line + 1, end);
    for (Fields part : json.objects("parts")) {
      int count = part.integer("count", 0);
      int done = part.integer("done", 0);
      long length = (long) done * PartAnswers.BYTES;
      if (done > count || length > end - at || count > MOST_BYTES / PartAnswers.BYTES) {
        throw new IllegalArgumentException("no state");
      }
      String name = part.text("name");
      parts.put(
          name, new PartAnswers(name, part.text("listing"), count, bytes.slice(at, (int) length)));
      at += (int) length;
    }
  }

  private static long checksum(ByteBuffer bytes) {
    CRC32C checksum = new CRC32C();
    checksum.update(bytes);
    return checksum.getValue();
  }

  /**
   * What is known of a part.
   *
   * @throws UserException if its pictures are not those of the state
   */
  PartAnswers part(String name, List<Sample> samples) {
    String listing = PartAnswers.listing(samples);
    PartAnswers known =
        parts.computeIfAbsent(
            name, _ -> new PartAnswers(name, listing, samples.size(), ByteBuffer.allocate(0)));
    if (!known.listing().equals(listing) || known.count() != samples.size()) {
      throw new UserException(
          "the pictures"
              + (name.isEmpty() ? "" : " of " + name)
              + " are not those that "
              + file.map(Path::toString).orElse("the state")
              + " was begun with: delete it, or name another file with --state");
    }
    known.makeRoom();
    return known;
  }

  /** The answers of a part that was run. */
  PartAnswers part(String name) {
    return parts.get(name);
  }

  /** How many pictures have their answers. */
  public long done() {
    return parts.values().stream().mapToLong(PartAnswers::done).sum();
  }

  /** Writes the file, if there is one: whole or not at all. */
  void save() {
    file.ifPresent(path -> AtomicFile.write(path, channel -> writeTo(channel::write)));
  }

  private interface Sink {
    int write(ByteBuffer bytes) throws IOException;
  }

  private void writeTo(Sink sink) throws IOException {
    List<Object> described = new ArrayList<>();
    for (PartAnswers part : parts.values()) {
      Map<String, Object> map = new LinkedHashMap<>();
      map.put("name", part.name());
      map.put("listing", part.listing());
      map.put("count", part.count());
      map.put("done", part.done());
      described.add(map);
    }
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("identity", identity);
    json.put("parts", described);
    String head = MAGIC + Json.write(json) + "\n";
    CRC32C checksum = new CRC32C();
    List<ByteBuffer> pieces = new ArrayList<>();
    pieces.add(ByteBuffer.wrap(head.getBytes(StandardCharsets.UTF_8)));
    parts.values().forEach(part -> pieces.add(part.known()));
    for (ByteBuffer piece : pieces) {
      checksum.update(piece.duplicate());
      writeFully(sink, piece);
    }
    writeFully(sink, ByteBuffer.allocate(Long.BYTES).putLong(0, checksum.getValue()));
  }

  private static void writeFully(Sink sink, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      sink.write(bytes);
    }
  }
}
