package fastvit4j.emulator.suite;

import static fastvit4j.emulator.KernelFault.Kind.RACE;
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
import uk.ac.manchester.tornado.api.annotations.Reduce;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Kernels whose work-items get in each other's way. */
class RaceFaultTest {
  static void sameElement(FloatArray x, FloatArray sum) {
    for (@Parallel int i = 0; i < x.getSize(); i++) {
      sum.set(i / 2, x.get(i));
    }
  }

  static void inPlaceBlur(FloatArray x) {
    for (@Parallel int i = 0; i < x.getSize() - 1; i++) {
      x.set(i, x.get(i) + x.get(i + 1));
    }
  }

  static void inPlaceScan(FloatArray x) {
    for (@Parallel int i = 0; i < x.getSize(); i++) {
      if (i > 0) {
        x.set(i, x.get(i) + x.get(i - 1));
      } else {
        x.set(i, x.get(i) + 0);
      }
    }
  }

  static void oneRow(FloatArray x, int rows, int columns) {
    for (@Parallel int y = 0; y < rows; y++) {
      for (@Parallel int c = 0; c < columns; c++) {
        x.set(c, y);
      }
    }
  }

  static void betweenLoops(FloatArray x, FloatArray means, int rows, int columns) {
    for (@Parallel int y = 0; y < rows; y++) {
      means.set(y, 0);
      for (@Parallel int c = 0; c < columns; c++) {
        x.set(y * columns + c, y);
      }
    }
  }

  static void twoLoops(FloatArray x) {
    for (@Parallel int i = 0; i < x.getSize(); i++) {
      x.set(i, i);
    }
    for (@Parallel int i = 0; i < x.getSize(); i++) {
      x.set(i, 2 * x.get(i));
    }
  }

  static void reduction(FloatArray x, @Reduce FloatArray sum) {
    for (@Parallel int i = 0; i < x.getSize(); i++) {
      sum.set(0, sum.get(0) + x.get(i));
    }
  }

  static void ownElementOften(FloatArray x) {
    for (@Parallel int i = 0; i < x.getSize(); i++) {
      x.set(i, 0);
      for (int k = 0; k < 3; k++) {
        x.set(i, x.get(i) + k);
      }
    }
  }

  static void acrossGroups(KernelContext context, FloatArray x) {
    int i = context.globalIdx;
    x.set(i % 6, i);
  }

  static void neighbourWithoutBarrier(KernelContext context, FloatArray x, FloatArray y) {
    int i = context.globalIdx;
    x.set(i, i);
    y.set(i, x.get(i / 4 * 4));
  }

  static void neighbour(KernelContext context, FloatArray x, FloatArray y) {
    int i = context.globalIdx;
    x.set(i, i);
    context.globalBarrier();
    y.set(i, x.get(i / 4 * 4 + 3 - i % 4));
  }

  static void neighbourLocalBarrier(KernelContext context, FloatArray x, FloatArray y) {
    int i = context.globalIdx;
    x.set(i, i);
    context.localBarrier();
    y.set(i, x.get(i / 4 * 4 + 3 - i % 4));
  }

  static void otherGroup(KernelContext context, FloatArray x, FloatArray y) {
    int i = context.globalIdx;
    x.set(i, i);
    context.globalBarrier();
    y.set(i, x.get((i + 4) % 8));
  }

  static void secondOwner(KernelContext context, FloatArray x) {
    int i = context.globalIdx;
    x.set(i, i);
    context.globalBarrier();
    x.set(i / 4 * 4 + 3 - i % 4, 0);
  }

  static void tileWithoutBarrier(KernelContext context, FloatArray x) {
    float[] tile = context.allocateFloatLocalArray(4);
    int i = context.localIdx;
    tile[i] = i;
    x.set(context.globalIdx, tile[i / 2]);
  }

  static void tileRead(KernelContext context, FloatArray x, FloatArray y) {
    float[] tile = context.allocateFloatLocalArray(4);
    int i = context.localIdx;
    float sum = 0;
    for (int k = 0; k < 3; k++) {
      tile[i] = x.get(context.globalIdx) + k;
      context.localBarrier();
      sum += tile[3 - i];
      // A second barrier is missing here: others may still read what the next round overwrites.
    }
    y.set(context.globalIdx, sum);
  }

  static void tileReadRight(KernelContext context, FloatArray x, FloatArray y) {
    float[] tile = context.allocateFloatLocalArray(4);
    int i = context.localIdx;
    float sum = 0;
    for (int k = 0; k < 3; k++) {
      tile[i] = x.get(context.globalIdx) + k;
      context.localBarrier();
      sum += tile[3 - i];
      context.localBarrier();
    }
    y.set(context.globalIdx, sum);
  }

  static void scratchByTurns(KernelContext context, FloatArray y) {
    float[] scratch = context.allocateFloatLocalArray(1);
    int i = context.localIdx;
    for (int turn = 0; turn < 4; turn++) {
      if (i == turn) {
        scratch[0] = 10 * turn;
      }
      context.localBarrier();
      if (i == 3 - turn) {
        y.set(context.globalIdx, scratch[0]);
      }
      context.localBarrier();
    }
  }

  static void tileBothWrite(KernelContext context, FloatArray y) {
    float[] tile = context.allocateFloatLocalArray(2);
    int i = context.localIdx;
    tile[i / 2] = i;
    context.localBarrier();
    y.set(context.globalIdx, tile[i / 2]);
  }

  @Test
  void twoIterationsWriteOneElement() {
    FloatArray x = counting(4);
    String message =
        fault(
            RACE,
            "g.t",
            "sum",
            0,
            () ->
                run(
                    new TaskGraph("g")
                        .transferToDevice(EVERY_EXECUTION, x)
                        .task("t", RaceFaultTest::sameElement, x, filled(2, 0))));
    assertContains("writes too in the same launch", message);
    assertContains("work-item i=1", message);
  }

  @Test
  void readingWhatAnotherIterationWrites() {
    FloatArray x = counting(4);
    fault(
        RACE,
        "g.t",
        "x",
        1,
        () ->
            run(
                new TaskGraph("g")
                    .transferToDevice(EVERY_EXECUTION, x)
                    .task("t", RaceFaultTest::inPlaceBlur, x)));
    fault(
        RACE,
        "g.t",
        "x",
        0,
        () ->
            run(
                new TaskGraph("g")
                    .transferToDevice(EVERY_EXECUTION, x)
                    .task("t", RaceFaultTest::inPlaceScan, x)));
  }

  @Test
  void nestedLoops() {
    String message =
        fault(
            RACE,
            "g.t",
            "x",
            0,
            () -> run(new TaskGraph("g").task("t", RaceFaultTest::oneRow, filled(3, 0), 2, 3)));
    assertContains("work-item y=1, c=0", message);
    message =
        fault(
            RACE,
            "g.t",
            "means",
            0,
            () ->
                run(
                    new TaskGraph("g")
                        .task("t", RaceFaultTest::betweenLoops, filled(6, 0), filled(2, 0), 2, 3)));
    assertContains("outside the innermost @Parallel loop", message);
  }

  @Test
  void twoLoopsOneAfterTheOther() {
    fault(
        RACE,
        "g.t",
        "x",
        0,
        () -> run(new TaskGraph("g").task("t", RaceFaultTest::twoLoops, filled(4, 0))));
  }

  @Test
  void groups() {
    String message =
        fault(
            RACE,
            "g.t",
            "x",
            0,
            () ->
                run(
                    new TaskGraph("g")
                        .task("t", RaceFaultTest::acrossGroups, new KernelContext(), filled(8, 0)),
                    grid(8, 4)));
    assertContains("which work-item [0, 0, 0] of group [0, 0, 0] writes too", message);
    assertContains("; work-item [6, 0, 0] of group [1, 0, 0]", message);
  }

  @Test
  void buffersNeedGlobalBarriers() {
    FloatArray y = filled(8, -1);
    fault(
        RACE,
        "g.t",
        "x",
        0,
        () ->
            run(
                new TaskGraph("g")
                    .task(
                        "t",
                        RaceFaultTest::neighbourWithoutBarrier,
                        new KernelContext(),
                        filled(8, 0),
                        y),
                grid(8, 4)));
    fault(
        RACE,
        "g.t",
        "x",
        3,
        () ->
            run(
                new TaskGraph("g")
                    .task(
                        "t",
                        RaceFaultTest::neighbourLocalBarrier,
                        new KernelContext(),
                        filled(8, 0),
                        y),
                grid(8, 4)));
    run(
        new TaskGraph("g")
            .task("t", RaceFaultTest::neighbour, new KernelContext(), filled(8, 0), y)
            .transferToHost(EVERY_EXECUTION, y),
        grid(8, 4));
    assertEquals(3, y.get(0));
    assertEquals(4, y.get(7));
  }

  @Test
  void noBarrierOrdersGroups() {
    // Group 0 reads an element that group 1 has not written yet, so it must be there before.
    FloatArray x = counting(8);
    String message =
        fault(
            RACE,
            "g.t",
            "x",
            4,
            () ->
                run(
                    new TaskGraph("g")
                        .transferToDevice(EVERY_EXECUTION, x)
                        .task("t", RaceFaultTest::otherGroup, new KernelContext(), x, filled(8, 0)),
                    grid(8, 4)));
    assertContains("reads in the same launch", message);
  }

  @Test
  void elementsOfBuffersHaveOneOwner() {
    fault(
        RACE,
        "g.t",
        "x",
        3,
        () ->
            run(
                new TaskGraph("g")
                    .task("t", RaceFaultTest::secondOwner, new KernelContext(), filled(4, 0)),
                grid(4, 4)));
  }

  @Test
  void localMemory() {
    fault(
        RACE,
        "g.t",
        "tile",
        0,
        () ->
            run(
                new TaskGraph("g")
                    .task(
                        "t", RaceFaultTest::tileWithoutBarrier, new KernelContext(), filled(4, 0)),
                grid(4, 4)));
    fault(
        RACE,
        "g.t",
        "tile",
        0,
        () ->
            run(
                new TaskGraph("g")
                    .task("t", RaceFaultTest::tileBothWrite, new KernelContext(), filled(4, 0)),
                grid(4, 4)));
    FloatArray x = counting(8);
    String message =
        fault(
            RACE,
            "g.t",
            "tile",
            1,
            () ->
                run(
                    new TaskGraph("g")
                        .transferToDevice(EVERY_EXECUTION, x)
                        .task("t", RaceFaultTest::tileRead, new KernelContext(), x, filled(8, 0)),
                    grid(8, 4)));
    assertContains("local array of float, 4 elements", message);
  }

  @Test
  void barriersPutLocalMemoryInOrder() {
    FloatArray x = counting(8);
    FloatArray y = filled(8, -1);
    run(
        new TaskGraph("g")
            .transferToDevice(EVERY_EXECUTION, x)
            .task("t", RaceFaultTest::tileReadRight, new KernelContext(), x, y)
            .transferToHost(EVERY_EXECUTION, y),
        grid(8, 4));
    for (int i = 0; i < 8; i++) {
      assertEquals(3 * (i / 4 * 4 + 3 - i % 4) + 3, y.get(i));
    }
    run(
        new TaskGraph("g")
            .task("t", RaceFaultTest::scratchByTurns, new KernelContext(), y)
            .transferToHost(EVERY_EXECUTION, y),
        grid(8, 4));
    for (int i = 0; i < 8; i++) {
      assertEquals(10 * (3 - i % 4), y.get(i));
    }
  }

  @Test
  void whatIsAllowed() {
    FloatArray x = counting(4);
    FloatArray sum = filled(1, 0);
    run(
        new TaskGraph("g")
            .transferToDevice(EVERY_EXECUTION, x, sum)
            .task("t", RaceFaultTest::reduction, x, sum)
            .transferToHost(EVERY_EXECUTION, sum));
    assertEquals(6, sum.get(0));
    run(
        new TaskGraph("g")
            .task("t", RaceFaultTest::ownElementOften, x)
            .transferToHost(EVERY_EXECUTION, x));
    assertEquals(3, x.get(3));
  }
}
