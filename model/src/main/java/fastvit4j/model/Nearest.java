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

  /** The edit distance: insertions, deletions, substitutions and swaps of neighbours. */
  static int distance(String a, String b) {
    int[][] d = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          d[i][j] = i + j;
          continue;
        }
        int substituted = d[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        d[i][j] = Math.min(substituted, Math.min(d[i - 1][j], d[i][j - 1]) + 1);
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
        }
      }
    }
    return d[a.length()][b.length()];
  }
}
