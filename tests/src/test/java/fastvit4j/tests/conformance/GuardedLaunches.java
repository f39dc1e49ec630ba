package fastvit4j.tests.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fastvit4j.tests.oracle.Values;
import fastvit4j.tools.verify.Bounded;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import uk.ac.manchester.tornado.api.GridScheduler;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.WorkerGrid;
import uk.ac.manchester.tornado.api.WorkerGrid3D;
import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.exceptions.TornadoExecutionPlanException;
import uk.ac.manchester.tornado.api.types.arrays.ByteArray;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Kernels launched one after the other on whatever TornadoVM takes first, the emulator where the
 * JVM has no SDK. Behind each input there is NaN, which spoils the result of a kernel that reads
 * it; every output is NaN before the first launch and ends in a band that must be as it was.
 */
final class GuardedLaunches {
  private static final String GRAPH = "guarded";
  private static final int BAND = 131;
  private static final float GUARD = -54321.125f;

  private final List<Object> inputs = new ArrayList<>();
  private final Map<FloatArray, FloatArray> outputs = new LinkedHashMap<>();
  private final List<BiConsumer<TaskGraph, String>> tasks = new ArrayList<>();
  private final List<WorkerGrid> grids = new ArrayList<>();

  /** What a kernel reads. */
  FloatArray input(float... values) {
    FloatArray array = new FloatArray(values.length + BAND);
    array.init(Float.NaN);
    for (int i = 0; i < values.length; i++) {
      array.set(i, values[i]);
    }
    inputs.add(array);
    return array;
  }

  /** Bytes that a kernel reads, with 255 behind them. */
  ByteArray input(byte[] values) {
    byte[] guarded = Arrays.copyOf(values, values.length + BAND);
    Arrays.fill(guarded, values.length, guarded.length, (byte) 255);
    ByteArray array = ByteArray.fromArray(guarded);
    inputs.add(array);
    return array;
  }

  /** What a kernel writes, all of it. */
  FloatArray output(int size) {
    FloatArray poison = new FloatArray(size + BAND);
    poison.init(Float.NaN);
    for (int i = size; i < size + BAND; i++) {
      poison.set(i, GUARD);
    }
    inputs.add(poison);
    FloatArray array = new FloatArray(size + BAND);
    outputs.put(array, poison);
    return array;
  }

  /** A launch with parallel loops. */
  void add(BiConsumer<TaskGraph, String> task) {
    add(null, task);
  }

  /** A launch with work-groups. */
  void add(WorkerGrid grid, BiConsumer<TaskGraph, String> task) {
    tasks.add(task);
    grids.add(grid);
  }

  /** This many groups in each direction, of so many work-items. */
  static WorkerGrid groups(int x, int y, int z, int localX, int localY) {
    WorkerGrid grid = new WorkerGrid3D(x * localX, y * localY, z);
    grid.setLocalWork(localX, localY, 1);
    return grid;
  }

  /** Runs all launches and looks at the bands. */
  void run() {
    TaskGraph graph = new TaskGraph(GRAPH);
    GridScheduler scheduler = new GridScheduler();
    graph.transferToDevice(DataTransferMode.EVERY_EXECUTION, inputs.toArray());
    int poisons = 0;
    for (Map.Entry<FloatArray, FloatArray> output : outputs.entrySet()) {
      graph.task(
          "poison" + poisons++,
          GuardedLaunches::copy,
          output.getValue(),
          output.getKey(),
          output.getKey().getSize());
    }
    for (int i = 0; i < tasks.size(); i++) {
      tasks.get(i).accept(graph, "task" + i);
      if (grids.get(i) != null) {
        scheduler.addWorkerGrid(GRAPH + ".task" + i, grids.get(i));
      }
    }
    graph.transferToHost(DataTransferMode.EVERY_EXECUTION, outputs.keySet().toArray());
    try (TornadoExecutionPlan plan = new TornadoExecutionPlan(graph.snapshot())) {
      if (grids.stream().anyMatch(grid -> grid != null)) {
        plan.withGridScheduler(scheduler);
      }
      plan.execute();
    } catch (TornadoExecutionPlanException e) {
      throw new AssertionError(e);
    }
    outputs.keySet().forEach(GuardedLaunches::checkBand);
  }

  private static void checkBand(FloatArray output) {
    for (int i = output.getSize() - BAND; i < output.getSize(); i++) {
      assertEquals(GUARD, output.get(i), "element " + i + ", behind the end");
    }
  }

  /** Compares what a launch wrote with the oracle. */
  static void compare(String name, Values expected, Bounded bounds, FloatArray actual) {
    int size = expected.data().length;
    assertEquals(size, actual.getSize() - BAND, name);
    for (int i = 0; i < size; i++) {
      double error = Math.abs(actual.get(i) - expected.data()[i]);
      double bound = bounds.error().data()[i] + Float.MIN_NORMAL;
      int at = i;
      assertTrue(
          error <= bound,
          () ->
              "%s[%d] is %s, not %s: allowed is %.3g"
                  .formatted(name, at, actual.get(at), expected.data()[at], bound));
    }
  }

  /** {@code y = x}. */
  public static void copy(FloatArray x, FloatArray y, int size) {
    for (@Parallel int i = 0; i < size; i++) {
      y.set(i, x.get(i));
    }
  }
}
