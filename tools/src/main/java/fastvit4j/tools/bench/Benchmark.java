package fastvit4j.tools.bench;

import fastvit4j.model.Model;
import fastvit4j.model.graph.Node;
import fastvit4j.runtime.CompileListener;
import fastvit4j.runtime.Device;
import fastvit4j.runtime.DeviceException;
import fastvit4j.runtime.DeviceMemoryException;
import fastvit4j.runtime.Precision;
import fastvit4j.runtime.Session;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Measures the configurations of a plan. All that fit into memory together are compiled, then
 * warmed up, then timed in rounds that visit one after the other:
 *
 * <pre>
 *   compile A, parity A, compile B, parity B | warm up A, B | round 1: A B | round 2: A B | …
 * </pre>
 *
 * <p>Where a device has no memory left beside the sessions that are open, its configuration waits
 * until those are done. A configuration whose device fails keeps the rounds that it has and is left
 * out of the rest.
 */
public final class Benchmark {
  /** Weights and activations of the sessions that are open together. */
  private static final long MOST_OPEN_BYTES = 2L << 30;

  /** The part of the time for a configuration that its warm-up may take if there is a budget. */
  private static final double WARM_UP_SHARE = 0.2;

  private static final double NANOS_PER_SECOND = 1e9;

  private final ModelSource models;
  private final Function<String, Device> devices;
  private final Watcher watcher;
  private final ParityCheck parity = new ParityCheck();
  private final SpeedProbe speed = new SpeedProbe();
  private final long start = System.nanoTime();
  private Results before;
  private Protocol protocol;
  private List<Result> results;
  private Remaining remaining;

  /** What is told of a benchmark while it runs. */
  public interface Watcher {
    /**
     * Something is about to be done.
     *
     * @param what for example {@code compiling t8}
     * @param seconds since the beginning
     * @param left seconds that are left, as far as can be told; NaN if nothing can
     */
    void at(String what, double seconds, double left);

    /** There are new results: after each round, and when a device has failed. */
    void keep(Results results);
  }

  /**
   * A benchmark.
   *
   * @param devices devices by their names
   */
  public Benchmark(ModelSource models, Function<String, Device> devices, Watcher watcher) {
    this.models = models;
    this.devices = devices;
    this.watcher = watcher;
  }

  /** Measures what is unfinished of these results and returns them all. */
  public Results run(Results unfinished) {
    before = unfinished;
    protocol = unfinished.protocol();
    results = new ArrayList<>(unfinished.results());
    remaining = new Remaining(protocol);
    watcher.keep(before.with(results, null));
    int next = 0;
    while (next < results.size()) {
      next = group(next);
    }
    Results done = before.with(results, Instant.now());
    watcher.keep(done);
    return done;
  }

  /** Measures configurations from one on, as many as fit into memory, and returns the next one. */
  private int group(int from) {
    List<Running> group = new ArrayList<>();
    int next = from;
    try {
      long open = 0;
      for (; next < results.size() && open < MOST_OPEN_BYTES; next++) {
        if (results.get(next).isUnfinished(protocol)) {
          Running running = prepare(next, group.isEmpty());
          if (running != null) {
            group.add(running);
            open += running.memoryBytes();
          } else if (!results.get(next).isFailed()) {
            break; // there is no room for it beside the others
          }
        }
      }
      if (!group.isEmpty()) {
        measure(group, deadline(group.size(), next));
      }
    } finally {
      group.forEach(Benchmark::close);
    }
    return next;
  }

  /** When a group must be done: its share of the time that the budget leaves. */
  private long deadline(int size, int next) {
    long later =
        results.subList(next, results.size()).stream()
            .filter(result -> result.isUnfinished(protocol))
            .count();
    double left = protocol.budgetSeconds() - seconds();
    return System.nanoTime()
        + (long) (Math.max(0, left) * NANOS_PER_SECOND * size / (size + later));
  }

  /** Compiles one; null if it failed, or waits for the memory that others have. */
  private Running prepare(int index, boolean alone) {
    Result result = results.get(index);
    Configuration of = result.configuration();
    tell("compiling " + of.model());
    Running running = null;
    try {
      Model model = models.model(of.model(), of.form());
      Device device = devices.apply(of.device()).storing(Precision.named(of.precision()));
      CompileListener progress =
          (_, _, kernel) -> tell("compiling %s: %s".formatted(of.model(), kernel));
      running = Running.open(index, of, model.graph(), device, progress);
      if (result.preparation() == null) {
        tell("checking " + of.model());
        results.set(index, result.prepared(preparation(of, running)));
      }
      remaining.prepared(running, seconds());
      return running;
    } catch (RuntimeException | OutOfMemoryError | LinkageError e) {
      close(running);
      if (alone || !(e instanceof DeviceMemoryException || e instanceof OutOfMemoryError)) {
        fail(index, e);
      }
      return null;
    }
  }

  private Preparation preparation(Configuration of, Running running) {
    return new Preparation(
        running.session().graph().parameters(),
        running.session().graph().macs(of.input().withBatch(1)),
        running.compileMs(),
        running.memoryBytes(),
        parity.check(of, running.session()),
        steps(running.session()));
  }

  private static List<Step> steps(Session session) {
    Map<String, Node> nodes = session.graph().byName();
    return session.steps().stream().map(step -> Step.of(step, nodes.get(step.name()))).toList();
  }

  private void measure(List<Running> group, long deadline) {
    int slots = protocol.rounds() - leastRounds(group);
    warmUp(group, deadline);
    for (int slot = slots; slot > 0; slot--) {
      int round = protocol.rounds() - slot;
      for (Running running : List.copyOf(group)) {
        if (results.get(running.index()).rounds().size() > round) {
          continue;
        }
        tell("round %d of %d".formatted(round + 1, protocol.rounds()));
        long share = share(deadline, slot, group.size() - group.indexOf(running), group.size());
        if (!measure(running, protocol.runsOf(round), share)) {
          group.remove(running);
        }
      }
      watcher.keep(before.with(results, null));
    }
  }

  /** When a configuration's turn must be over if every turn that is left is to take as long. */
  private long share(long deadline, int slots, int turnsOfRound, int turnsOfLaterRounds) {
    long now = System.nanoTime();
    if (!protocol.hasBudget()) {
      return now + Long.MAX_VALUE / 2;
    }
    long turns = turnsOfRound + (long) (slots - 1) * turnsOfLaterRounds;
    return now + Math.max(0, deadline - now) / turns;
  }

  private int leastRounds(List<Running> group) {
    return group.stream()
        .mapToInt(running -> results.get(running.index()).rounds().size())
        .min()
        .orElse(protocol.rounds());
  }

  /** Warms up all, one after the other, before the first is timed. */
  private void warmUp(List<Running> group, long deadline) {
    long now = System.nanoTime();
    long perTurn = (long) (Math.max(0, deadline - now) * WARM_UP_SHARE / group.size());
    for (Running running : List.copyOf(group)) {
      tell("warming up " + results.get(running.index()).configuration().model());
      try {
        if (protocol.warmUps() > 0) {
          long until = protocol.hasBudget() ? perTurn : Long.MAX_VALUE / 2;
          running.time(protocol.warmUps(), System.nanoTime() + until);
        }
        remaining.warm(running);
      } catch (RuntimeException | OutOfMemoryError | LinkageError e) {
        fail(running.index(), e);
        group.remove(running);
        close(running);
      }
    }
  }

  /** Measures one configuration's part of a round; returns whether the device still works. */
  private boolean measure(Running running, int runs, long deadline) {
    try {
      List<Probe> probes = new ArrayList<>(probes(running));
      // The others' weights and code are in the caches: one run does not count, if it is quick.
      boolean quick = running.lastRunMs() * 1e6 < (deadline - System.nanoTime()) / 4.0;
      if (quick && protocol.warmUps() > 0) {
        running.time();
      }
      List<Double> times = running.time(runs, deadline);
      Result measured = results.get(running.index());
      // Where single runs take long, the steps' times of one must do.
      if (quick || measured.breakdowns().isEmpty()) {
        measured = measured.brokenDown(running.breakdown());
      }
      probes.addAll(probes(running));
      results.set(running.index(), measured.measured(times, Probe.mean(probes)));
      remaining.measured(running);
      return true;
    } catch (RuntimeException | OutOfMemoryError | LinkageError e) {
      fail(running.index(), e);
      close(running);
      return false;
    }
  }

  /** How fast the host is now, where it is the host that computes. */
  private List<Probe> probes(Running running) {
    Session session = running.session();
    return session.device().isGpu() ? List.of() : speed.read(session.options().threads());
  }

  private void fail(int index, Throwable e) {
    results.set(index, results.get(index).failed(reason(e)));
    watcher.keep(before.with(results, null));
  }

  /** One line; what is no fault that the device has named says its kind too. */
  private static String reason(Throwable e) {
    String message = e.getMessage();
    String text =
        e instanceof DeviceException && message != null
            ? message
            : e.getClass().getSimpleName() + (message == null ? "" : ": " + message);
    return text.strip().replaceAll("\\s*\\R\\s*", "; ");
  }

  /** A device that has failed may fail again when it is let go. */
  private static void close(Running running) {
    if (running == null) {
      return;
    }
    try {
      running.close();
    } catch (RuntimeException e) {
      System.getLogger(Benchmark.class.getName())
          .log(System.Logger.Level.DEBUG, "a session could not be closed", e);
    }
  }

  private void tell(String what) {
    watcher.at(what, seconds(), remaining.seconds(results, seconds()));
  }

  private double seconds() {
    return (System.nanoTime() - start) / NANOS_PER_SECOND;
  }
}
