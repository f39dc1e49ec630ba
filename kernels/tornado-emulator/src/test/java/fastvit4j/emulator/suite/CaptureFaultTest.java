package fastvit4j.emulator.suite;

import static fastvit4j.emulator.suite.Graphs.assertContains;
import static fastvit4j.emulator.suite.Graphs.counting;
import static fastvit4j.emulator.suite.Graphs.filled;
import static fastvit4j.emulator.suite.Graphs.grid;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static uk.ac.manchester.tornado.api.enums.DataTransferMode.EVERY_EXECUTION;

import fastvit4j.emulator.KernelFault;
import org.junit.jupiter.api.Test;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.enums.ProfilerMode;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Graphs that are captured as CUDA graphs. */
class CaptureFaultTest {
  private final FloatArray x = counting(8);
  private final FloatArray y = filled(8, -1);

  static void twice(KernelContext context, FloatArray x, FloatArray y) {
    y.set(context.globalIdx, 2 * x.get(context.globalIdx));
  }

  private TornadoExecutionPlan plan() {
    return new TornadoExecutionPlan(
        new TaskGraph("g")
            .transferToDevice(EVERY_EXECUTION, x)
            .task("t", CaptureFaultTest::twice, new KernelContext(), x, y)
            .transferToHost(EVERY_EXECUTION, y)
            .snapshot());
  }

  private static void assertFault(String text, TornadoExecutionPlan plan) {
    KernelFault fault = assertThrows(KernelFault.class, plan::execute);
    assertEquals(KernelFault.Kind.UNSUPPORTED, fault.kind());
    assertContains(text, fault.getMessage());
  }

  @Test
  void replaysReadTheHostsArraysAnew() throws Exception {
    try (TornadoExecutionPlan plan = plan()) {
      plan.withCUDAGraph().withGridScheduler(grid(8, 4)).execute();
      assertEquals(14, y.get(7));
      x.set(7, 50);
      plan.withGridScheduler(grid(8, 4)).execute();
      assertEquals(100, y.get(7));
      plan.freeDeviceMemory();
      plan.execute();
      assertEquals(100, y.get(7), "captured anew");
    }
  }

  @Test
  void askedForTooLate() throws Exception {
    try (TornadoExecutionPlan plan = plan()) {
      plan.withGridScheduler(grid(8, 4)).execute();
      KernelFault fault = assertThrows(KernelFault.class, plan::withCUDAGraph);
      assertContains("graph g was executed before", fault.getMessage());
      plan.freeDeviceMemory();
      assertThrows(KernelFault.class, plan::withCUDAGraph);
    }
  }

  @Test
  void profiled() throws Exception {
    try (TornadoExecutionPlan plan = plan()) {
      plan.withCUDAGraph().withGridScheduler(grid(8, 4)).withProfiler(ProfilerMode.SILENT);
      assertFault("no times to profile", plan);
      plan.withoutProfiler().execute();
      assertFault("no times to profile", plan.withProfiler(ProfilerMode.SILENT));
    }
  }

  @Test
  void givenAnotherGrid() throws Exception {
    try (TornadoExecutionPlan plan = plan()) {
      plan.withCUDAGraph().withGridScheduler(grid(8, 4)).execute();
      assertFault("was captured with the grid", plan.withGridScheduler(grid(8, 2)));
    }
  }
}
