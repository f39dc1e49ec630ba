package fastvit4j.runtime.half;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import uk.ac.manchester.tornado.api.GridScheduler;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.WorkerGrid1D;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.types.HalfFloat;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.HalfFloatArray;

/** Any of a kernel's arrays may be float16, and the rest of it stays as it was. */
public final class HalfKernelsTest {
  /** Elements; not a whole number of groups. */
  private static final int COUNT = 5;

  /** {@code y = a > b ? a + s : b − s}, with what kernels do: branches, helpers, local memory. */
  public static void larger(
      KernelContext context, FloatArray a, FloatArray b, FloatArray y, int count, float step) {
    float[] tile = context.allocateFloatLocalArray(4);
    int at = context.globalIdx;
    int lane = context.localIdx;
    tile[lane] = 0.0f;
    if (at < count) {
      tile[lane] += element(a, at < count ? at : 0);
      put(y, at, tile[lane] > element(b, at) ? tile[lane] + step : element(b, at) - step);
    }
  }

  private static float element(FloatArray from, int at) {
    return from.get(at);
  }

  private static void put(FloatArray to, int at, float value) {
    to.set(at, value);
  }

  /** Keeps an array in a variable, which no kernel of ours does. */
  public static void keeping(KernelContext context, FloatArray a, FloatArray y) {
    FloatArray same = a;
    y.set(context.globalIdx, same.get(context.globalIdx));
  }

  private static HalfFloatArray halves(float... values) {
    HalfFloatArray array = new HalfFloatArray(values.length);
    for (int i = 0; i < values.length; i++) {
      array.set(i, new HalfFloat(values[i]));
    }
    return array;
  }

  private static void run(Object a, Object b, Object y) {
    TaskGraph graph = new TaskGraph("g");
    graph.transferToDevice(DataTransferMode.EVERY_EXECUTION, a, b);
    HalfKernels.add(
        graph,
        "t",
        HalfKernelsTest.class,
        "larger",
        new Object[] {new KernelContext(), a, b, y, COUNT, 0x1p-12f});
    graph.transferToHost(DataTransferMode.EVERY_EXECUTION, y);
    WorkerGrid1D grid = new WorkerGrid1D(8);
    grid.setLocalWork(4, 1, 1);
    try (TornadoExecutionPlan plan = new TornadoExecutionPlan(graph.snapshot())) {
      plan.withGridScheduler(new GridScheduler("g.t", grid)).execute();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void eachArrayMayBeEither() {
    float third = 1 / 3f;
    float[] b = {2, third, -1, 0, 5};
    HalfFloatArray a = halves(1, third, 3, -2, 6);
    float halfThird = new HalfFloat(third).getFloat32();

    FloatArray full = new FloatArray(COUNT);
    run(a, FloatArray.fromArray(b), full);
    float step = 0x1p-12f;
    float[] expected = {2 - step, third - step, 3 + step, -step, 6 + step};
    assertTrue(halfThird < third);
    for (int i = 0; i < COUNT; i++) {
      assertEquals(expected[i], full.get(i), "element " + i);
    }

    HalfFloatArray half = new HalfFloatArray(COUNT);
    run(a, FloatArray.fromArray(b), half);
    for (int i = 0; i < COUNT; i++) {
      assertEquals(new HalfFloat(expected[i]).getFloat32(), half.get(i).getFloat32(), "at " + i);
    }
    run(FloatArray.fromArray(b), a, half);
    assertEquals(2, half.get(0).getFloat32());
    assertEquals(new HalfFloat(third + step).getFloat32(), half.get(1).getFloat32());
  }

  @Test
  void whatDoesMoreWithAnArrayIsRefused() {
    HalfFloatArray a = halves(1, 2, 3, 4, 5);
    TaskGraph graph = new TaskGraph("g");
    Object[] arguments = {new KernelContext(), a, new FloatArray(COUNT)};
    UnsupportedOperationException e =
        assertThrows(
            UnsupportedOperationException.class,
            () -> HalfKernels.add(graph, "t", HalfKernelsTest.class, "keeping", arguments));
    assertEquals(
        "HalfKernelsTest.keeping has no float16 form: an array is stored or compared, not only"
            + " read, written and handed on",
        e.getMessage());
  }
}
