package fastvit4j.emulator.suite;

import static fastvit4j.emulator.KernelFault.Kind.BARRIER;
import static fastvit4j.emulator.KernelFault.Kind.GRID;
import static fastvit4j.emulator.KernelFault.Kind.OUT_OF_BOUNDS;
import static fastvit4j.emulator.KernelFault.Kind.RACE;
import static fastvit4j.emulator.KernelFault.Kind.UNSUPPORTED;
import static fastvit4j.emulator.KernelFault.Kind.UNWRITTEN;
import static fastvit4j.emulator.suite.Graphs.assertContains;
import static fastvit4j.emulator.suite.Graphs.fault;
import static fastvit4j.emulator.suite.Graphs.grid;
import static fastvit4j.emulator.suite.Graphs.run;

import org.junit.jupiter.api.Test;
import uk.ac.manchester.tornado.api.GridScheduler;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.WorkerGrid2D;
import uk.ac.manchester.tornado.api.enums.MMAShape;
import uk.ac.manchester.tornado.api.types.HalfFloat;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Kernels that misuse what warps do together. */
class WarpFaultTest {
  /** Loads both factors, the left one from a byte on, and stores their product from a row on. */
  static void product(KernelContext context, FloatArray y, int written, int from, int row) {
    int[] tile = context.allocateIntLocalArray(256);
    for (int i = context.localIdx; i < written; i += 32) {
      tile[i] = 0;
    }
    context.localBarrier();
    HalfFloat[] a = context.mmaLoadA(tile, 16, from);
    HalfFloat[] b = context.mmaLoadB(tile, 16, 0);
    float[] c = context.mmaFragment(0.0f);
    context.mmaStore(context.mma(a, b, c, MMAShape.M16N8K16), y, row, 0, 8);
  }

  private static void runProduct(int written, int from, int row, GridScheduler grid) {
    run(
        new TaskGraph("g")
            .task(
                "t",
                WarpFaultTest::product,
                new KernelContext(),
                new FloatArray(128),
                written,
                from,
                row),
        grid);
  }

  @Test
  void tilesAreInLocalMemoryAndWritten() {
    runProduct(256, 512, 0, grid(32, 32));
    fault(UNWRITTEN, "g.t", "tile", 100, () -> runProduct(100, 0, 0, grid(32, 32)));
    fault(OUT_OF_BOUNDS, "g.t", "tile", 256, () -> runProduct(256, 528, 0, grid(32, 32)));
    fault(OUT_OF_BOUNDS, "g.t", "tile", -4, () -> runProduct(256, -16, 0, grid(32, 32)));
    assertContains(
        "loads a fragment from tile at byte 8, which is no multiple of 16",
        fault(UNSUPPORTED, "g.t", () -> runProduct(256, 8, 0, grid(32, 32))));
  }

  @Test
  void storesStayInTheirBuffer() {
    String message =
        fault(OUT_OF_BOUNDS, "g.t", "y", 128, () -> runProduct(256, 0, 1, grid(32, 32)));
    assertContains("work-item [28, 0, 0] of group [0, 0, 0]", message);
    fault(OUT_OF_BOUNDS, "g.t", "y", -8, () -> runProduct(256, 0, -1, grid(32, 32)));
    fault(RACE, "g.t", "y", 0, () -> runProduct(256, 0, 0, grid(64, 32)));
  }

  static void storesOnly(KernelContext context, FloatArray y) {
    context.mmaStore(context.mmaFragment(0.0f), y, 0, 0, 8);
  }

  private static void runStores(GridScheduler grid) {
    run(
        new TaskGraph("g")
            .task("t", WarpFaultTest::storesOnly, new KernelContext(), new FloatArray(128)),
        grid);
  }

  @Test
  void warpsAreWhole() {
    runStores(grid(32, 32));
    assertContains(
        "stores a fragment in a group of 48 work-items in x: warps are of 32",
        fault(GRID, "g.t", () -> runStores(grid(48, 48))));
    WorkerGrid2D square = new WorkerGrid2D(16, 16);
    square.setLocalWork(16, 16, 1);
    fault(GRID, "g.t", () -> runStores(new GridScheduler("g.t", square)));
    assertContains(
        "is no work-item of a warp", fault(UNSUPPORTED, "g.t", () -> runStores(grid(1, 1))));
  }

  static void someMultiply(KernelContext context, FloatArray y, int most) {
    int item = context.localIdx;
    int[] tile = context.allocateIntLocalArray(128);
    for (int i = item; i < 128; i += 64) {
      tile[i] = 0;
    }
    context.localBarrier();
    HalfFloat[] a = context.mmaLoadA(tile, 16, 0);
    HalfFloat[] b = context.mmaLoadB(tile, 16, 0);
    float[] c = context.mmaFragment(0.0f);
    if (item < most) {
      c = context.mma(a, b, c, MMAShape.M16N8K16);
    }
    context.mmaStore(c, y, item / 32 * 16, 0, 8);
  }

  private static void runSome(int most) {
    run(
        new TaskGraph("g")
            .task("t", WarpFaultTest::someMultiply, new KernelContext(), new FloatArray(256), most),
        grid(64, 64));
  }

  @Test
  void allOfAWarpTakeTheSameSteps() {
    runSome(0);
    runSome(32);
    runSome(64);
    String message = fault(BARRIER, "g.t", () -> runSome(40));
    assertContains("work-item [32, 0, 0] of group [0, 0, 0] multiplies fragments at Warp", message);
    assertContains(
        "but work-item [40, 0, 0] of group [0, 0, 0] of its warp stores a fragment at Warp",
        message);
    assertContains(
        "work-item [0, 0, 0] of group [0, 0, 0] multiplies",
        fault(BARRIER, "g.t", () -> runSome(1)));
  }

  static void fewEnd(KernelContext context, FloatArray y) {
    float[] c = context.mmaFragment(0.0f);
    if (context.localIdx != 31) {
      context.mmaStore(c, y, 0, 0, 8);
    }
  }

  static void ownPlaces(KernelContext context, FloatArray y) {
    int item = context.localIdx;
    int[] tile = context.allocateIntLocalArray(256);
    for (int i = item; i < 256; i += 32) {
      tile[i] = 0;
    }
    context.localBarrier();
    HalfFloat[] a = context.mmaLoadA(tile, 16, item / 16 * 512);
    HalfFloat[] b = context.mmaLoadB(tile, 16, 0);
    context.mmaStore(context.mma(a, b, context.mmaFragment(0.0f), MMAShape.M16N8K16), y, 0, 0, 8);
  }

  @Test
  void lanesDoNotGoTheirOwnWays() {
    FloatArray y = new FloatArray(128);
    assertContains(
        "work-item [31, 0, 0] of group [0, 0, 0] of its warp does not",
        fault(
            BARRIER,
            "g.t",
            () ->
                run(
                    new TaskGraph("g").task("t", WarpFaultTest::fewEnd, new KernelContext(), y),
                    grid(32, 32))));
    assertContains(
        "work-item [16, 0, 0] of group [0, 0, 0] of its warp from byte 512",
        fault(
            UNSUPPORTED,
            "g.t",
            () ->
                run(
                    new TaskGraph("g").task("t", WarpFaultTest::ownPlaces, new KernelContext(), y),
                    grid(32, 32))));
  }

  static void looksInside(KernelContext context, FloatArray y) {
    float[] c = context.mmaFragment(1.0f);
    y.set(context.globalIdx, c[0]);
  }

  static void noFragment(KernelContext context, FloatArray y) {
    float[] c = new float[4];
    c[0] = 1.0f;
    context.mmaStore(c, y, 0, 0, 8);
  }

  static void privateTile(KernelContext context, FloatArray y) {
    int[] tile = new int[128];
    HalfFloat[] a = context.mmaLoadA(tile, 16, 0);
    y.set(context.globalIdx, a[0].getFloat32());
  }

  static void otherShape(KernelContext context, FloatArray y) {
    int item = context.localIdx;
    int[] tile = context.allocateIntLocalArray(128);
    for (int i = item; i < 128; i += 32) {
      tile[i] = 0;
    }
    context.localBarrier();
    HalfFloat[] a = context.mmaLoadA(tile, 16, 0);
    HalfFloat[] b = context.mmaLoadB(tile, 16, 0);
    float[] c = context.mma(a, b, context.mmaFragment(0.0f), MMAShape.M16N8K32);
    context.mmaStore(c, y, 0, 0, 8);
  }

  @Test
  void fragmentsAreNoArrays() {
    FloatArray y = new FloatArray(128);
    String inside =
        fault(
            UNSUPPORTED,
            "g.t",
            () ->
                run(
                    new TaskGraph("g")
                        .task("t", WarpFaultTest::looksInside, new KernelContext(), y),
                    grid(32, 32)));
    assertContains("uses an array that it did not allocate", inside);
    String none =
        fault(
            UNSUPPORTED,
            "g.t",
            () ->
                run(
                    new TaskGraph("g").task("t", WarpFaultTest::noFragment, new KernelContext(), y),
                    grid(32, 32)));
    assertContains("stores what is no fragment of sums", none);
    String own =
        fault(
            UNSUPPORTED,
            "g.t",
            () ->
                run(
                    new TaskGraph("g")
                        .task("t", WarpFaultTest::privateTile, new KernelContext(), y),
                    grid(32, 32)));
    assertContains("loads a fragment from an array that is not local memory", own);
    String shape =
        fault(
            UNSUPPORTED,
            "g.t",
            () ->
                run(
                    new TaskGraph("g").task("t", WarpFaultTest::otherShape, new KernelContext(), y),
                    grid(32, 32)));
    assertContains("of shape M16N8K32", shape);
  }
}
