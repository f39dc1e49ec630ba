package fastvit4j.runtime.tornado;

import fastvit4j.runtime.DeviceException;
import fastvit4j.runtime.plan.FusedStep;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Whether a device computes neighbouring steps in one kernel: where the {@link CostModel} expects
 * it to take less time than what the steps get without that kernel.
 */
final class FusionChoice {
  private FusionChoice() {}

  /**
   * Whether a fusion is taken. Never one with fewer work-groups than the device has processors: how
   * long groups wait decides there, and of that the model knows nothing.
   */
  static boolean pays(Candidate fused, Problem problem, DeviceTraits device) {
    if (!device.gpu()) {
      return false;
    }
    try {
      Cost cost = CostModel.of(fused, problem, device);
      return cost.groups() >= device.computeUnits()
          && CostModel.nanos(cost, device, device.limits())
              < apart(problem, device, device.limits());
    } catch (DeviceException _) {
      return false; // a grid that the device does not take
    }
  }

  /** Nanoseconds that the steps should take without a kernel that computes all of them. */
  static double apart(Problem problem, DeviceTraits device, Limits limits) {
    double nanos = 0;
    if (problem.pixels() != null) {
      Cost cost = CostModel.ofNormalizing(problem.pixels(), problem, device);
      nanos += CostModel.nanos(cost, device, limits);
    }
    int at = 0;
    while (at < problem.steps().size()) {
      List<Problem> windows = windows(problem, at);
      KernelRegistry.Choice choice = KernelRegistry.choose(windows, device);
      Problem part =
          windows.stream().filter(w -> choice.candidate().can(w, device)).findFirst().orElseThrow();
      nanos += CostModel.nanos(CostModel.of(choice.candidate(), part, device), device, limits);
      at += part.steps().size();
    }
    return nanos;
  }

  /** The problems that begin at a step, the longest first, but for the whole. */
  private static List<Problem> windows(Problem problem, int from) {
    List<Problem> windows = new ArrayList<>();
    int all = problem.steps().size();
    for (int to = from == 0 ? all - 1 : all; to > from; to--) {
      windows.add(
          new Problem(
              problem.steps().subList(from, to),
              problem.shapes(),
              needed(problem, from, to),
              null,
              problem.precision()));
    }
    return windows;
  }

  private static Set<String> needed(Problem problem, int from, int to) {
    Set<String> needed = new LinkedHashSet<>();
    List<FusedStep> later = problem.steps().subList(to, problem.steps().size());
    for (FusedStep step : problem.steps().subList(from, to)) {
      String value = step.output();
      if (problem.needed().contains(value)
          || later.stream().anyMatch(other -> other.reads().contains(value))) {
        needed.add(value);
      }
    }
    needed.add(problem.steps().get(to - 1).output());
    return needed;
  }
}
