package fastvit4j.runtime.tornado;

import fastvit4j.model.graph.Graph;
import fastvit4j.model.operator.Shape;
import fastvit4j.runtime.Device;
import fastvit4j.runtime.Precision;
import fastvit4j.runtime.SessionOptions;
import fastvit4j.runtime.plan.FusedStep;
import fastvit4j.runtime.plan.Fusion;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The kernels of each operator on TornadoVM's devices, and which of them a shape and a device get.
 */
public final class KernelTable {
  private KernelTable() {}

  /**
   * One line of the table.
   *
   * @param operator the operator's name, of a fusion {@code Conv2d>Linear} or so
   * @param name how the candidate is asked for
   * @param precision how values are stored
   * @param kernels names of the kernels that are launched one after the other
   * @param methods the Java methods behind them, {@code Class.method}
   * @param when which shapes and devices get them
   */
  public record Entry(
      String operator,
      String name,
      Precision precision,
      List<String> kernels,
      List<String> methods,
      String when) {
    private static Entry of(Candidate candidate) {
      return new Entry(
          candidate.operator(),
          candidate.name(),
          candidate.precision(),
          candidate.kernels().stream().map(Kernel::label).toList(),
          candidate.kernels().stream()
              .map(k -> k.owner().getSimpleName() + "." + k.method())
              .toList(),
          candidate.when());
    }
  }

  /**
   * What one or several steps of a network get.
   *
   * @param operator the operator, of a fusion {@code Conv2d>Linear} or so
   * @param name the candidate's
   * @param kernels names of the kernels that are launched one after the other
   * @param reason why, in a few words
   * @param step the name of the first of the steps
   * @param predictedNanos how long the cost model expects it to take, with {@link #limits}
   * @param apartNanos how long it expects the steps to take without the kernel that computes them
   *     together; of a single step the same
   */
  public record Choice(
      String operator,
      String name,
      List<String> kernels,
      String reason,
      String step,
      double predictedNanos,
      double apartNanos) {
    private static Choice of(Lowering.Part part, DeviceTraits traits) {
      Problem problem = part.problem();
      Candidate candidate = part.choice().candidate();
      Limits limits = traits.limits();
      double predicted = CostModel.nanos(CostModel.of(candidate, problem, traits), traits, limits);
      return new Choice(
          problem.kind(),
          candidate.name(),
          candidate.kernels().stream().map(Kernel::label).toList(),
          part.choice().reason(),
          problem.steps().getFirst().name(),
          predicted,
          problem.steps().size() == 1 ? predicted : FusionChoice.apart(problem, traits, limits));
    }
  }

  /**
   * What the cost model takes a device's limits to be where it chooses.
   *
   * @throws IllegalArgumentException if the device is of another family
   */
  public static Limits limits(Device device) {
    return tornado(device).traits().limits();
  }

  /** All candidates, in the order in which they are asked whether they suit. */
  public static List<Entry> entries() {
    Kernel pictures = Kernel.NORMALIZE_PIXELS;
    Candidate normalize =
        Candidate.of("pictures", pictures).when("where pictures are given as bytes");
    return Stream.concat(KernelRegistry.CANDIDATES.stream(), Stream.of(normalize))
        .map(Entry::of)
        .toList();
  }

  /**
   * The kernels that a network gets, in order.
   *
   * @param graph the network, of which all outputs are asked for
   * @param input the input's shape, NHWC
   * @param device a device of the families {@code tornado} or {@code emulator}
   * @throws IllegalArgumentException if the device is of another family
   */
  public static List<Choice> choose(Graph graph, Shape input, Device device) {
    return choose(graph, SessionOptions.of(input).withOutputs(all(graph)), device);
  }

  private static SequencedSet<String> all(Graph graph) {
    return new LinkedHashSet<>(graph.outputs().keySet());
  }

  /**
   * The kernels that a network gets for a session, in order. One that only makes numbers of
   * pictures' bytes is not among them.
   *
   * @param device a device of the families {@code tornado} or {@code emulator}
   * @throws IllegalArgumentException if the device is of another family
   */
  public static List<Choice> choose(Graph graph, SessionOptions options, Device device) {
    DeviceTraits traits = tornado(device).traits();
    List<FusedStep> steps = Fusion.fuse(graph, options.outputs());
    PlanInput format = PlanInput.of(options);
    return Lowering.parts(
            steps, graph.shapes(options.input()), format, kept(graph, options), traits)
        .stream()
        .map(part -> Choice.of(part, traits))
        .toList();
  }

  private static Set<String> kept(Graph graph, SessionOptions options) {
    return options.outputs().stream().map(graph.outputs()::get).collect(Collectors.toSet());
  }

  /**
   * What keeps a device from computing any part of a network with a line of the table, in a few
   * words that begin with "no": what of the device had to be otherwise, everything else as it is.
   *
   * @return empty if the device can, or could not for a single reason
   * @throws IllegalArgumentException if the device is of another family
   */
  public static Optional<String> lacking(
      Entry entry, Graph graph, SessionOptions options, Device device) {
    DeviceTraits traits = tornado(device).traits();
    List<FusedStep> steps = Fusion.fuse(graph, options.outputs());
    List<Problem> problems =
        Lowering.windows(
                steps,
                graph.shapes(options.input()),
                PlanInput.of(options),
                kept(graph, options),
                traits)
            .stream()
            .flatMap(List::stream)
            .toList();
    return KernelRegistry.CANDIDATES.stream()
        .filter(candidate -> Entry.of(candidate).equals(entry))
        .findFirst()
        .flatMap(candidate -> Lacking.of(candidate, problems, traits));
  }

  /**
   * The same device with operators given to the named candidates wherever these can compute them,
   * the first of them first: to check and to compare kernels where the table would choose others.
   * The name {@code unfused} has every step computed by itself.
   *
   * @throws IllegalArgumentException if the device is of another family or no candidate has a name
   */
  public static Device preferring(Device device, List<String> names) {
    TornadoDevice tornado = tornado(device);
    for (String name : names) {
      if (!name.equals(Tuned.UNFUSED)
          && Stream.concat(KernelRegistry.CANDIDATES.stream(), tornado.traits().besides().stream())
              .noneMatch(c -> c.name().equals(name))) {
        throw new IllegalArgumentException("no kernel is called " + name);
      }
    }
    return tornado.with(tornado.traits().preferring(names));
  }

  /**
   * The same device, whose sessions store what comes in and goes out like the rest, as float16 if
   * that is its precision, and convert it on the host: to check and to measure kernels by
   * themselves as they are in the middle of a network.
   */
  public static Device withStoredEdges(Device device) {
    return device instanceof TornadoDevice tornado
        ? tornado.with(tornado.traits().withEdges())
        : device;
  }

  /**
   * The same device, whose sessions have guard bands around all that they hold on it, and fail in a
   * run that wrote outside of an array: to check kernels. Each value then has a buffer to itself,
   * everything is copied at each run, and device memory is counted without the bands.
   *
   * @param elements of the band behind each array, 0 or more
   * @throws IllegalArgumentException if the device is of another family
   */
  public static Device withGuards(Device device, int elements) {
    if (elements < 0) {
      throw new IllegalArgumentException("a band of " + elements + " elements");
    }
    return tornado(device).guarded(elements);
  }

  private static TornadoDevice tornado(Device device) {
    if (device instanceof TornadoDevice tornado) {
      return tornado;
    }
    throw new IllegalArgumentException(device.name() + " does not run TornadoVM's kernels");
  }
}
