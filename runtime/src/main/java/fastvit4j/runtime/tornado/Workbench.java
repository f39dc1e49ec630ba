package fastvit4j.runtime.tornado;

import fastvit4j.model.graph.Graph;
import fastvit4j.model.operator.Shape;
import fastvit4j.runtime.Device;
import fastvit4j.runtime.Precision;
import fastvit4j.runtime.SessionOptions;
import fastvit4j.runtime.plan.FusedStep;
import fastvit4j.runtime.plan.Fusion;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;

/**
 * What whoever compares kernels has to know of a small network: which candidates could compute its
 * steps, and what they should take. Steps whose name begins with {@link #GIVEN} only make what the
 * others read, and are left out.
 */
public final class Workbench {
  /** What the names of nodes begin with that are not looked at. */
  public static final String GIVEN = "given";

  /** The name by which every step is asked to be computed by itself. */
  public static final String UNFUSED = Tuned.UNFUSED;

  private final Map<String, Shape> shapes;
  private final List<FusedStep> steps;
  private final Set<String> kept;
  private final PlanInput input;
  private final DeviceTraits traits;

  /**
   * Looks at a network.
   *
   * @param options what a session of it would be compiled with: the input, pictures or not, and the
   *     outputs, what is to be computed
   * @throws IllegalArgumentException if the device is not of TornadoVM or its emulator
   */
  public Workbench(Graph graph, SessionOptions options, Device device) {
    if (!(device instanceof TornadoDevice tornado)) {
      throw new IllegalArgumentException(device.name() + " does not run TornadoVM's kernels");
    }
    this.shapes = graph.shapes(options.input());
    this.steps = Fusion.fuse(graph, options.outputs());
    this.kept = new HashSet<>(options.outputs().stream().map(graph.outputs()::get).toList());
    this.input = PlanInput.of(options);
    this.traits = tornado.traits();
  }

  /** Whether a device's kernels can be asked for by name. */
  public static boolean isFor(Device device) {
    return device instanceof TornadoDevice;
  }

  /**
   * Steps that a model of a network may be made of.
   *
   * @param steps the steps, one or neighbours that are computed together
   * @param shapes the shapes of all values of the network
   * @param needed values that the steps write for others to read
   * @param pictures whether they read pictures as bytes, which one kernel normalises too
   * @param text all that the choice of a kernel depends on
   * @param candidates names of what can compute them
   * @param times how often the network has them
   */
  public record Problems(
      List<FusedStep> steps,
      Map<String, Shape> shapes,
      Set<String> needed,
      boolean pictures,
      String text,
      List<String> candidates,
      int times) {}

  /**
   * Every different problem of the network, each once: each step, and neighbouring ones that some
   * candidate computes together.
   */
  public List<Problems> problems() {
    SequencedMap<String, Problem> first = new LinkedHashMap<>();
    Map<String, Integer> times = new HashMap<>();
    for (List<Problem> windows : Lowering.windows(steps, shapes, input, kept, traits)) {
      for (Problem problem : windows.reversed()) {
        if (!isGiven(problem) && !able(problem).isEmpty()) {
          first.putIfAbsent(problem.text(), problem);
          times.merge(problem.text(), 1, Integer::sum);
        }
      }
    }
    return first.entrySet().stream()
        .map(
            entry ->
                new Problems(
                    entry.getValue().steps(),
                    entry.getValue().shapes(),
                    entry.getValue().needed(),
                    entry.getValue().pixels() != null,
                    entry.getKey(),
                    able(entry.getValue()),
                    times.get(entry.getKey())))
        .toList();
  }

  private List<String> able(Problem problem) {
    return KernelRegistry.able(problem, traits).stream().map(Candidate::name).toList();
  }

  /** Names of the candidates that could compute the steps, fused ones first, each once. */
  public List<String> candidates() {
    Set<String> names = new LinkedHashSet<>();
    problems().stream()
        .sorted((a, b) -> b.steps().size() - a.steps().size())
        .forEach(
            problem -> {
              names.addAll(problem.candidates());
              if (problem.steps().size() > 1) {
                names.add(UNFUSED);
              }
            });
    return List.copyOf(names);
  }

  /**
   * The candidates that the steps get on the device as it is, joined; before them what normalises
   * pictures, if something does so by itself.
   */
  public String chosen() {
    List<String> names = new ArrayList<>();
    if (normalisesApart()) {
      names.add(Kernel.NORMALIZE_PIXELS.label());
    }
    parts().forEach(part -> names.add(part.choice().candidate().name()));
    return String.join(", ", names);
  }

  /** How values and weights are stored by the candidates that the steps get. */
  public Set<Precision> stored() {
    Set<Precision> stored = EnumSet.noneOf(Precision.class);
    if (normalisesApart()) {
      stored.add(Precision.FLOAT32);
    }
    for (Lowering.Part part : parts()) {
      Candidate candidate = part.choice().candidate();
      stored.add(candidate.precision());
      // A kernel of parallel loops has no form for float16, whatever stands beside it.
      if (!candidate.kernels().stream().allMatch(Kernel::usesContext)) {
        stored.add(Precision.FLOAT32);
      }
    }
    return stored;
  }

  /** Whether pictures are given, and normalised by a kernel that does nothing else. */
  private boolean normalisesApart() {
    if (!input.isPixels()) {
      return false;
    }
    Problem first = Lowering.parts(steps, shapes, input, kept, traits).getFirst().problem();
    return first.pixels() == null && !isGiven(first);
  }

  private List<Lowering.Part> parts() {
    return Lowering.parts(steps, shapes, input, kept, traits).stream()
        .filter(part -> !isGiven(part.problem()))
        .toList();
  }

  private static boolean isGiven(Problem problem) {
    return problem.steps().getFirst().name().startsWith(GIVEN);
  }

  /** Floating point operations of the steps, a multiply-add counted as two. */
  public long operations() {
    return parts().stream().mapToLong(part -> CostModel.operations(part.problem())).sum();
  }

  /** Those of them that tensor cores could do, of steps by themselves. */
  public long matrixOperations() {
    return Lowering.windows(steps, shapes, input, kept, traits).stream()
        .flatMap(List::stream)
        .filter(problem -> problem.steps().size() == 1 && !isGiven(problem))
        .filter(
            problem ->
                KernelRegistry.able(problem, traits).stream()
                    .anyMatch(c -> c.kernels().contains(GpuKernels.POINTWISE_MMA)))
        .mapToLong(GpuCandidates::matrixOperations)
        .sum();
  }

  /** Bytes that the steps cannot do without: what comes in, weights, and what goes out. */
  public long leastBytes() {
    Set<String> made = new HashSet<>();
    Set<String> touched = new LinkedHashSet<>();
    long parameters = 0;
    for (FusedStep step : steps) {
      if (!step.name().startsWith(GIVEN)) {
        step.reads().stream().filter(v -> !made.contains(v)).forEach(touched::add);
        made.add(step.output());
        parameters += step.operator().parameters().stream().mapToLong(t -> t.elements()).sum();
      }
    }
    kept.stream().filter(made::contains).forEach(touched::add);
    long bytes = 0;
    if (input.isPixels() && touched.remove(Graph.INPUT)) {
      bytes = input.bytes();
    }
    long values = touched.stream().mapToLong(v -> shapes.get(v).elements()).sum();
    return bytes + traits.precision().bytes() * (values + parameters);
  }

  /** What the chosen candidates ask of the device. */
  public Cost cost() {
    return costs().stream().reduce(Cost::plus).orElseThrow();
  }

  private List<Cost> costs() {
    List<Cost> costs = new ArrayList<>();
    List<Lowering.Part> parts = parts();
    if (normalisesApart()) {
      costs.add(CostModel.ofNormalizing(input, parts.getFirst().problem(), traits));
    }
    parts.forEach(
        part -> costs.add(CostModel.of(part.choice().candidate(), part.problem(), traits)));
    return costs;
  }

  /** The part of the device that the work-groups of the largest launch fill. */
  public double filled() {
    return CostModel.filled(cost(), traits);
  }

  /** What the choice between fusions and single steps takes the device's limits to be. */
  public Limits limits() {
    return traits.limits();
  }

  /** Nanoseconds that the chosen candidates should take. */
  public double predictedNanos(Limits limits) {
    return costs().stream().mapToDouble(cost -> CostModel.nanos(cost, traits, limits)).sum();
  }
}
