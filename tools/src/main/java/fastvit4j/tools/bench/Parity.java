package fastvit4j.tools.bench;

/**
 * How far a session's logits are from those that float64 gives for the same graph and input.
 *
 * @param error the largest absolute difference of a logit
 * @param largestLogit the largest absolute logit in float64, to see the error in proportion
 * @param height rows of the input that this was computed at
 * @param width columns of the input that this was computed at
 */
public record Parity(double error, double largestLogit, int height, int width) {
  /** The error in proportion to the largest logit, where that is above 1. */
  public double relative() {
    return error / Math.max(1, largestLogit);
  }
}
