package fastvit4j.tools.bench;

/**
 * How it is measured: warm-up runs that do not count, then runs that do, in rounds that each visit
 * every configuration, so that a drift of the machine hits all alike.
 *
 * @param warmUps runs of each configuration that do not count; at most as many if there is a budget
 * @param runs runs of each configuration that count; at most as many if there is a budget
 * @param rounds rounds that the runs are spread over
 * @param budgetSeconds seconds for everything, 0 for as long as it takes
 */
public record Protocol(int warmUps, int runs, int rounds, double budgetSeconds) {
  /** Rounds, unless there are fewer runs. */
  public static final int ROUNDS = 10;

  private static final int MOST_ROUNDS = 1000;

  /** Runs with a budget: as many as fit, but no more than this. */
  private static final int MOST_RUNS = 1000;

  /** Warm-up runs with a budget: no more than this. The JVM's compilers want some hundreds. */
  private static final int MOST_WARM_UPS = 1000;

  /** Checks the numbers. */
  public Protocol {
    if (warmUps < 0 || runs < 1 || rounds < 1 || rounds > Math.min(runs, MOST_ROUNDS)) {
      throw new IllegalArgumentException("no protocol: " + warmUps + ", " + runs + ", " + rounds);
    }
    if (!(budgetSeconds >= 0 && budgetSeconds < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("no budget: " + budgetSeconds);
    }
  }

  /** The paper's: the median of {@code runs} after {@code warmUps}; both are 100 there. */
  public static Protocol ofRuns(int warmUps, int runs) {
    return new Protocol(warmUps, runs, Math.min(ROUNDS, runs), 0);
  }

  /** As many runs as fit into some seconds for all configurations together. */
  public static Protocol ofBudget(double seconds) {
    return new Protocol(MOST_WARM_UPS, MOST_RUNS, ROUNDS, seconds);
  }

  /** Whether the time decides how many runs there are. */
  public boolean hasBudget() {
    return budgetSeconds > 0;
  }

  /** The runs that count of round {@code round}, which is 0 or more: at most, with a budget. */
  public int runsOf(int round) {
    return (int) ((long) runs * (round + 1) / rounds - (long) runs * round / rounds);
  }
}
