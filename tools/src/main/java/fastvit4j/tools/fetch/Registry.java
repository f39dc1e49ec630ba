package fastvit4j.tools.fetch;

import fastvit4j.model.Nearest;
import fastvit4j.model.UserException;
import fastvit4j.model.io.Text;
import fastvit4j.tools.bench.FieldsFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
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
  private static final FieldsFile<Registry> FILE =
      new FieldsFile<>(
          "registry of checkpoints",
          "docs/checkpoints.md",
          "fastvit4j-registry",
          1,
          fields -> new Registry(RegistryReader.read(fields)));

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
    return FILE.read(file);
  }

  /**
   * Reads a registry's text.
   *
   * @param name what to call it in messages
   * @throws UserException if it is no registry; the message names the field
   */
  public static Registry parse(String name, String text) {
    return FILE.parse(name, text);
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
