package fastvit4j.tools.fetch;

import fastvit4j.model.fastvit.Variant;
import fastvit4j.model.image.Preprocessing;
import fastvit4j.model.io.Json;
import fastvit4j.model.io.JsonFormatException;
import fastvit4j.tools.bench.Fields;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What is noted beside a file in the cache, in {@code FILE.json}, once it is verified.
 *
 * @param file the checkpoint
 * @param name the model's name in the registry
 * @param variant its variant, if it is one of the paper's
 * @param bytes the file's size
 * @param sha256 the file's SHA-256
 * @param input how pictures are prepared for it, if the registry said so
 */
public record Receipt(
    Path file,
    String name,
    Optional<Variant> variant,
    long bytes,
    String sha256,
    Optional<Preprocessing> input) {
  private static final long MOST_BYTES = 1 << 16;

  /** Where the receipt of a file is. */
  static Path path(Path file) {
    return file.resolveSibling(file.getFileName() + ".json");
  }

  /** The receipt's text. */
  String text() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("name", name);
    variant.ifPresent(v -> json.put("variant", v.name().toLowerCase(Locale.ROOT)));
    json.put("bytes", bytes);
    json.put("sha256", sha256);
    input.ifPresent(
        i -> {
          Map<String, Object> map = new LinkedHashMap<>();
          map.put("size", i.height());
          map.put("crop", i.crop());
          map.put("mean", i.mean());
          map.put("std", i.std());
          json.put("input", map);
        });
    return Json.writePretty(json);
  }

  /**
   * The receipt of a file that is still there in its size; empty if there is none that is whole.
   */
  static Optional<Receipt> of(Path file) {
    Path path = path(file);
    try {
      if (!Files.isRegularFile(file)
          || !Files.isRegularFile(path)
          || Files.size(path) > MOST_BYTES) {
        return Optional.empty();
      }
      Fields json = new Fields("", Json.parseObject(Files.readString(path)));
      Receipt receipt =
          new Receipt(
              file,
              json.text("name"),
              json.has("variant") ? Optional.of(RegistryReader.variant(json)) : Optional.empty(),
              json.whole("bytes", 1),
              RegistryReader.sha256(json),
              json.has("input")
                  ? Optional.of(RegistryReader.input(json.object("input")))
                  : Optional.empty());
      return Files.size(file) == receipt.bytes ? Optional.of(receipt) : Optional.empty();
    } catch (IOException | JsonFormatException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
