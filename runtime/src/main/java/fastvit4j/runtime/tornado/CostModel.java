package fastvit4j.runtime.tornado;

import fastvit4j.model.tensor.Tensor;
import fastvit4j.runtime.plan.FusedStep;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How long a candidate should take: the longest of its operations at the device's peak, that of
 * tensor cores for what these do, its bytes at the speed of its memory and its loads at that of the
 * caches, over the part of the device that its work-groups fill, plus what each launch takes by
 * itself.
 *
 * <pre>
 *   t = max(operations / (peak · filled), bytes / (bandwidth(bytes) · reached),
 *           loads / (bandwidth(caches) · filled)) + launches · launch
 * </pre>
 *
 * <p>{@code reached} is the part of a GPU's processors that have a group at all. {@code filled}
 * goes through the groups as a GPU does: each processor holds as many at a time as its local memory
 * and its room for work-items allow, a processor with fewer than {@value #BUSY_ITEMS} work-items is
 * in part idle, and so are those that the last groups do not reach. Local memory counts by the
 * groups that it keeps out, not by what is read from it.
 *
 * <p>It is a bound that a perfect kernel of this shape would meet. What a kernel takes longer is
 * its own: instructions besides the arithmetic, or waiting.
 */
final class CostModel {
  /** A working set that caches hold. */
  private static final long CACHED = 256L << 10;

  /** Work-items that a GPU's compute unit has room for; groups, likewise. */
  private static final long UNIT_ITEMS = 2048;

  private static final long UNIT_GROUPS = 16;

  /** Work-items with sums of their own that keep a GPU's compute unit busy. */
  private static final long BUSY_ITEMS = 256;

  /** Work-items of a group where the driver chooses. */
  private static final long DRIVERS_GROUP = 64;

  private CostModel() {}

  /** What a candidate asks of a device for a problem. */
  static Cost of(Candidate candidate, Problem problem, DeviceTraits device) {
    TaskList list = new TaskList(WeightStore.ofNothing(), problem.shapes(), device);
    list.begin(0, problem.steps());
    candidate.add(list, problem);
    Cost counted = counted(list.tasks(), problem);
    return candidate.costing() == null
        ? counted
        : candidate.costing().of(problem, counted, candidate.tile());
  }

  /** What it costs to normalise pictures that no kernel reads as bytes. */
  static Cost ofNormalizing(PlanInput pictures, Problem problem, DeviceTraits device) {
    TaskList list = new TaskList(WeightStore.ofNothing(), problem.shapes(), device);
    list.begin(0, problem.steps().subList(0, 1));
    PixelLowering.normalize(list, pictures);
    long elements = pictures.shape().elements();
    long bytes = elements * (1 + Float.BYTES);
    long groups = Math.ceilDiv(elements, DRIVERS_GROUP);
    return new Cost(2 * elements, 0, bytes, bytes, 0, groups, DRIVERS_GROUP, list.tasks().size());
  }

  /** Each launch reads what it is given and writes its result once; weights are read once. */
  private static Cost counted(List<LoweredTask> tasks, Problem problem) {
    long bytes = 0;
    for (FusedStep step : problem.steps()) {
      for (Tensor tensor : step.operator().parameters()) {
        bytes += (long) problem.precision().bytes() * tensor.elements();
      }
    }
    long groups = 1;
    long items = 1;
    Map<String, Integer> written = new HashMap<>();
    for (LoweredTask task : tasks) {
      task.writes().forEach(value -> written.put(value.name(), value.elements()));
      Set<String> touched = new HashSet<>(task.reads());
      task.writes().forEach(value -> touched.add(value.name()));
      for (String value : touched) {
        bytes += bytes(value, problem, written);
      }
      long all = task.grid().global().stream().mapToLong(n -> n).reduce(1, (a, b) -> a * b);
      long group =
          task.grid().local() == null
              ? DRIVERS_GROUP
              : task.grid().local().stream().mapToLong(n -> n).reduce(1, (a, b) -> a * b);
      groups = Math.max(groups, Math.ceilDiv(all, group));
      items = Math.max(items, group);
    }
    return new Cost(operations(problem), 0, bytes, bytes, 0, groups, items, tasks.size());
  }

  private static long bytes(String value, Problem problem, Map<String, Integer> written) {
    if (problem.pixels() != null && value.equals(problem.pixels().value())) {
      return problem.pixels().bytes();
    }
    if (problem.shapes().containsKey(value)) {
      return (long) problem.precision().bytes() * problem.shapes().get(value).elements();
    }
    // What passes between the launches of a step is float32.
    return (long) Float.BYTES * written.getOrDefault(value, 0);
  }

  /** Two for each multiply-add, one for each element of anything else. */
  static long operations(Problem problem) {
    long operations = 0;
    for (FusedStep step : problem.steps()) {
      long macs = step.operator().macs(step.inputs().stream().map(problem.shapes()::get).toList());
      long elements = problem.shapes().get(step.output()).elements();
      operations += macs > 0 ? 2 * macs : elements;
      operations += step.residual() == null ? 0 : elements;
      operations += step.activation() == null ? 0 : elements;
    }
    return operations;
  }

  /** The part of the device that is at work, on average until the last group is done. */
  static double filled(Cost cost, DeviceTraits device) {
    long units = device.computeUnits();
    long held = held(cost, device);
    long waves = cost.groups() / (units * held);
    long last = Math.ceilDiv(cost.groups() - waves * units * held, units);
    double time = waves * busyFor(held, cost, device) + busyFor(last, cost, device);
    return cost.groups() / (units * time);
  }

  /** Groups that a compute unit holds at a time. */
  private static long held(Cost cost, DeviceTraits device) {
    if (!device.gpu()) {
      return 1;
    }
    long byItems = UNIT_ITEMS / Math.max(1, cost.groupItems());
    long byLocal = cost.localBytes() == 0 ? UNIT_GROUPS : device.localBytes() / cost.localBytes();
    return Math.clamp(Math.min(byItems, byLocal), 1, UNIT_GROUPS);
  }

  /** How long a compute unit takes for groups that it holds together, in times of a busy one's. */
  private static double busyFor(long groups, Cost cost, DeviceTraits device) {
    double least = device.gpu() && groups > 0 ? (double) BUSY_ITEMS / cost.groupItems() : 0;
    return Math.max((double) groups, least);
  }

  /** Nanoseconds. */
  static double nanos(Cost cost, DeviceTraits device, Limits limits) {
    double filled = filled(cost, device);
    double reached = device.gpu() ? Math.min(1, (double) cost.groups() / device.computeUnits()) : 1;
    double arithmetic = limits.seconds(cost.operations(), cost.matrixOperations()) / filled;
    double memory = cost.bytes() / (limits.bytesPerSecond(cost.bytes()) * reached);
    double cached = Math.max(limits.bytesPerSecond(CACHED), limits.bytesPerSecond(cost.bytes()));
    double caches = cost.loadedBytes() / (cached * filled);
    return 1e9 * Math.max(arithmetic, Math.max(memory, caches))
        + cost.launches() * (double) limits.launchNanos();
  }
}
