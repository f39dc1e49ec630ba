package fastvit4j.tools;

import fastvit4j.model.Nearest;
import fastvit4j.model.UserException;
import fastvit4j.model.fastvit.Variant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Variants by the names that users give. */
final class Variants {
  private static final String PREFIX = "fastvit_";

  private Variants() {}

  /** A variant's name as users give it, for example {@code sa12}. */
  static String name(Variant variant) {
    return variant.name().toLowerCase(Locale.ROOT);
  }

  /**
   * The variant of a name, with {@code fastvit_} before it or not.
   *
   * @throws UserException if there is none; the message names the nearest ones
   */
  static Variant named(String name) {
    String plain = name.toLowerCase(Locale.ROOT);
    String bare = plain.startsWith(PREFIX) ? plain.substring(PREFIX.length()) : plain;
    List<String> names = Arrays.stream(Variant.values()).map(Variants::name).toList();
    return Arrays.stream(Variant.values())
        .filter(variant -> name(variant).equals(bare))
        .findFirst()
        .orElseThrow(
            () -> new UserException("no variant " + name + ": " + Nearest.hint(bare, names)));
  }
}
