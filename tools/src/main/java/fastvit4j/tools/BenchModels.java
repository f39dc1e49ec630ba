package fastvit4j.tools;

import fastvit4j.model.KnownModel;
import fastvit4j.model.KnownModels;
import fastvit4j.model.Model;
import fastvit4j.model.Nearest;
import fastvit4j.model.Published;
import fastvit4j.model.UserException;
import fastvit4j.model.checkpoint.Checkpoint;
import fastvit4j.model.fastvit.Form;
import fastvit4j.reparam.Reparameterization;
import fastvit4j.tools.bench.Configuration;
import fastvit4j.tools.bench.ModelSource;
import fastvit4j.tools.bench.Result;
import fastvit4j.tools.preset.Presets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The models that can be measured: those known by name with synthetic weights, the bundled model,
 * and one checkpoint. The checkpoint last used stays open until this is closed.
 */
final class BenchModels implements ModelSource, AutoCloseable {
  /** The name that stands for all variants. */
  static final String ALL = "all";

  /** The name that stands for all of the paper's competitors. */
  static final String PEERS = "peers";

  private static final String DIGITS = "digits";

  private final Path weights;
  private String openName = "";
  private Checkpoint open;
  private Model last;

  /** Models by name, and that of a checkpoint, which may be null. */
  BenchModels(Path weights) {
    this.weights = weights;
  }

  /** What a checkpoint's model is called. */
  static String nameOf(Path weights) {
    return String.valueOf(weights.getFileName());
  }

  /**
   * The names that were given, as they are measured under.
   *
   * @throws UserException if there is no such model
   */
  static List<String> names(List<String> given) {
    return names(given, List.of(DIGITS));
  }

  /**
   * The same without the bundled model.
   *
   * @throws UserException if there is no such model
   */
  static List<String> known(List<String> given) {
    return names(given, List.of());
  }

  private static List<String> names(List<String> given, List<String> besides) {
    List<String> known = new ArrayList<>(besides);
    known.addAll(KnownModels.names());
    List<String> names = new ArrayList<>();
    for (String name : given) {
      String plain = name.toLowerCase(Locale.ROOT).replaceFirst("^fastvit_", "");
      if (plain.equals(ALL)) {
        KnownModels.fastViT().forEach(model -> names.add(model.name()));
      } else if (plain.equals(PEERS)) {
        KnownModels.peers().forEach(model -> names.add(model.name()));
      } else if (known.contains(plain)) {
        names.add(plain);
      } else {
        known.addAll(List.of(ALL, PEERS));
        throw new UserException("no model " + name + ": " + Nearest.hint(plain, known));
      }
    }
    return names.stream().distinct().toList();
  }

  /** Nothing measured yet, with what is published of a model at its own size. */
  static Result planned(Configuration of, String preset) {
    Published published =
        Presets.model(of.model())
            .or(() -> KnownModels.find(of.model()))
            .map(KnownModel::published)
            .filter(p -> of.height() == p.size() && of.width() == p.size())
            .orElse(null);
    return Result.of(of).labelled(preset, published);
  }

  @Override
  public Model model(String name, Form form) {
    if (!name.equals(openName)) {
      last = find(name);
      openName = name;
    }
    if (form == Form.TRAIN && last.form() != Form.TRAIN) {
      throw new UserException(
          name
              + " is in an inference form, from which there is no way back: take the checkpoint"
              + " that it was made from, or --form inference");
    }
    return switch (form) {
      case TRAIN -> last;
      case PUBLISHED -> Reparameterization.published().apply(last);
      case INFERENCE -> Reparameterization.full().apply(last);
    };
  }

  private Model find(String name) {
    boolean checkpoint = weights != null && name.equals(nameOf(weights));
    if (!checkpoint && !name.equals(DIGITS)) {
      return NetworkForm.TRAIN.synthetic(
          Presets.model(name).orElseGet(() -> KnownModels.named(name)));
    }
    close();
    open = checkpoint ? Checkpoint.open(weights) : ModelOptions.bundled();
    return open.model();
  }

  @Override
  public void close() {
    openName = "";
    last = null;
    if (open != null) {
      open.close();
      open = null;
    }
  }
}
