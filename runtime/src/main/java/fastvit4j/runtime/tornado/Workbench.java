package fastvit4j.runtime.tornado;

import fastvit4j.model.graph.Graph;
import fastvit4j.model.operator.Shape;
import fastvit4j.runtime.Device;
import fastvit4j.runtime.plan.FusedStep;
import fastvit4j.runtime.plan.Fusion;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
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
   * @param outputs names of its outputs, what is to be computed
   * @throws IllegalArgumentException if the device is not of TornadoVM or its emulator
   */
  public Workbench(Graph graph, Shape input, Set<String> outputs, Device device) {
    if (!(device instanceof TornadoDevice tornado)) {
      throw new IllegalArgumentException(device.name() + " does not run TornadoVM's kernels");
    }
    this.shapes = graph.shapes(input);
    this.steps = Fusion.fuse(graph, outputs);
    this.kept = new HashSet<>(outputs.stream().map(graph.outputs()::get).toList());
    this.input = PlanInput.floats(input);
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
   * @param text all that the choice of a kernel depends on
   * @param candidates names of what can compute them
   */
  public record Problems(
      List<FusedStep> steps,
      Map<String, Shape> shapes,
      Set<String> needed,
      String text,
      List<String> candidates) {}

  /**
   * Every different problem of the network, each once: each step, and neighbouring ones that some
   * candidate computes together.
   */
  public List<Problems> problems() {
    List<Problems> problems = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (List<Problem> windows : Lowering.windows(steps, shapes, input, kept, traits)) {
      for (Problem problem : windows.reversed()) {
        List<String> names =
            KernelRegistry.able(problem, traits).stream().map(Candidate::name).toList();
        if (!isGiven(problem) && !names.isEmpty() && seen.add(problem.text())) {
          problems.add(
              new Problems(
                  problem.steps(), problem.shapes(), problem.needed(), problem.text(), names));
        }
      }
    }
    return problems;
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

  /** The candidates that the steps get on the device as it is, joined. */
  public String chosen() {
    return String.join(
        ", ", parts().stream().map(part -> part.choice().candidate().name()).toList());
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
    long values = touched.stream().mapToLong(v -> shapes.get(v).elements()).sum();
    return traits.precision().bytes() * (values + parameters);
  }

  /** What the chosen candidates ask of the device. */
  public Cost cost() {
    return parts().stream()
        .map(part -> CostModel.of(part.choice().candidate(), part.problem(), traits))
        .reduce(Cost::plus)
        .orElseThrow();
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
    return parts().stream()
        .mapToDouble(
            part ->
                CostModel.nanos(
                    CostModel.of(part.choice().candidate(), part.problem(), traits),
                    traits,
                    limits))
        .sum();
  }
}
