package fastvit4j.tools.bench;

import fastvit4j.model.graph.Graph;
import fastvit4j.model.operator.Shape;
import fastvit4j.model.tensor.Activation;
import fastvit4j.model.tensor.Tensor;
import fastvit4j.runtime.CompileListener;
import fastvit4j.runtime.Device;
import fastvit4j.runtime.Session;
import fastvit4j.runtime.SessionOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** A configuration that is compiled and ready to be timed. */
final class Running implements AutoCloseable {
  private static final double NANOS_PER_MS = 1e6;
  private static final long SEED = 1;

  private final int index;
  private final Session session;
  private final Activation input;
  private final double compileMs;
  private double lastRunMs;

  private Running(int index, Session session, Activation input, double compileMs) {
    this.index = index;
    this.session = session;
    this.input = input;
    this.compileMs = compileMs;
  }

  /**
   * Compiles a configuration and runs it once, as some devices compile kernels in the first run.
   *
   * @param index where the configuration stands in the plan
   * @param progress is told how far the compilation is
   */
  static Running open(
      int index, Configuration of, Graph graph, Device device, CompileListener progress) {
    // Folding computes tensors when they are first asked for, which is no part of compiling.
    graph.tensors().values().parallelStream().forEach(Tensor::data);
    Shape shape = of.input();
    Activation input = ParityCheck.image(shape, SEED);
    long start = System.nanoTime();
    Session session =
        device.compile(
            graph, SessionOptions.of(shape).withThreads(of.threads()).withProgress(progress));
    try {
      session.logits(input);
      Running running =
          new Running(index, session, input, (System.nanoTime() - start) / NANOS_PER_MS);
      running.time();
      return running;
    } catch (RuntimeException | Error e) {
      session.close();
      throw e;
    }
  }

  int index() {
    return index;
  }

  Session session() {
    return session;
  }

  /** Milliseconds that compiling and the first run took. */
  double compileMs() {
    return compileMs;
  }

  /** Milliseconds of the last run. */
  double lastRunMs() {
    return lastRunMs;
  }

  long memoryBytes() {
    Session.Memory memory = session.memory();
    return memory.weights() + memory.activations();
  }

  /** Milliseconds of one run: from an input in the host's memory to logits there. */
  double time() {
    long start = System.nanoTime();
    session.logits(input);
    lastRunMs = (System.nanoTime() - start) / NANOS_PER_MS;
    return lastRunMs;
  }

  /** Times of at most {@code most} runs, the first and more until {@code deadline} has passed. */
  List<Double> time(int most, long deadline) {
    List<Double> times = new ArrayList<>();
    do {
      times.add(time());
    } while (times.size() < most && System.nanoTime() - deadline < 0);
    return times;
  }

  /** Where the time of one more run goes. */
  Breakdown breakdown() {
    Session.Profile profile = session.profile(input);
    List<Double> steps =
        profile.timings().stream().map(timing -> timing.nanos() / NANOS_PER_MS).toList();
    OptionalLong transfers = profile.transferNanos();
    return new Breakdown(
        steps,
        transfers.isPresent()
            ? OptionalDouble.of(transfers.getAsLong() / NANOS_PER_MS)
            : OptionalDouble.empty());
  }

  @Override
  public void close() {
    session.close();
  }
}
