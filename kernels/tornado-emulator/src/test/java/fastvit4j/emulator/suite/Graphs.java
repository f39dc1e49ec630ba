package fastvit4j.emulator.suite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fastvit4j.emulator.KernelFault;
import uk.ac.manchester.tornado.api.GridScheduler;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.WorkerGrid;
import uk.ac.manchester.tornado.api.WorkerGrid1D;
import uk.ac.manchester.tornado.api.exceptions.TornadoExecutionPlanException;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Runs graphs and looks at what becomes of them. */
final class Graphs {
  private Graphs() {}

  /** Executes a graph once. */
  static void run(TaskGraph graph) {
    run(graph, null);
  }

  /** Executes a graph once with grids. */
  static void run(TaskGraph graph, GridScheduler grids) {
    try (TornadoExecutionPlan plan = new TornadoExecutionPlan(graph.snapshot())) {
      if (grids != null) {
        plan.withGridScheduler(grids);
      }
      plan.execute();
    } catch (TornadoExecutionPlanException e) {
      throw new AssertionError(e);
    }
  }

  /** The grid of task {@code g.t}: this many work-items in groups of {@code local}. */
  static GridScheduler grid(int global, int local) {
    WorkerGrid grid = new WorkerGrid1D(global);
    grid.setLocalWork(local, 1, 1);
    return new GridScheduler("g.t", grid);
  }

  /** An array with all elements alike. */
  static FloatArray filled(int size, float value) {
    FloatArray array = new FloatArray(size);
    array.init(value);
    return array;
  }

  /** An array of 0, 1, 2 and so on. */
  static FloatArray counting(int size) {
    FloatArray array = new FloatArray(size);
    for (int i = 0; i < size; i++) {
      array.set(i, i);
    }
    return array;
  }

  /**
   * Asserts that something fails with a fault that names a buffer's element.
   *
   * @return the fault's message
   */
  static String fault(KernelFault.Kind kind, String task, String buffer, int index, Runnable body) {
    KernelFault fault = assertThrows(KernelFault.class, body::run);
    assertEquals(kind, fault.kind(), fault.getMessage());
    assertEquals(task, fault.task(), fault.getMessage());
    assertEquals(buffer, fault.buffer(), fault.getMessage());
    assertEquals(index, fault.index(), fault.getMessage());
    assertTrue(fault.getMessage().contains(task), fault.getMessage());
    if (index >= 0) {
      assertTrue(fault.getMessage().contains(buffer + "[" + index + "]"), fault.getMessage());
    }
    assertEquals(1, fault.getMessage().lines().count(), fault.getMessage());
    return fault.getMessage();
  }

  /** Asserts that something fails with a fault that is not about an element. */
  static String fault(KernelFault.Kind kind, String task, Runnable body) {
    KernelFault fault = assertThrows(KernelFault.class, body::run);
    assertEquals(kind, fault.kind(), fault.getMessage());
    assertEquals(task, fault.task(), fault.getMessage());
    assertTrue(fault.getMessage().contains(task), fault.getMessage());
    return fault.getMessage();
  }

  static void assertContains(String part, String text) {
    assertTrue(text.contains(part), () -> "'" + part + "' is not in: " + text);
  }
}
