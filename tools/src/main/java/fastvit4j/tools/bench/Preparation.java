package fastvit4j.tools.bench;

import java.util.List;

/**
 * What is known of a configuration once it is compiled.
 *
 * @param parameters trained parameters of the network in this form
 * @param macs multiply-accumulate operations of one image
 * @param compileMs milliseconds from a graph in memory to the end of the first run
 * @param memoryBytes weights and activations, as the session tells
 * @param parity how right the results are
 * @param steps what one run does
 */
public record Preparation(
    long parameters,
    long macs,
    double compileMs,
    long memoryBytes,
    Parity parity,
    List<Step> steps) {
  /** Copies the list. */
  public Preparation {
    steps = List.copyOf(steps);
  }
}
