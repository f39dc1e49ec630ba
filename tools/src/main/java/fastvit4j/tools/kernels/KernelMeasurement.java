package fastvit4j.tools.kernels;

import fastvit4j.model.UserException;
import fastvit4j.model.tensor.Activation;
import fastvit4j.runtime.Ceiling;
import fastvit4j.runtime.Device;
import fastvit4j.runtime.DeviceException;
import fastvit4j.runtime.Session;
import fastvit4j.runtime.SessionOptions;
import fastvit4j.runtime.tornado.Cost;
import fastvit4j.runtime.tornado.KernelTable;
import fastvit4j.runtime.tornado.Limits;
import fastvit4j.runtime.tornado.Workbench;
import fastvit4j.tools.verify.Bounded;
import fastvit4j.tools.verify.ErrorAnalysis;
import fastvit4j.tools.verify.SessionInput;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.Set;

/**
 * Runs each way to compute a case, in turns, and compares the results with float64 and with each
 * other. What is compared are the first and the last image of a batch; a run with NaN everywhere,
 * of pictures with other ones, comes first, which stays behind in whatever memory a session keeps.
 *
 * @param device where
 * @param roof the device's limits, where they can be measured
 * @param seconds how long each way is run, in all
 * @param threads cores to use at most, 0 for all, of the processor
 * @param purpose what it is for
 */
public record KernelMeasurement(
    Device device, Optional<Ceiling> roof, double seconds, int threads, Purpose purpose) {
  /** What is measured for. */
  public enum Purpose {
    /** To look at: every way as often, and also each operator by itself. */
    REPORT,
    /** To hold what a device gets against its limits: no operators by themselves. */
    SUMMARY,
    /**
     * To find the fastest: ways that are far behind are given up, a fault of any kind is that way's
     * alone, and an emulator's times count.
     */
    CHOICE
  }

  /** Has the device store what comes in and goes out like the rest. */
  public KernelMeasurement {
    device = KernelTable.withStoredEdges(device);
  }

  /** Times the fastest way's time after which another is given up. */
  private static final double FAR_BEHIND = 3;

  private static final int LEAST_RUNS = 5;
  private static final int MOST_RUNS = 1000;
  private static final int WARM_UP = 2;

  /** A way that is open to be run. */
  private static final class Way implements AutoCloseable {
    private final String name;
    private final String kernels;
    private final Session session;
    private final Workbench bench;
    private final List<Double> nanos = new ArrayList<>();
    private Map<String, Activation> results;
    private String failure;

    Way(String name, KernelCase of, Device device, int threads, SequencedSet<String> outputs) {
      this.name = name;
      SessionOptions options = of.options(outputs).withThreads(threads);
      bench = Workbench.isFor(device) ? new Workbench(of.graph(), options, device) : null;
      session = device.compile(of.graph(), options);
      kernels = bench == null ? device.name() : bench.chosen();
    }

    /** The shortest time so far. */
    double least() {
      return nanos.stream().mapToDouble(time -> time).min().orElse(Double.MAX_VALUE);
    }

    @Override
    public void close() {
      session.close();
    }
  }

  /** Whether the device tells how long its kernels take. */
  public boolean isTimed() {
    return purpose == Purpose.CHOICE || !device.name().equals("emulator");
  }

  /**
   * Measures a case.
   *
   * @param asked names of the candidates to take; all there are if it is empty
   * @return a row for each way, the fastest first, then those that failed
   * @throws UserException if none of the names is one of a candidate that can compute the case
   */
  public List<KernelRow> of(KernelCase of, List<String> asked) {
    List<Way> ways = new ArrayList<>();
    List<KernelRow> rows = new ArrayList<>();
    try {
      open(of, asked, ways, rows);
      SessionInput input = of.given();
      SessionInput poison = input.poison();
      for (Way way : ways) {
        try {
          poison.run(way.session);
          way.results = input.run(way.session);
        } catch (DeviceException e) {
          way.failure = e.getMessage();
        }
      }
      String chosen = chosen(of);
      time(ways.stream().filter(way -> way.failure == null).toList(), input, chosen);
      Map<String, Bounded> exact = exact(of, input);
      for (Way way : ways) {
        rows.add(row(way, ways, of, exact, chosen));
      }
    } finally {
      ways.forEach(Way::close);
    }
    rows.sort(KernelRow.FASTEST_FIRST);
    return rows;
  }

  private void open(KernelCase of, List<String> asked, List<Way> ways, List<KernelRow> failed) {
    if (!Workbench.isFor(device)) {
      ways.add(new Way(device.name(), of, device, threads, of.together()));
    } else {
      Workbench bench = bench(of, device);
      List<String> there = bench.candidates();
      if (there.isEmpty()) {
        throw new UserException("no kernel can compute " + of.name() + " on " + device.name());
      }
      for (String name : asked) {
        if (!there.contains(name)) {
          throw new UserException(
              name + " cannot compute " + of.name() + ": there are " + String.join(", ", there));
        }
      }
      List<String> seen = new ArrayList<>();
      for (String name : asked.isEmpty() ? there : asked) {
        Device preferring = KernelTable.preferring(device, List.of(name));
        String kernels = bench(of, preferring).chosen();
        if (!seen.contains(kernels)) {
          seen.add(kernels);
          open(name, of, preferring, of.together(), ways, failed);
        }
      }
    }
    if (of.apart().size() > 1 && purpose == Purpose.REPORT) {
      open(KernelRow.SEPARATE, of, device, of.apart(), ways, failed);
    }
  }

  private void open(
      String name,
      KernelCase of,
      Device on,
      SequencedSet<String> outputs,
      List<Way> ways,
      List<KernelRow> failed) {
    try {
      ways.add(new Way(name, of, on, threads, outputs));
    } catch (DeviceException e) {
      failed.add(KernelRow.failed(name, e.getMessage()));
    } catch (RuntimeException e) {
      if (purpose != Purpose.CHOICE) {
        throw e;
      }
      failed.add(KernelRow.failed(name, e.toString()));
    }
  }

  /** In turns, each round from another way on, so that what disturbs falls on all of them. */
  private void time(List<Way> ways, SessionInput input, String chosen) {
    if (!isTimed()) {
      return;
    }
    List<Way> running = new ArrayList<>(ways);
    long start = System.nanoTime();
    for (int round = -WARM_UP;
        round < LEAST_RUNS
            || (round < MOST_RUNS && System.nanoTime() - start < seconds * 1e9 * running.size());
        round++) {
      for (int i = 0; i < running.size(); i++) {
        Way way = running.get(Math.floorMod(round + i, running.size()));
        if (way.failure == null) {
          time(way, input, round >= 0);
        }
      }
      if (round >= 0 && purpose == Purpose.CHOICE) {
        double best = running.stream().mapToDouble(Way::least).min().orElse(0);
        running.removeIf(
            way ->
                way.failure != null
                    || (way.least() > FAR_BEHIND * best && !way.kernels.equals(chosen)));
      }
    }
  }

  private static void time(Way way, SessionInput input, boolean counts) {
    long nanos;
    try {
      nanos =
          input.profile(way.session).timings().stream()
              .filter(timing -> !timing.step().name().startsWith(Workbench.GIVEN))
              .mapToLong(Session.Timing::nanos)
              .sum();
    } catch (DeviceException e) {
      way.failure = e.getMessage();
      return;
    }
    if (counts) {
      way.nanos.add((double) nanos);
    }
  }

  private static Workbench bench(KernelCase of, Device device) {
    return new Workbench(of.graph(), of.options(of.together()), device);
  }

  /** The kernels that the device gets for a case, joined. */
  public String chosen(KernelCase of) {
    return Workbench.isFor(device) ? bench(of, device).chosen() : device.name();
  }

  /** The exact results of the first and the last image. */
  private Map<String, Bounded> exact(KernelCase of, SessionInput input) {
    int images = Math.min(2, of.input().n());
    return ErrorAnalysis.run(of.wanted(), input.ends(images).exact(), device.precision());
  }

  private KernelRow row(
      Way way, List<Way> ways, KernelCase of, Map<String, Bounded> exact, String chosen) {
    if (way.failure != null) {
      return KernelRow.failed(way.name, way.failure);
    }
    Errors errors = new Errors(0, 0);
    for (String name : of.needed()) {
      Bounded bounded = exact.get(name);
      Activation got = SessionInput.ends(way.results.get(name), bounded.value().shape().n());
      errors = errors.and(Errors.of(bounded, got));
    }
    Map<String, Double> apart = new LinkedHashMap<>();
    for (Way other : ways) {
      if (other != way && other.results != null) {
        apart.put(other.name, distance(of, way.results, other.results));
      }
    }
    boolean taken = way.kernels.equals(chosen) && !way.name.equals(KernelRow.SEPARATE);
    if (way.bench == null) {
      return processorRow(way, of, taken, errors, apart);
    }
    Cost cost = way.bench.cost();
    long operations = way.bench.operations();
    Workbench together = bench(of, device);
    long least = together.leastBytes();
    long matrices = Math.min(operations, together.matrixOperations());
    return new KernelRow(
        way.name,
        way.kernels,
        way.bench.stored(),
        taken,
        way.nanos,
        operations,
        cost.bytes(),
        least,
        roof.map(r -> r.nanos(operations, matrices, least)).orElse(Double.NaN),
        roof.map(Limits.class::cast).map(way.bench::predictedNanos).orElse(Double.NaN),
        way.bench.predictedNanos(way.bench.limits()),
        way.bench.filled(),
        cost.localBytes(),
        cost.launches(),
        errors.largest(),
        errors.fraction(),
        Collections.unmodifiableMap(apart),
        null);
  }

  /**
   * Of a device that says of each step what it computes, reads and writes, each value once. Its
   * prediction is that each step takes what the roof allows it.
   */
  private KernelRow processorRow(
      Way way, KernelCase of, boolean taken, Errors errors, Map<String, Double> apart) {
    List<Session.Step> steps =
        way.session.steps().stream()
            .filter(step -> !step.name().startsWith(Workbench.GIVEN))
            .toList();
    return new KernelRow(
        way.name,
        way.kernels,
        Set.of(device.precision()),
        taken,
        way.nanos,
        of.operations(),
        steps.stream().mapToLong(Session.Step::bytes).sum(),
        of.leastBytes(),
        roof.map(r -> r.nanos(of.operations(), 0, of.leastBytes())).orElse(Double.NaN),
        roof.map(r -> steps.stream().mapToDouble(step -> nanos(r, step)).sum()).orElse(Double.NaN),
        Double.NaN,
        Double.NaN,
        0,
        0,
        errors.largest(),
        errors.fraction(),
        Collections.unmodifiableMap(apart),
        null);
  }

  private static double nanos(Ceiling roof, Session.Step step) {
    long operations = step.macs() > 0 ? 2 * step.macs() : step.output().elements();
    return roof.nanos(operations, 0, step.bytes());
  }

  /** NaN counts as the largest. */
  static double larger(double a, double b) {
    return Double.isNaN(b) ? Double.POSITIVE_INFINITY : Math.max(a, b);
  }

  private static double distance(
      KernelCase of, Map<String, Activation> one, Map<String, Activation> other) {
    double most = 0;
    for (String name : of.needed()) {
      Activation a = one.get(name);
      Activation b = other.get(name);
      for (int i = 0; i < a.shape().elements(); i++) {
        most = larger(most, Math.abs((double) a.get(i) - b.get(i)));
      }
    }
    return most;
  }
}
