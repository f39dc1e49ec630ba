package fastvit4j.model;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Names near a misspelt one. */
public final class Nearest {
  private static final int MOST = 3;

  private Nearest() {}

  /** For example {@code did you mean sa12 or sa24?}, or all the names if none is near. */
  public static String hint(String wrong, Collection<String> names) {
    List<String> near = near(wrong, names);
    return near.isEmpty()
        ? "there are " + String.join(", ", names)
        : "did you mean " + String.join(" or ", near) + "?";
  }

  /** At most three names within an edit distance of a third of the length, the nearest first. */
  public static List<String> near(String wrong, Collection<String> names) {
    String target = wrong.toLowerCase(Locale.ROOT);
    int limit = Math.max(1, target.length() / 3);
    return names.stream()
        .filter(name -> distance(target, name.toLowerCase(Locale.ROOT)) <= limit)
        .sorted(Comparator.comparingInt(name -> distance(target, name.toLowerCase(Locale.ROOT))))
        .limit(MOST)
        .toList();
  }

  /** Levenshtein's edit distance. */
  static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int substituted = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(substituted, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }
}
