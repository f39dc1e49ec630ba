package fastvit4j.tools.fetch;

import java.time.Duration;

/**
 * How long a download waits.
 *
 * @param stall without a byte, before the connection is given up
 * @param retries after a failure, without any progress between them
 * @param pause before the first retry; each further one waits twice as long
 * @param longestPause at most
 */
public record Patience(Duration stall, int retries, Duration pause, Duration longestPause) {
  /** What the command waits unless told otherwise. */
  public static Patience of(Duration stall, int retries) {
    return new Patience(stall, retries, Duration.ofSeconds(1), Duration.ofSeconds(30));
  }

  /** The wait before a retry, counted from 0. */
  Duration before(int retry) {
    long factor = 1L << Math.min(retry, 20);
    Duration wait = pause.multipliedBy(factor);
    return wait.compareTo(longestPause) > 0 ? longestPause : wait;
  }
}
