package fastvit4j.runtime.cpu;

import fastvit4j.runtime.plan.FusedStep;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Finds steps that follow each other and of which each alone reads what the one before wrote. */
final class StepChains {
  private final List<FusedStep> steps;
  private final Map<String, Integer> uses = new HashMap<>();

  /**
   * Looks at the steps of a plan.
   *
   * @param steps the steps in order
   * @param kept values that are wanted at the end
   */
  StepChains(List<FusedStep> steps, Set<String> kept) {
    this.steps = steps;
    steps.forEach(step -> step.reads().forEach(value -> uses.merge(value, 1, Integer::sum)));
    kept.forEach(value -> uses.merge(value, 1, Integer::sum));
  }

  /** The chain that begins with a step, of {@code most} steps at most and at least itself. */
  List<FusedStep> from(int first, int most) {
    int end = first + 1;
    while (end < steps.size() && end - first < most && follows(end)) {
      end++;
    }
    return steps.subList(first, end);
  }

  private boolean follows(int index) {
    String value = steps.get(index - 1).output();
    return steps.get(index).inputs().equals(List.of(value)) && uses.get(value) == 1;
  }

  /** A chain as one step, which reads what the first reads and writes what the last writes. */
  static FusedStep whole(List<FusedStep> chain) {
    FusedStep first = chain.getFirst();
    FusedStep last = chain.getLast();
    return chain.size() == 1
        ? first
        : new FusedStep(
            first.name(),
            first.block(),
            first.operator(),
            first.inputs(),
            last.residual(),
            last.activation(),
            last.output());
  }
}
