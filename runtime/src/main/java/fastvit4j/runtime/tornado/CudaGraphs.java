package fastvit4j.runtime.tornado;

import fastvit4j.model.UserException;
import fastvit4j.runtime.SessionOptions;

/**
 * Whether runs are captured as CUDA graphs: {@code -Dfastvit4j.cuda.graphs=false} says no to all.
 */
final class CudaGraphs {
  /** The system property, {@code true} or {@code false}. */
  static final String PROPERTY = "fastvit4j.cuda.graphs";

  private CudaGraphs() {}

  /**
   * Whether a session's runs are, on a device.
   *
   * @throws UserException if the property is neither {@code true} nor {@code false}
   */
  static boolean wanted(SessionOptions options, DeviceTraits device) {
    return device.capturesGraphs() && allowed() && options.cudaGraphs();
  }

  /** What the property says, {@code true} if it is not set. */
  static boolean allowed() {
    String value = System.getProperty(PROPERTY, "true");
    return switch (value) {
      case "true" -> true;
      case "false" -> false;
      default ->
          throw new UserException("-D" + PROPERTY + " must be true or false, not '" + value + "'");
    };
  }
}
