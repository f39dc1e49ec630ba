package fastvit4j.runtime;

import fastvit4j.model.graph.Graph;
import fastvit4j.model.image.PixelBatch;
import fastvit4j.model.operator.Shape;
import fastvit4j.model.tensor.Activation;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * A network compiled for a device. Safe to share between threads; closed by its owner. Runs of one
 * session give the same bits each time.
 */
public interface Session extends AutoCloseable {
  /** The device. */
  Device device();

  /** The network as it was given. */
  Graph graph();

  /** What the session was compiled with. */
  SessionOptions options();

  /**
   * Computes the outputs that the options name.
   *
   * @param input an image batch, NHWC, normalised; any batch, height and width that the network can
   *     take, the fastest being that of {@link SessionOptions#input()}
   * @return the outputs by name, NHWC; logits are [N, 1, 1, classes]
   * @throws fastvit4j.model.operator.ShapeException if the network cannot take the input
   * @throws IllegalStateException if the session is closed
   */
  Map<String, Activation> run(Activation input);

  /**
   * Computes the outputs for pictures. A device that can normalises them itself, so that a byte a
   * sample goes up to it.
   *
   * @param pictures cropped pictures, not normalised
   * @return as {@link #run(Activation)}
   */
  default Map<String, Activation> run(PixelBatch pictures) {
    return run(pictures.normalised());
  }

  /** The logits alone. */
  default Activation logits(Activation input) {
    return run(input).get(Graph.LOGITS);
  }

  /** What one run does at {@link SessionOptions#input()}, step by step. */
  List<Step> steps();

  /** One run, timed step by step. */
  Profile profile(Activation input);

  /** One run for pictures, timed step by step. */
  default Profile profile(PixelBatch pictures) {
    return profile(pictures.normalised());
  }

  /** Memory in use, with {@link SessionOptions#input()}. */
  Memory memory();

  /** Frees everything that the session holds; further calls do nothing. */
  @Override
  void close();

  /**
   * One step of a run: an operator and what was fused into it. Of steps that the processor's
   * kernels compute together, the first has the operations and bytes of all, and its time is that
   * of all; the others have none.
   *
   * @param name the name of the first node
   * @param block the paper's block
   * @param operators what is computed, for example {@code Conv2d+Gelu}
   * @param kernel the kernel that was chosen, with its shape parameters
   * @param output the shape of the output
   * @param macs multiply-accumulate operations
   * @param bytes bytes of weights and activations read and written if each is touched once
   */
  record Step(
      String name,
      String block,
      String operators,
      String kernel,
      Shape output,
      long macs,
      long bytes) {}

  /**
   * One step's time.
   *
   * @param step the step
   * @param nanos its time in nanoseconds
   */
  record Timing(Step step, long nanos) {}

  /**
   * The times of one run.
   *
   * @param timings each step's time, in order
   * @param totalNanos time of the whole run in nanoseconds
   * @param transferNanos time of copies to and from the device in nanoseconds, on devices that time
   *     them; then the steps' times are the device's own too
   * @param transferBytes bytes of these copies, with what the driver is told of each launch
   */
  record Profile(
      List<Timing> timings,
      long totalNanos,
      OptionalLong transferNanos,
      OptionalLong transferBytes) {
    /** The times of a run on a device that times no transfers. */
    public Profile(List<Timing> timings, long totalNanos) {
      this(timings, totalNanos, OptionalLong.empty(), OptionalLong.empty());
    }
  }

  /**
   * Memory of a session in bytes.
   *
   * @param weights packed weights
   * @param activations the arena that all activations share, for one run at a time
   * @param unshared what the activations would take if none shared memory
   */
  record Memory(long weights, long activations, long unshared) {}
}
