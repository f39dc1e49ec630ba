package fastvit4j.runtime.tornado;

import fastvit4j.model.tensor.Activation;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A plan's runs as CUDA graphs: the launches of the plan once more, in graphs that are captured
 * when they are first run and from then on replayed, each as one launch. They are graphs of their
 * own, as TornadoVM neither times the tasks of captured ones nor captures what was run before.
 *
 * <p>They are made after some plain runs, so that nobody waits for them who runs a few pictures
 * only, and taken if they give, bit for bit, what a plain run gave: captured with another image,
 * replayed with that run's. For the {@link RuntimeThread}.
 */
final class CapturedRuns {
  /** Runs before anything is captured. */
  static final int PLAIN_RUNS = 3;

  private static final System.Logger LOG = System.getLogger(CapturedRuns.class.getName());

  private final TornadoDevice device;
  private final String network;
  private final MemoryNeeds needs;
  private final long limit;

  /** Makes the graphs; null where there is nothing to be captured, or no more. */
  private Supplier<GraphRunner> maker;

  private int runs;
  private GraphRunner runner;

  /** Runs graphs on an image and gives the outputs. */
  interface Run {
    Map<String, Activation> of(GraphRunner runner, MemorySegment image);
  }

  /**
   * Nothing is captured yet.
   *
   * @param network what is run, for people
   * @param needs device memory that the graphs need, besides those of the plain runs
   * @param limit bytes of device memory that both may take, 0 for all there is
   * @param maker makes a runner whose graphs are captured, on the same host memory as the plan's
   */
  CapturedRuns(
      TornadoDevice device,
      String network,
      MemoryNeeds needs,
      long limit,
      Supplier<GraphRunner> maker) {
    this.device = device;
    this.network = network;
    this.needs = needs;
    this.limit = limit;
    this.maker = maker;
  }

  /** Where nothing is ever captured. */
  static CapturedRuns none() {
    return new CapturedRuns(null, null, null, 0, null);
  }

  /** What runs are to be replayed with, if it is so far. */
  Optional<GraphRunner> runner() {
    return Optional.ofNullable(runner);
  }

  /**
   * Captures, when it is time, while no other session runs.
   *
   * @param image what was run
   * @param expected what it gave
   * @param run how to run it
   */
  void afterPlainRun(MemorySegment image, Map<String, Activation> expected, Run run) {
    if (maker == null || ++runs < PLAIN_RUNS) {
      return;
    }
    Turns.alone(
        () -> {
          capture(image, expected, run);
          return null;
        });
  }

  private void capture(MemorySegment image, Map<String, Activation> expected, Run run) {
    GraphRunner made = null;
    boolean booked = false;
    try {
      MemoryLedger.take(device, needs, left(), network + " as CUDA graphs");
      booked = true;
      made = maker.get();
      run.of(made, otherThan(image));
      requireSame(expected, run.of(made, image));
      runner = made;
    } catch (RuntimeException | Error e) {
      if (DeviceFaults.isFatal(e)) {
        throw e;
      }
      giveUp(made, booked, e);
    }
    maker = null;
  }

  /** What the limit leaves beside the plain runs. */
  private long left() {
    return limit == 0 ? 0 : Math.max(1, limit - needs.total());
  }

  /** An image no byte of which is the same. */
  private static MemorySegment otherThan(MemorySegment image) {
    byte[] bytes = new byte[Math.toIntExact(image.byteSize())];
    MemorySegment other = MemorySegment.ofArray(bytes);
    other.copyFrom(image);
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) ~bytes[i];
    }
    return other;
  }

  private static void requireSame(Map<String, Activation> expected, Map<String, Activation> got) {
    expected.forEach(
        (name, activation) -> {
          if (activation.data().mismatch(got.get(name).data()) >= 0) {
            throw new IllegalStateException("their " + name + " are not those of a plain run");
          }
        });
  }

  private void giveUp(GraphRunner made, boolean booked, Throwable e) {
    LOG.log(
        booked ? System.Logger.Level.WARNING : System.Logger.Level.INFO,
        network
            + " is not replayed as CUDA graphs on "
            + device.name()
            + ", but run task by task: "
            + DeviceFaults.reason(e)
            + " (-D"
            + CudaGraphs.PROPERTY
            + "=false does so from the start)");
    try {
      if (made != null) {
        made.release();
      }
    } catch (RuntimeException fault) {
      e.addSuppressed(fault);
    }
    if (booked) {
      MemoryLedger.giveBack(device, needs);
    }
  }

  /** Gives back what the captured graphs hold. */
  void release() {
    maker = null;
    if (runner != null) {
      GraphRunner captured = runner;
      runner = null;
      try {
        captured.release();
      } finally {
        MemoryLedger.giveBack(device, needs);
      }
    }
  }
}
