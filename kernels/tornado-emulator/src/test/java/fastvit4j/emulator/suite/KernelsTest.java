package fastvit4j.emulator.suite;

import static fastvit4j.emulator.suite.Graphs.counting;
import static fastvit4j.emulator.suite.Graphs.filled;
import static fastvit4j.emulator.suite.Graphs.grid;
import static fastvit4j.emulator.suite.Graphs.run;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static uk.ac.manchester.tornado.api.enums.DataTransferMode.EVERY_EXECUTION;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import uk.ac.manchester.tornado.api.GridScheduler;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.WorkerGrid;
import uk.ac.manchester.tornado.api.WorkerGrid2D;
import uk.ac.manchester.tornado.api.WorkerGrid3D;
import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** Kernels that are right, and their results. */
class KernelsTest {
  private static final int TILE = 4;

  static void scale(FloatArray x, FloatArray y, Integer size, float factor) {
    for (@Parallel int i = 0; i < size; i++) {
      y.set(i, factor * x.get(i));
    }
  }

  static void product(FloatArray a, FloatArray b, FloatArray c, int rows, int columns, int depth) {
    for (@Parallel int row = 0; row < rows; row++) {
      for (@Parallel int column = 0; column < columns; column++) {
        float sum = 0;
        for (int k = 0; k < depth; k++) {
          sum += a.get(row * depth + k) * b.get(k * columns + column);
        }
        c.set(row * columns + column, sum);
      }
    }
  }

  /** The same with tiles in local memory and edges that stick out. */
  static void tiledProduct(
      KernelContext context,
      FloatArray a,
      FloatArray b,
      FloatArray c,
      int rows,
      int columns,
      int depth) {
    float[] tileA = context.allocateFloatLocalArray(TILE * TILE);
    float[] tileB = context.allocateFloatLocalArray(TILE * TILE);
    int x = context.localIdx;
    int y = context.localIdy;
    int column = context.globalIdx;
    int row = context.globalIdy;
    float sum = 0;
    for (int start = 0; start < depth; start += TILE) {
      boolean inA = row < rows && start + x < depth;
      boolean inB = column < columns && start + y < depth;
      tileA[y * TILE + x] = inA ? a.get(row * depth + start + x) : 0;
      tileB[y * TILE + x] = inB ? b.get((start + y) * columns + column) : 0;
      context.localBarrier();
      for (int k = 0; k < TILE; k++) {
        sum += tileA[y * TILE + k] * tileB[k * TILE + x];
      }
      context.localBarrier();
    }
    if (row < rows && column < columns) {
      c.set(row * columns + column, sum);
    }
  }

  static void groupSums(KernelContext context, FloatArray x, FloatArray sums) {
    float[] tile = context.allocateFloatLocalArray(32);
    int i = context.localIdx;
    tile[i] = x.get(context.globalIdx);
    for (int step = context.localGroupSizeX / 2; step > 0; step /= 2) {
      context.localBarrier();
      if (i < step) {
        tile[i] += tile[i + step];
      }
    }
    if (i == 0) {
      sums.set(context.groupIdx, tile[0]);
    }
  }

  static void places(KernelContext context, IntArray places, IntArray sizes) {
    int i =
        (context.globalIdz * context.globalGroupSizeY + context.globalIdy)
                * context.globalGroupSizeX
            + context.globalIdx;
    places.set(
        i,
        100_000 * context.groupIdz
            + 10_000 * context.groupIdy
            + 1000 * context.groupIdx
            + 100 * context.localIdz
            + 10 * context.localIdy
            + context.localIdx);
    if (i == 0) {
      sizes.set(0, context.localGroupSizeX);
      sizes.set(1, context.localGroupSizeY);
      sizes.set(2, context.localGroupSizeZ);
    }
  }

  static void cube(FloatArray x, int depth, int height, int width) {
    for (@Parallel int z = 0; z < depth; z++) {
      for (@Parallel int y = 0; y < height; y++) {
        for (@Parallel int i = 0; i < width; i++) {
          float[] coordinates = {z, y, i};
          x.set(
              (z * height + y) * width + i,
              100 * coordinates[0] + 10 * coordinates[1] + coordinates[2]);
        }
      }
    }
  }

  static void serial(FloatArray x) {
    float sum = 0;
    for (int i = 0; i < x.getSize(); i++) {
      sum += x.get(i);
      x.set(i, sum);
    }
  }

  static void softPlus(FloatArray x, FloatArray y) {
    for (@Parallel int i = 0; i < x.getSize(); i++) {
      y.set(i, TornadoMath.log(1 + TornadoMath.exp(Helper.clip(x.get(i)))));
    }
  }

  private static final class Helper {
    static float clip(float x) {
      return TornadoMath.clamp(x, -1.0f, 1.0f);
    }
  }

  @Test
  void parallelLoops() {
    FloatArray x = counting(5);
    FloatArray y = filled(5, -1);
    run(
        new TaskGraph("g")
            .transferToDevice(EVERY_EXECUTION, x)
            .task("t", KernelsTest::scale, x, y, 5, 2.5f)
            .transferToHost(EVERY_EXECUTION, y));
    for (int i = 0; i < 5; i++) {
      assertEquals(2.5f * i, y.get(i));
      assertEquals(i, x.get(i));
    }
    FloatArray cube = filled(24, -1);
    run(
        new TaskGraph("g")
            .task("t", KernelsTest::cube, cube, 2, 3, 4)
            .transferToHost(EVERY_EXECUTION, cube));
    assertEquals(123, cube.get(23));
    assertEquals(11, cube.get(5));
  }

  @Test
  void emptyLoopsAreNoWorkItems() {
    FloatArray x = filled(5, 7);
    FloatArray y = filled(5, -1);
    run(
        new TaskGraph("g")
            .transferToDevice(EVERY_EXECUTION, x)
            .task("none", KernelsTest::scale, x, y, 0, 2.5f)
            .task("t", KernelsTest::scale, x, y, 5, 2.0f)
            .transferToHost(EVERY_EXECUTION, y));
    assertEquals(14, y.get(4));
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 1", "4, 4, 4", "5, 7, 9", "13, 3, 6", "8, 16, 1"})
  void productsAgree(int rows, int columns, int depth) {
    Random random = new Random(rows);
    FloatArray a = random(rows * depth, random);
    FloatArray b = random(depth * columns, random);
    FloatArray plain = filled(rows * columns, Float.NaN);
    FloatArray tiled = filled(rows * columns, Float.NaN);
    WorkerGrid grid = new WorkerGrid2D(up(columns), up(rows));
    grid.setLocalWork(TILE, TILE, 1);
    run(
        new TaskGraph("g")
            .transferToDevice(EVERY_EXECUTION, a, b)
            .task("plain", KernelsTest::product, a, b, plain, rows, columns, depth)
            .task(
                "t",
                KernelsTest::tiledProduct,
                new KernelContext(),
                a,
                b,
                tiled,
                rows,
                columns,
                depth)
            .transferToHost(EVERY_EXECUTION, plain, tiled),
        new GridScheduler("g.t", grid));
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        double sum = 0;
        for (int k = 0; k < depth; k++) {
          sum += (double) a.get(row * depth + k) * b.get(k * columns + column);
        }
        // Each of the 2 * depth roundings is at most half an ulp of a sum below depth.
        double tolerance = depth * depth * 0x1p-24;
        assertEquals(sum, plain.get(row * columns + column), tolerance);
        assertEquals(sum, tiled.get(row * columns + column), tolerance);
      }
    }
  }

  private static int up(int size) {
    return (size + TILE - 1) / TILE * TILE;
  }

  private static FloatArray random(int size, Random random) {
    FloatArray array = new FloatArray(size);
    for (int i = 0; i < size; i++) {
      array.set(i, 2 * random.nextFloat() - 1);
    }
    return array;
  }

  @Test
  void reductionsInLocalMemory() {
    FloatArray x = counting(96);
    FloatArray sums = filled(3, -1);
    run(
        new TaskGraph("g")
            .transferToDevice(EVERY_EXECUTION, x)
            .task("t", KernelsTest::groupSums, new KernelContext(), x, sums)
            .transferToHost(EVERY_EXECUTION, sums),
        grid(96, 32));
    for (int group = 0; group < 3; group++) {
      assertEquals(32 * 32 * group + 31 * 16, sums.get(group));
    }
  }

  @Test
  void workItemsKnowWhereTheyAre() {
    WorkerGrid grid = new WorkerGrid3D(6, 4, 2);
    grid.setLocalWork(3, 2, 2);
    assertEquals(2, grid.getNumberOfWorkgroups()[0]);
    IntArray places = new IntArray(48);
    IntArray sizes = new IntArray(3);
    run(
        new TaskGraph("g")
            .task("t", KernelsTest::places, new KernelContext(), places, sizes)
            .transferToHost(EVERY_EXECUTION, places, sizes),
        new GridScheduler("g.t", grid));
    for (int z = 0; z < 2; z++) {
      for (int y = 0; y < 4; y++) {
        for (int x = 0; x < 6; x++) {
          int expected = 10_000 * (y / 2) + 1000 * (x / 3) + 100 * z + 10 * (y % 2) + x % 3;
          assertEquals(expected, places.get((z * 4 + y) * 6 + x));
        }
      }
    }
    assertEquals(3, sizes.get(0));
    assertEquals(2, sizes.get(1));
    assertEquals(2, sizes.get(2));
    assertEquals(0, new KernelContext().globalIdx);
  }

  @Test
  void withoutParallelLoopsThereIsOneWorkItem() {
    FloatArray x = counting(5);
    run(
        new TaskGraph("g")
            .transferToDevice(EVERY_EXECUTION, x)
            .task("t", KernelsTest::serial, x)
            .transferToHost(EVERY_EXECUTION, x));
    assertEquals(10, x.get(4));
  }

  @Test
  void helpersAndMath() {
    FloatArray x = FloatArray.fromElements(-7.0f, 0.5f, 9.0f);
    FloatArray y = filled(3, -1);
    run(
        new TaskGraph("g")
            .transferToDevice(EVERY_EXECUTION, x)
            .task("t", KernelsTest::softPlus, x, y)
            .transferToHost(EVERY_EXECUTION, y));
    // Three roundings of values below 4.
    assertEquals(Math.log1p(Math.exp(-1)), y.get(0), 4 * 0x1p-23);
    assertEquals(Math.log1p(Math.exp(0.5)), y.get(1), 4 * 0x1p-23);
    assertEquals(Math.log1p(Math.exp(1)), y.get(2), 4 * 0x1p-23);
  }

  @Test
  void lambdasAreKernelsToo() {
    FloatArray x = counting(3);
    run(
        new TaskGraph("g")
            .transferToDevice(EVERY_EXECUTION, x)
            .task(
                "t",
                (FloatArray a, Integer term) -> {
                  for (@Parallel int i = 0; i < a.getSize(); i++) {
                    a.set(i, a.get(i) + term);
                  }
                },
                x,
                4)
            .transferToHost(EVERY_EXECUTION, x));
    assertEquals(6, x.get(2));
  }

  @Test
  void launchesAlwaysRunTheSameWay() {
    FloatArray x = random(96, new Random(7));
    FloatArray sums = filled(3, -1);
    TaskGraph graph =
        new TaskGraph("g")
            .transferToDevice(EVERY_EXECUTION, x)
            .task("t", KernelsTest::groupSums, new KernelContext(), x, sums)
            .transferToHost(EVERY_EXECUTION, sums);
    run(graph, grid(96, 32));
    float[] once = sums.toHeapArray();
    for (int repeat = 0; repeat < 20; repeat++) {
      sums.init(Float.NaN);
      run(graph, grid(96, 32));
      for (int i = 0; i < 3; i++) {
        assertEquals(once[i], sums.get(i));
      }
    }
    assertTrue(once[0] != once[1]);
  }
}
