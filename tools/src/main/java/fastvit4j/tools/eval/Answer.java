package fastvit4j.tools.eval;

/**
 * What a network said of a picture.
 *
 * @param rank the place of the picture's class among the classes asked for, from 1; 0 where the
 *     picture could not be read
 * @param best index of the class that was thought most probable, -1 if there is none
 * @param probability of that class, among the classes asked for
 */
public record Answer(int rank, int best, float probability) {
  /** The answer to a picture that could not be read. */
  public static final Answer UNREADABLE = new Answer(0, -1, 0);

  /**
   * Ranks a class among some: of equal logits the lower index comes first, and what is not a number
   * comes before all numbers, so that a network that fails is never right.
   *
   * @param logits one number a class
   * @param label the picture's class, one of {@code classes}
   * @param classes the classes asked for, ascending
   */
  public static Answer of(float[] logits, int label, int[] classes) {
    int rank = 1;
    int best = classes[0];
    for (int c : classes) {
      if (isBefore(logits, c, label)) {
        rank++;
      }
      if (isBefore(logits, c, best)) {
        best = c;
      }
    }
    if (Float.isNaN(logits[label])) {
      rank = classes.length;
    }
    double sum = 0;
    for (int c : classes) {
      sum += Math.exp(logits[c] - (double) logits[best]);
    }
    return new Answer(rank, best, (float) (1 / sum));
  }

  private static boolean isBefore(float[] logits, int c, int other) {
    int order = Float.compare(logits[c], logits[other]);
    return order > 0 || (order == 0 && c < other);
  }
}
