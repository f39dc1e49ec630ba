package fastvit4j.model;

import fastvit4j.model.fastvit.Variant;
import fastvit4j.model.peers.Peers;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** The models that can be built by name: FastViT's variants, then the paper's competitors. */
public final class KnownModels {
  private static final int FASTVIT_SIZE = 256;
  private static final String PREFIX = "fastvit_";

  private static final List<KnownModel> FASTVIT =
      Arrays.stream(Variant.values()).map(KnownModels::of).toList();
  private static final List<KnownModel> ALL =
      Stream.concat(FASTVIT.stream(), Peers.all().stream()).toList();

  private KnownModels() {}

  /** All of them. */
  public static List<KnownModel> all() {
    return ALL;
  }

  /** FastViT's variants. */
  public static List<KnownModel> fastViT() {
    return FASTVIT;
  }

  /** The paper's competitors. */
  public static List<KnownModel> peers() {
    return Peers.all();
  }

  /** The names that users give, in order. */
  public static List<String> names() {
    return ALL.stream().map(KnownModel::name).toList();
  }

  /** The model of a name in any case, with {@code fastvit_} before a variant's or not. */
  public static Optional<KnownModel> find(String name) {
    String plain = bare(name);
    return ALL.stream().filter(model -> model.name().equals(plain)).findFirst();
  }

  /**
   * The model of a name.
   *
   * @throws UserException if there is none; the message names the nearest ones
   */
  public static KnownModel named(String name) {
    return find(name)
        .orElseThrow(
            () -> new UserException("no model " + name + ": " + Nearest.hint(bare(name), names())));
  }

  /** The model of an architecture, whatever the architecture's name and number of classes. */
  public static Optional<KnownModel> of(Architecture architecture) {
    return ALL.stream()
        .filter(
            model -> {
              Architecture same = model.architecture().withClasses(architecture.classes());
              return same.equals(architecture.withName(same.name()));
            })
        .findFirst();
  }

  private static KnownModel of(Variant variant) {
    Variant.Paper paper = variant.paper();
    return new KnownModel(
        variant.config(),
        FASTVIT_SIZE,
        variant.crop(),
        new Published(
            "FastViT, Table 2",
            FASTVIT_SIZE,
            paper.parametersM(),
            paper.gmacs(),
            paper.gpuMs(),
            paper.mobileMs(),
            paper.top1(),
            paper.top1Distilled()));
  }

  private static String bare(String name) {
    String plain = name.toLowerCase(Locale.ROOT);
    return plain.startsWith(PREFIX) ? plain.substring(PREFIX.length()) : plain;
  }
}
