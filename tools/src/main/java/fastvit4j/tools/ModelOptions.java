package fastvit4j.tools;

import fastvit4j.model.KnownModels;
import fastvit4j.model.Model;
import fastvit4j.model.UserException;
import fastvit4j.model.checkpoint.Checkpoint;
import fastvit4j.reparam.Reparameterization;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
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
      throw new UserException(
          "--variant "
              + KnownModels.named(variant).name()
              + " needs a checkpoint: give it with --weights FILE");
    }
    Checkpoint checkpoint = weights == null ? bundled() : open(weights, variant);
    try {
      warn(checkpoint, terminal);
      return checkpoint;
    } catch (Throwable e) {
      checkpoint.close();
      throw e;
    }
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
