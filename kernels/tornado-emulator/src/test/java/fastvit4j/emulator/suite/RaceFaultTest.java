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
