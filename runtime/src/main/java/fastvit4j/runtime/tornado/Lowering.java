package fastvit4j.runtime.tornado;

import fastvit4j.model.graph.Graph;
import fastvit4j.model.operator.Shape;
import fastvit4j.runtime.Precision;
import fastvit4j.runtime.plan.FusedStep;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Turns steps into kernel launches: has the registry choose a candidate for each step, or for
 * neighbouring steps together, which brings the weights into its kernels' layout and names the
 * values that pass between its launches. Weights are lowered once; a plan for another shape takes
 * them from the {@link WeightStore}.
 */
final class Lowering {
  private final List<FusedStep> steps;
  private final Map<String, Shape> shapes;
  private final PlanInput input;
  private final Set<String> kept;
  private final DeviceTraits traits;

  /** For each value the index of the last step that reads it. */
  private final Map<String, Integer> lastReads = new HashMap<>();

  private Lowering(
      List<FusedStep> steps,
      Map<String, Shape> shapes,
      PlanInput input,
      Set<String> kept,
      DeviceTraits traits) {
    this.steps = steps;
    this.shapes = shapes;
    this.input = input;
    this.kept = kept;
    this.traits = traits;
    for (int i = 0; i < steps.size(); i++) {
      for (String value : steps.get(i).reads()) {
        lastReads.put(value, i);
      }
    }
  }

  /**
   * What some steps get.
   *
   * @param from the index of the first of them
   * @param problem what they are together
   * @param choice the candidate
   */
  record Part(int from, Problem problem, KernelRegistry.Choice choice) {}

  /**
   * The candidates of all steps, in order.
   *
   * @param kept values that are read after the run: the outputs
   */
  static List<Part> parts(
      List<FusedStep> steps,
      Map<String, Shape> shapes,
      PlanInput input,
      Set<String> kept,
      DeviceTraits traits) {
    return new Lowering(steps, shapes, input, kept, traits).parts();
  }

  private List<Part> parts() {
    List<Part> parts = new ArrayList<>();
    int at = 0;
    while (at < steps.size()) {
      List<Problem> windows = windows(at);
      KernelRegistry.Choice choice = KernelRegistry.choose(windows, traits);
      Problem problem =
          windows.stream().filter(w -> choice.candidate().can(w, traits)).findFirst().orElseThrow();
      parts.add(new Part(at, problem, choice));
      at += problem.steps().size();
    }
    return parts;
  }

  /** The problems that begin at each step, as the registry is asked about them. */
  static List<List<Problem>> windows(
      List<FusedStep> steps,
      Map<String, Shape> shapes,
      PlanInput input,
      Set<String> kept,
      DeviceTraits traits) {
    Lowering lowering = new Lowering(steps, shapes, input, kept, traits);
    return IntStream.range(0, steps.size()).mapToObj(lowering::windows).toList();
  }

  /** The launches of all steps, in order; before them that which normalises pictures, if any. */
  static List<LoweredTask> lower(
      List<FusedStep> steps,
      Map<String, Shape> shapes,
      PlanInput input,
      Set<String> kept,
      WeightStore weights,
      DeviceTraits traits) {
    TaskList tasks = new TaskList(weights, shapes, traits);
    Set<Integer> halfSteps = new HashSet<>();
    for (Part part : parts(steps, shapes, input, kept, traits)) {
      if (part.from() == 0 && input.isPixels() && part.problem().pixels() == null) {
        tasks.begin(0, steps.subList(0, 1));
        PixelLowering.normalize(tasks, input);
      }
      tasks.begin(part.from(), part.problem().steps());
      part.choice().candidate().add(tasks, part.problem());
      if (part.choice().candidate().precision() == Precision.FLOAT16) {
        halfSteps.add(part.from());
      }
    }
    // What passes between the launches of a step are parts of sums: float32, like all sums.
    Set<String> full = new HashSet<>();
    tasks.tasks().forEach(task -> full.addAll(task.precisions().keySet()));
    full.removeAll(shapes.keySet());
    if (!traits.edges()) {
      full.add(Graph.INPUT);
      full.addAll(kept);
    }
    return HalfStorage.of(tasks.tasks(), halfSteps, full, weights);
  }

  /**
   * The problems that begin at a step, that of the most steps first: each step reads what the one
   * before it wrote.
   */
  private List<Problem> windows(int from) {
    List<Problem> windows = new ArrayList<>();
    int to = from + 1;
    while (true) {
      List<FusedStep> window = steps.subList(from, to);
      Set<String> needed = needed(window, to);
      windows.addFirst(new Problem(window, shapes, needed, null, traits.precision()));
      if (from == 0 && input.isPixels() && lastReads.getOrDefault(Graph.INPUT, 0) == 0) {
        windows.addFirst(new Problem(window, shapes, needed, input, traits.precision()));
      }
      boolean longer =
          to < steps.size()
              && to - from < KernelRegistry.MOST_STEPS
              && steps.get(to).inputs().getFirst().equals(window.getLast().output());
      if (!longer) {
        return windows;
      }
      to++;
    }
  }

  private Set<String> needed(List<FusedStep> window, int to) {
    Set<String> needed = new LinkedHashSet<>();
    for (FusedStep step : window) {
      String value = step.output();
      if (kept.contains(value) || lastReads.getOrDefault(value, -1) >= to) {
        needed.add(value);
      }
    }
    needed.add(window.getLast().output());
    return needed;
  }
}
