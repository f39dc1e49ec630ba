package fastvit4j.runtime.tornado;

import fastvit4j.runtime.plan.FusedStep;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import uk.ac.manchester.tornado.api.types.arrays.TornadoNativeArray;

/**
 * How long a candidate should take: the longest of its operations at the device's peak, that of
 * tensor cores for what these do, its bytes at the speed of its memory and its loads at that of the
 * caches, over the part of the device that its work-groups fill, plus what each launch takes by
 * itself.
 *
 * <pre>
 *   t = max(operations / (peak · filled), bytes / bandwidth(bytes), loads / (bandwidth(caches) · filled))
 *       + launches · launch
 * </pre>
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

  /** Work-items of a group where the driver chooses. */
  private static final long DRIVERS_GROUP = 64;

  private CostModel() {}

  /** What a candidate asks of a device for a problem. */
  static Cost of(Candidate candidate, Problem problem, DeviceTraits device, WeightStore weights) {
    TaskList list = new TaskList(weights, problem.shapes(), device);
    list.begin(0, problem.steps());
    candidate.add(list, problem);
    Cost counted = counted(list.tasks(), problem);
    return candidate.costing() == null
        ? counted
        : candidate.costing().of(problem, counted, candidate.tile());
  }

  /** Each launch reads what it is given and writes its result once. */
  private static Cost counted(List<LoweredTask> tasks, Problem problem) {
    long bytes = 0;
    long groups = 1;
    long items = 1;
    Map<String, Integer> written = new HashMap<>();
    for (LoweredTask task : tasks) {
      task.writes().forEach(value -> written.put(value.name(), value.elements()));
      Set<String> touched = new HashSet<>(task.reads());
      task.writes().forEach(value -> touched.add(value.name()));
      for (String value : touched) {
        long elements =
            problem.shapes().containsKey(value)
                ? problem.shapes().get(value).elements()
                : written.getOrDefault(value, 0);
        bytes += problem.precision().bytes() * elements;
      }
      for (TornadoNativeArray array : new HashSet<>(task.constants())) {
        bytes += array.getNumBytesOfSegment() * problem.precision().bytes() / Float.BYTES;
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
    long atOnce = device.computeUnits();
    if (device.gpu()) {
      long byItems = UNIT_ITEMS / Math.max(1, cost.groupItems());
      long byLocal = cost.localBytes() == 0 ? UNIT_GROUPS : device.localBytes() / cost.localBytes();
      atOnce *= Math.max(1, Math.min(UNIT_GROUPS, Math.min(byItems, byLocal)));
    }
    long waves = Math.ceilDiv(cost.groups(), atOnce);
    return (double) cost.groups() / (waves * atOnce);
  }

  /** Nanoseconds. */
  static double nanos(Cost cost, DeviceTraits device, Roof roof) {
    double filled = filled(cost, device);
    double arithmetic = roof.seconds(cost.operations(), cost.matrixOperations()) / filled;
    double memory = cost.bytes() / roof.bytesPerSecond(cost.bytes());
    double caches =
        cost.loadedBytes()
            / (Math.max(roof.bytesPerSecond(CACHED), roof.bytesPerSecond(cost.bytes())) * filled);
    return 1e9 * Math.max(arithmetic, Math.max(memory, caches))
        + cost.launches() * (double) roof.launchNanos();
  }
}
