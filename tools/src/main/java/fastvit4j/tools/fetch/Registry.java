package fastvit4j.tools.fetch;

import fastvit4j.model.Nearest;
import fastvit4j.model.UserException;
import fastvit4j.model.io.Json;
import fastvit4j.model.io.JsonFormatException;
import fastvit4j.model.io.Text;
import fastvit4j.tools.bench.Fields;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The published checkpoints that are known, by name. {@code docs/checkpoints.md} has the format.
 */
public final class Registry {
  private static final String RESOURCE = "models.json";
  private static final long MOST_BYTES = 16L << 20;

  private final Map<String, PublishedModel> models;

  private Registry(Collection<PublishedModel> models) {
    this.models = new LinkedHashMap<>();
    models.forEach(model -> this.models.put(model.name(), model));
  }

  /** The registry that the program brings. */
  public static Registry bundled() {
    try (InputStream in = Registry.class.getResourceAsStream(RESOURCE)) {
      return parse("the bundled registry", new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException("the bundled registry cannot be read", e);
    }
  }

  /**
   * Reads a registry file.
   *
   * @throws UserException if it cannot be read or is no registry
   */
  public static Registry read(Path file) {
    try {
      if (!Files.isRegularFile(file)) {
        throw new UserException(
            file + " is no file: give a registry, as docs/checkpoints.md describes");
      }
      if (Files.size(file) > MOST_BYTES) {
        throw new UserException(file + " is too large to be a registry of checkpoints");
      }
      return parse(file.toString(), new String(Files.readAllBytes(file), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UserException("cannot read " + file + ": " + Text.oneLine(String.valueOf(e)), e);
    }
  }

  /**
   * Reads a registry's text.
   *
   * @param name what to call it in messages
   * @throws UserException if it is no registry; the message names the field
   */
  public static Registry parse(String name, String text) {
    try {
      return new Registry(RegistryReader.read(new Fields("", Json.parseObject(text))));
    } catch (JsonFormatException | IllegalArgumentException e) {
      throw new UserException(
          name
              + " is no registry of checkpoints: "
              + Text.oneLine(String.valueOf(e.getMessage()))
              + " (docs/checkpoints.md describes the format)",
          e);
    }
  }

  /** This registry with another's models before its own, in whose place they are if named alike. */
  public Registry with(Registry other) {
    Map<String, PublishedModel> all = new LinkedHashMap<>(other.models);
    models.forEach(all::putIfAbsent);
    return new Registry(all.values());
  }

  /** All models, in the registry's order. */
  public List<PublishedModel> models() {
    return List.copyOf(models.values());
  }

  /**
   * The model of a name or an alias, in any case.
   *
   * @throws UserException if there is none; the message names the nearest ones
   */
  public PublishedModel find(String name) {
    for (PublishedModel model : models.values()) {
      if (model.name().equalsIgnoreCase(name)) {
        return model;
      }
    }
    List<String> names = new ArrayList<>();
    for (PublishedModel model : models.values()) {
      if (model.aliases().stream().anyMatch(name::equalsIgnoreCase)) {
        return model;
      }
      names.addAll(model.aliases());
    }
    names.addAll(models.keySet());
    List<String> near = Nearest.near(name, names);
    throw new UserException(
        "no model "
            + Text.quote(name)
            + ": "
            + (near.isEmpty()
                ? "`fastvit fetch --list` lists them"
                : "did you mean " + String.join(" or ", near) + "?"));
  }
}
