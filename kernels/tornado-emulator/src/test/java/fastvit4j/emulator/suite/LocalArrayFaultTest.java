package fastvit4j.emulator.suite;

import static fastvit4j.emulator.KernelFault.Kind.OUT_OF_BOUNDS;
import static fastvit4j.emulator.KernelFault.Kind.UNSUPPORTED;
import static fastvit4j.emulator.KernelFault.Kind.UNWRITTEN;
import static fastvit4j.emulator.suite.Graphs.assertContains;
import static fastvit4j.emulator.suite.Graphs.counting;
import static fastvit4j.emulator.suite.Graphs.fault;
import static fastvit4j.emulator.suite.Graphs.filled;
import static fastvit4j.emulator.suite.Graphs.grid;
import static fastvit4j.emulator.suite.Graphs.run;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static uk.ac.manchester.tornado.api.enums.DataTransferMode.EVERY_EXECUTION;

import org.junit.jupiter.api.Test;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Kernels that misuse their local and private arrays. */
class LocalArrayFaultTest {
  static void localOutOfBounds(KernelContext context, FloatArray x) {
    float[] tile = context.allocateFloatLocalArray(8);
    int i = context.localIdx;
    tile[i + 1] = x.get(context.globalIdx);
  }

  static void localUnwritten(KernelContext context, FloatArray x) {
    int[] tile = context.allocateIntLocalArray(8);
    int i = context.localIdx;
    if (i < 7) {
      tile[i] = i;
    }
    context.localBarrier();
    x.set(context.globalIdx, tile[7 - i]);
  }

  static void localLeftOver(KernelContext context, FloatArray x) {
    byte[] tile = context.allocateByteLocalArray(4);
    int i = context.localIdx;
    if (context.groupIdx == 0) {
      tile[i] = 1;
    }
    x.set(context.globalIdx, tile[i]);
  }

  static void privateUnwritten(FloatArray x) {
    for (@Parallel int i = 0; i < x.getSize(); i++) {
      float[] sums = new float[2];
      sums[0] = i;
      for (int k = 0; k < 2; k++) {
        sums[k] += 1;
      }
      x.set(i, sums[0]);
    }
  }

  static void privateOutOfBounds(FloatArray x, int length) {
    for (@Parallel int i = 0; i < x.getSize(); i++) {
      long[] values = new long[length];
      for (int k = 0; k < length; k++) {
        values[k] = k;
      }
      x.set(i, (float) values[i]);
    }
  }

  static void privateOfAnotherItem(FloatArray x) {
    for (@Parallel int i = 0; i < x.getSize(); i++) {
      double[] value = new double[1];
      if (i == 0) {
        value[0] = 1;
      }
      x.set(i, (float) value[0]);
    }
  }

  static void helped(FloatArray source, FloatArray target) {
    for (@Parallel int i = 0; i < target.getSize(); i++) {
      target.set(i, Helper.last(source));
    }
  }

  static void localInAHelper(KernelContext context, FloatArray x) {
    float[] tile = context.allocateFloatLocalArray(4);
    tile[context.localIdx] = 1;
    x.set(context.globalIdx, Helper.first(2.0, tile));
  }

  static void privateInAHelper(FloatArray x) {
    for (@Parallel int i = 0; i < x.getSize(); i++) {
      float[] values = {i};
      x.set(i, Helper.first(2.0, values));
    }
  }

  /** A class of its own, which must be instrumented too. */
  private static final class Helper {
    static float first(double factor, float[] values) {
      return (float) factor * values[0];
    }

    static float last(FloatArray source) {
      float[] copy = new float[source.getSize()];
      for (int i = 0; i < source.getSize() - 1; i++) {
        copy[i] = source.get(i);
      }
      return copy[source.getSize() - 1];
    }
  }

  @Test
  void localMemoryOutOfBounds() {
    FloatArray x = counting(8);
    fault(
        OUT_OF_BOUNDS,
        "g.t",
        "tile",
        8,
        () ->
            run(
                new TaskGraph("g")
                    .transferToDevice(EVERY_EXECUTION, x)
                    .task("t", LocalArrayFaultTest::localOutOfBounds, new KernelContext(), x),
                grid(8, 8)));
  }

  @Test
  void localMemoryUnwritten() {
    String message =
        fault(
            UNWRITTEN,
            "g.t",
            "tile",
            7,
            () ->
                run(
                    new TaskGraph("g")
                        .task(
                            "t",
                            LocalArrayFaultTest::localUnwritten,
                            new KernelContext(),
                            filled(16, 0)),
                    grid(16, 8)));
    assertContains("work-item [0, 0, 0] of group [0, 0, 0]", message);
  }

  @Test
  void localMemoryOfAnotherGroupIsGone() {
    String message =
        fault(
            UNWRITTEN,
            "g.t",
            "tile",
            0,
            () ->
                run(
                    new TaskGraph("g")
                        .task(
                            "t",
                            LocalArrayFaultTest::localLeftOver,
                            new KernelContext(),
                            filled(8, 0)),
                    grid(8, 4)));
    assertContains("work-item [4, 0, 0] of group [1, 0, 0]", message);
  }

  @Test
  void privateArrays() {
    fault(
        UNWRITTEN,
        "g.t",
        "sums",
        1,
        () ->
            run(new TaskGraph("g").task("t", LocalArrayFaultTest::privateUnwritten, filled(4, 0))));
    fault(
        OUT_OF_BOUNDS,
        "g.t",
        "values",
        3,
        () ->
            run(
                new TaskGraph("g")
                    .task("t", LocalArrayFaultTest::privateOutOfBounds, filled(4, 0), 3)));
    fault(
        UNWRITTEN,
        "g.t",
        "value",
        0,
        () ->
            run(
                new TaskGraph("g")
                    .task("t", LocalArrayFaultTest::privateOfAnotherItem, filled(4, 0))));
  }

  @Test
  void whatHelpersDoIsSeen() {
    FloatArray source = counting(4);
    fault(
        UNWRITTEN,
        "g.t",
        "copy",
        3,
        () ->
            run(
                new TaskGraph("g")
                    .transferToDevice(EVERY_EXECUTION, source)
                    .task("t", LocalArrayFaultTest::helped, source, filled(4, 0))));
  }

  @Test
  void localArraysStayInTheirKernel() {
    TaskGraph graph =
        new TaskGraph("g")
            .task("t", LocalArrayFaultTest::localInAHelper, new KernelContext(), filled(4, 0));
    assertContains(
        "hands the local array tile to another method",
        fault(UNSUPPORTED, "g.t", () -> run(graph, grid(4, 4))));
    FloatArray x = filled(4, -1);
    run(
        new TaskGraph("g")
            .task("t", LocalArrayFaultTest::privateInAHelper, x)
            .transferToHost(EVERY_EXECUTION, x));
    assertEquals(6, x.get(3));
  }
}
