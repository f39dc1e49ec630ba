package fastvit4j.tools.preset;

/**
 * What one should see in two rows, to stand beside the ratio of their latencies here.
 *
 * @param text what it is, without a full stop; it says so if the paper's text does
 * @param row the row that is compared, null if nothing is measured of the claim
 * @param against the row that it is compared with, null if {@code row} is
 * @param ratio what the paper's text has for the first one's latency divided by the other's; NaN if
 *     the claim is not of latency, or gives no number
 */
public record Claim(String text, String row, String against, double ratio) {
  /** Of two rows, by their full names. */
  static Claim of(String text, String row, String against, double ratio) {
    return new Claim(text, row, against, ratio);
  }

  /** Without rows to measure. */
  static Claim of(String text) {
    return new Claim(text, null, null, Double.NaN);
  }

  /** Whether two rows show it. */
  public boolean isMeasured() {
    return row != null;
  }
}
