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
import uk.ac.manchester.tornado.api.types.HalfFloat;
import uk.ac.manchester.tornado.api.types.arrays.ByteArray;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.HalfFloatArray;
import uk.ac.manchester.tornado.api.types.arrays.TornadoNativeArray;

/**
 * Kernels launched one after the other on whatever TornadoVM takes first, the emulator where the
 * JVM has no SDK. Behind each input there is NaN, which spoils the result of a kernel that reads
 * it; every output is NaN before the first launch and ends in a band that must be as it was.
 */
final class GuardedLaunches {
  private static final String GRAPH = "guarded";
  private static final int BAND = 131;
  private static final float GUARD = -54321.125f;
  private static final float HALF_GUARD = -54304f;

  private final List<Object> inputs = new ArrayList<>();
  private final Map<TornadoNativeArray, TornadoNativeArray> outputs = new LinkedHashMap<>();
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

  /** What a kernel reads, stored as float16. */
  HalfFloatArray halfInput(float... values) {
    HalfFloatArray array = new HalfFloatArray(values.length + BAND);
    for (int i = 0; i < array.getSize(); i++) {
      array.set(i, new HalfFloat(i < values.length ? values[i] : Float.NaN));
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

  /** What a kernel writes and stores as float16, all of it. */
  HalfFloatArray halfOutput(int size) {
    HalfFloatArray poison = new HalfFloatArray(size + BAND);
    for (int i = 0; i < poison.getSize(); i++) {
      poison.set(i, new HalfFloat(i < size ? Float.NaN : HALF_GUARD));
    }
    inputs.add(poison);
    HalfFloatArray array = new HalfFloatArray(size + BAND);
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
    for (Map.Entry<TornadoNativeArray, TornadoNativeArray> output : outputs.entrySet()) {
      String task = "poison" + poisons++;
      switch (output.getKey()) {
        case FloatArray y ->
            graph.task(task, GuardedLaunches::copy, (FloatArray) output.getValue(), y, y.getSize());
        case HalfFloatArray y ->
            graph.task(
                task,
                GuardedLaunches::copyHalves,
                (HalfFloatArray) output.getValue(),
                y,
                y.getSize());
        default -> throw new IllegalStateException(output.toString());
      }
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

  private static void checkBand(TornadoNativeArray output) {
    float guard = output instanceof FloatArray ? GUARD : HALF_GUARD;
    for (int i = output.getSize() - BAND; i < output.getSize(); i++) {
      assertEquals(guard, element(output, i), "element " + i + ", behind the end");
    }
  }

  private static float element(TornadoNativeArray array, int index) {
    return array instanceof FloatArray floats
        ? floats.get(index)
        : ((HalfFloatArray) array).get(index).getFloat32();
  }

  /** Compares what a launch wrote with the oracle. */
  static void compare(String name, Values expected, Bounded bounds, TornadoNativeArray actual) {
    int size = expected.data().length;
    assertEquals(size, actual.getSize() - BAND, name);
    for (int i = 0; i < size; i++) {
      double error = Math.abs(element(actual, i) - expected.data()[i]);
      double bound = bounds.error().data()[i] + Float.MIN_NORMAL;
      int at = i;
      assertTrue(
          error <= bound,
          () ->
              "%s[%d] is %s, not %s: allowed is %.3g"
                  .formatted(name, at, element(actual, at), expected.data()[at], bound));
    }
  }

  /** {@code y = x}. */
  public static void copyHalves(HalfFloatArray x, HalfFloatArray y, int size) {
    for (@Parallel int i = 0; i < size; i++) {
      y.set(i, x.get(i));
    }
  }

  /** {@code y = x}. */
  public static void copy(FloatArray x, FloatArray y, int size) {
    for (@Parallel int i = 0; i < size; i++) {
      y.set(i, x.get(i));
    }
  }
}
