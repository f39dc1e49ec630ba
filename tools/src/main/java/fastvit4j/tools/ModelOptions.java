package fastvit4j.tools;

import fastvit4j.model.KnownModel;
import fastvit4j.model.KnownModels;
import fastvit4j.model.Model;
import fastvit4j.model.UserException;
import fastvit4j.model.checkpoint.Checkpoint;
import fastvit4j.model.fastvit.Variant;
import fastvit4j.reparam.Reparameterization;
import fastvit4j.tools.fetch.ModelCache;
import fastvit4j.tools.fetch.Receipt;
import fastvit4j.tools.fetch.Registry;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Which network to use. */
final class ModelOptions {
  /** The bundled model: a small FastViT, trained on scikit-learn's handwritten digits. */
  private static final String BUNDLED = "digits/fastvit_digits.safetensors";

  @Option(
      names = "--weights",
      paramLabel = "FILE",
      description =
          "Checkpoint to use, a safetensors or PyTorch file (default: the bundled model of"
              + " handwritten digits).")
  private Path weights;

  @Option(
      names = "--variant",
      paramLabel = "NAME",
      description =
          "Model that the checkpoint must be of, as `fastvit models` lists them (default: as"
              + " the file says).")
  private String variant;

  @Option(
      names = "--cache",
      paramLabel = "DIR",
      description =
          "Where `fastvit fetch` keeps checkpoints (default: FASTVIT_CACHE, else where the platform"
              + " keeps caches).")
  private Path cache;

  private Receipt fetched;

  /** The bundled model, unless the command line names another. */
  ModelOptions() {
    this(null);
  }

  /** A checkpoint's model, or the bundled one for null. */
  ModelOptions(Path weights) {
    this.weights = weights;
  }

  /** Whether a variant was given without weights. */
  boolean isVariantAlone() {
    return weights == null && variant != null;
  }

  /** The variant's name, or null. */
  String variant() {
    return variant;
  }

  /**
   * Opens the checkpoint and says on standard error what the user should know of it.
   *
   * @throws UserException if it cannot be read or is not what the options say
   */
  Checkpoint open(Terminal terminal) {
    if (isVariantAlone()) {
      fetched = fetched(KnownModels.named(variant));
      terminal.err().println("fastvit: " + fetched.name() + " from the cache");
    }
    Path file = fetched == null ? weights : fetched.file();
    Checkpoint checkpoint = file == null ? bundled() : open(file, variant);
    try {
      warn(checkpoint, terminal);
      return checkpoint;
    } catch (Throwable e) {
      checkpoint.close();
      throw e;
    }
  }

  /** The registry's name of the checkpoint that was opened, if it came from the cache. */
  Optional<String> published() {
    return Optional.ofNullable(fetched).map(Receipt::name);
  }

  /** The first of a model's checkpoints in the cache. */
  private Receipt fetched(KnownModel model) {
    String missing =
        "--variant " + model.name() + " needs a checkpoint: give it with --weights FILE";
    Variant known =
        Arrays.stream(Variant.values())
            .filter(v -> v.name().toLowerCase(Locale.ROOT).equals(model.name()))
            .findFirst()
            .orElseThrow(() -> new UserException(missing));
    ModelCache models = cache == null ? ModelCache.standard() : new ModelCache(cache);
    return models.find(known, Registry.bundled()).stream()
        .findFirst()
        .orElseThrow(
            () ->
                new UserException(
                    missing
                        + ", or download a published one with `fastvit fetch "
                        + model.name()
                        + "` (the cache "
                        + models.directory()
                        + " has none)"));
  }

  /**
   * The checkpoint's network with everything folded, with the input that the registry named for a
   * checkpoint from the cache.
   */
  Model network(Checkpoint checkpoint) {
    Model model = inference(checkpoint);
    return Optional.ofNullable(fetched)
        .flatMap(Receipt::input)
        .map(input -> new Model(model.graph(), model.form(), input, model.labels()))
        .orElse(model);
  }

  /** Opens a checkpoint, which must be of the variant if that is not null. */
  static Checkpoint open(Path file, String variant) {
    return variant == null
        ? Checkpoint.open(file)
        : Checkpoint.open(file, KnownModels.named(variant).architecture());
  }

  /** Says on standard error what the user should know of a checkpoint. */
  static void warn(Checkpoint checkpoint, Terminal terminal) {
    checkpoint
        .warnings()
        .forEach(warning -> terminal.err().println("fastvit: warning: " + warning));
  }

  /** The checkpoint's network with everything folded, which is what runs unless asked otherwise. */
  static Model inference(Checkpoint checkpoint) {
    return Reparameterization.full().apply(checkpoint.model());
  }

  /** The model that the program brings. */
  static Checkpoint bundled() {
    try (InputStream stream = ModelOptions.class.getResourceAsStream(BUNDLED)) {
      return Checkpoint.of("the bundled model", MemorySegment.ofArray(stream.readAllBytes()));
    } catch (IOException e) {
      throw new UncheckedIOException("the bundled model cannot be read", e);
    }
  }
}
