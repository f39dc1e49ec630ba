package fastvit4j.runtime;

import fastvit4j.model.UserException;
import fastvit4j.model.graph.Graph;
import java.util.SequencedMap;

/**
 * Something that runs networks: the processor's cores, a GPU that TornadoVM drives, or the
 * emulator.
 */
public interface Device {
  /** The name that selects the device, for example {@code cpu} or {@code tornado:opencl:0}. */
  String name();

  /** One line for people: what the device is and how it is used. */
  String description();

  /** Whether the device is a GPU, and so the first choice where none is named. */
  boolean isGpu();

  /**
   * How many sessions of a network to run beside each other where there are many batches: more than
   * one where a batch's copies, and what the host does for it, can go on while the device computes
   * another; one where computing takes the host's own cores.
   */
  default int streams() {
    return 1;
  }

  /**
   * What is known of the device, in the order in which it is shown: numbers, truth values and text,
   * by names in lower case with underscores. A name that ends in {@code _bytes} is a size.
   */
  SequencedMap<String, Object> properties();

  /**
   * The same device, whose sessions store weights and activations so: weights are converted once;
   * sums, and what a session is given and returns, are float32 in any case.
   *
   * @throws UserException if the device cannot
   */
  default Device storing(Precision precision) {
    if (precision != Precision.FLOAT32) {
      throw new UserException(
          name()
              + " does not compute with "
              + precision
              + ": take --precision float32, or a GPU that does (half_precision in `fastvit devices"
              + " --verbose`)");
    }
    return this;
  }

  /** How sessions store weights and activations. */
  default Precision precision() {
    return Precision.FLOAT32;
  }

  /**
   * Compiles a graph for this device.
   *
   * @param graph a network in any form
   * @param options what the session must be able to do
   * @return a session, which its owner closes
   * @throws fastvit4j.model.operator.ShapeException if the network cannot take {@link
   *     SessionOptions#input()}
   * @throws DeviceException if the device cannot run the network
   */
  Session compile(Graph graph, SessionOptions options);
}
