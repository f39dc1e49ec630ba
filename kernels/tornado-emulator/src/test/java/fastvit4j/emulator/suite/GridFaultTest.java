package fastvit4j.emulator.suite;

import static fastvit4j.emulator.KernelFault.Kind.GRID;
import static fastvit4j.emulator.KernelFault.Kind.UNSUPPORTED;
import static fastvit4j.emulator.suite.Graphs.assertContains;
import static fastvit4j.emulator.suite.Graphs.fault;
import static fastvit4j.emulator.suite.Graphs.filled;
import static fastvit4j.emulator.suite.Graphs.grid;
import static fastvit4j.emulator.suite.Graphs.run;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static uk.ac.manchester.tornado.api.enums.DataTransferMode.EVERY_EXECUTION;

import org.junit.jupiter.api.Test;
import uk.ac.manchester.tornado.api.GridScheduler;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.WorkerGrid;
import uk.ac.manchester.tornado.api.WorkerGrid1D;
import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.exceptions.TornadoRuntimeException;
import uk.ac.manchester.tornado.api.runtime.TornadoRuntimeProvider;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Grids that do not fit their kernels or the device. */
class GridFaultTest {
  private final FloatArray x = filled(8, -1);

  static void number(KernelContext context, FloatArray x) {
    x.set(context.globalIdx, context.globalIdx);
  }

  static void numberInGroup(KernelContext context, FloatArray x) {
    x.set(context.globalIdx, context.localIdx);
  }

  static void largeTile(KernelContext context, FloatArray x, int size) {
    float[] tile = context.allocateFloatLocalArray(size);
    tile[0] = 1;
    x.set(context.globalIdx, tile[0]);
  }

  static void tileOfOwnSize(KernelContext context, FloatArray x) {
    int[] tile = context.allocateIntLocalArray(context.localIdx + 1);
    tile[context.localIdx] = 1;
    x.set(context.globalIdx, tile[context.localIdx]);
  }

  static void both(KernelContext context, FloatArray x) {
    for (@Parallel int i = 0; i < x.getSize(); i++) {
      x.set(i, context.globalIdx);
    }
  }

  static void count(FloatArray x) {
    for (@Parallel int i = 0; i < x.getSize(); i++) {
      x.set(i, i);
    }
  }

  static void round(FloatArray x) {
    x.set(0, 0);
  }

  static void inline(FloatArray x) {
    x.set(0, 0);
  }

  static void float4(FloatArray x) {
    x.set(0, 0);
  }

  @SuppressWarnings("MethodName") // the name of a function of OpenCL C
  static void convert_int(FloatArray x) {
    x.set(0, 0);
  }

  private void ofThis(FloatArray a) {
    a.set(0, x.get(1));
  }

  static void fourLoops(FloatArray x) {
    for (@Parallel int a = 0; a < 1; a++) {
      for (@Parallel int b = 0; b < 1; b++) {
        for (@Parallel int c = 0; c < 1; c++) {
          for (@Parallel int d = 0; d < 1; d++) {
            x.set(a + b + c + d, 0);
          }
        }
      }
    }
  }

  private TaskGraph graph() {
    return new TaskGraph("g")
        .task("t", GridFaultTest::number, new KernelContext(), x)
        .transferToHost(EVERY_EXECUTION, x);
  }

  @Test
  void contextsNeedGrids() {
    assertContains("no grid of that name", fault(GRID, "g.t", () -> run(graph())));
  }

  @Test
  void gridsNeedTasks() {
    assertThrows(
        TornadoRuntimeException.class,
        () -> run(graph(), new GridScheduler("g.u", new WorkerGrid1D(8))));
    GridScheduler grids = grid(8, 4);
    grids.addWorkerGrid("g.u", new WorkerGrid1D(8));
    assertContains(
        "names g.u, but the plan's tasks are [g.t]", fault(GRID, "g.u", () -> run(graph(), grids)));
  }

  @Test
  void groupsDivideTheirGrid() {
    assertContains(
        "[30, 1, 1] in groups of [8, 1, 1]", fault(GRID, "g.t", () -> run(graph(), grid(30, 8))));
    fault(GRID, "g.t", () -> run(graph(), grid(0, 8)));
  }

  @Test
  void groupsAreLimited() {
    assertContains("groups of 512", fault(GRID, "g.t", () -> run(graph(), grid(1024, 512))));
  }

  @Test
  void localMemoryIsLimited() {
    TaskGraph graph =
        new TaskGraph("g").task("t", GridFaultTest::largeTile, new KernelContext(), x, 8193);
    assertContains(
        "32772 bytes of local memory, over 32768",
        fault(GRID, "g.t", () -> run(graph, grid(8, 1))));
  }

  @Test
  void localMemoryIsTheSameForAll() {
    TaskGraph graph =
        new TaskGraph("g").task("t", GridFaultTest::tileOfOwnSize, new KernelContext(), x);
    fault(UNSUPPORTED, "g.t", () -> run(graph, grid(8, 4)));
  }

  @Test
  void theDriverMayChooseOnlyWhatDoesNotMatter() {
    WorkerGrid grid = new WorkerGrid1D(8);
    grid.setLocalWork(4, 1, 1);
    grid.setLocalWorkToNull();
    run(graph(), new GridScheduler("g.t", grid));
    assertEquals(7, x.get(7));
    TaskGraph graph =
        new TaskGraph("g").task("t", GridFaultTest::numberInGroup, new KernelContext(), x);
    assertContains(
        "leaves the group's size to the driver",
        fault(GRID, "g.t", () -> run(graph, new GridScheduler("g.t", grid))));
  }

  @Test
  void kernelsAreOfOneKind() {
    fault(
        UNSUPPORTED,
        "g.t",
        () -> new TaskGraph("g").task("t", GridFaultTest::both, new KernelContext(), x));
    fault(UNSUPPORTED, "g.t", () -> new TaskGraph("g").task("t", GridFaultTest::fourLoops, x));
  }

  @Test
  void kernelsAreStaticAndCaptureNothing() {
    assertContains(
        "GridFaultTest.ofThis, which is not static",
        fault(UNSUPPORTED, "g.t", () -> new TaskGraph("g").task("t", this::ofThis, x)));
    float captured = x.get(0);
    fault(
        UNSUPPORTED,
        "g.t",
        () -> new TaskGraph("g").task("t", (FloatArray a) -> a.set(0, captured), x));
  }

  @Test
  void kernelsAreNotNamedLikeWordsOfC() {
    String message =
        fault(UNSUPPORTED, "g.t", () -> new TaskGraph("g").task("t", GridFaultTest::round, x));
    assertContains("GridFaultTest.round, whose name", message);
    fault(UNSUPPORTED, "g.t", () -> new TaskGraph("g").task("t", GridFaultTest::inline, x));
    fault(UNSUPPORTED, "g.t", () -> new TaskGraph("g").task("t", GridFaultTest::float4, x));
    fault(UNSUPPORTED, "g.t", () -> new TaskGraph("g").task("t", GridFaultTest::convert_int, x));
  }

  @Test
  void gridsOfParallelLoopsAreCheckedToo() {
    TaskGraph graph =
        new TaskGraph("g").task("t", GridFaultTest::count, x).transferToHost(EVERY_EXECUTION, x);
    fault(GRID, "g.t", () -> run(graph, grid(30, 8)));
    run(graph, grid(8, 8));
    assertEquals(7, x.get(7));
  }

  @Test
  void theDeviceSaysWhatItsLimitsAre() {
    TornadoDevice device = TornadoRuntimeProvider.getTornadoRuntime().getDefaultDevice();
    assertEquals(256, device.getPhysicalDevice().getDeviceMaxWorkGroupSize()[0]);
    assertEquals(32 * 1024, device.getDeviceLocalMemorySize());
  }
}
