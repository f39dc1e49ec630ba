package fastvit4j.tools.bench;

import java.util.List;
import java.util.OptionalDouble;

/**
 * Where the time of one run goes.
 *
 * @param stepMs milliseconds of each step, in the order of {@link Preparation#steps()}
 * @param transferMs milliseconds in copies to and from the device, where it times them; then the
 *     steps' times are by its own timers too
 */
public record Breakdown(List<Double> stepMs, OptionalDouble transferMs) {
  /** Copies the list. */
  public Breakdown {
    stepMs = List.copyOf(stepMs);
  }

  /** Milliseconds in all kernels. */
  public double kernelMs() {
    return stepMs.stream().mapToDouble(Double::doubleValue).sum();
  }
}
