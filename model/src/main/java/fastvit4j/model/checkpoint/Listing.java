package fastvit4j.model.checkpoint;

import fastvit4j.model.io.Text;
import java.util.Collection;
import java.util.stream.Collectors;

/** The first few of many names, for messages. */
final class Listing {
  private static final int SHOWN = 3;

  private Listing() {}

  /** For example {@code a, b, c and 12 more}. */
  static String first(Collection<String> names) {
    String shown = names.stream().limit(SHOWN).map(Text::quote).collect(Collectors.joining(", "));
    return names.size() <= SHOWN ? shown : shown + " and " + (names.size() - SHOWN) + " more";
  }
}
