package fastvit4j.emulator.suite;

import static fastvit4j.emulator.KernelFault.Kind.BARRIER;
import static fastvit4j.emulator.suite.Graphs.assertContains;
import static fastvit4j.emulator.suite.Graphs.fault;
import static fastvit4j.emulator.suite.Graphs.filled;
import static fastvit4j.emulator.suite.Graphs.grid;
import static fastvit4j.emulator.suite.Graphs.run;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static uk.ac.manchester.tornado.api.enums.DataTransferMode.EVERY_EXECUTION;

import org.junit.jupiter.api.Test;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Barriers that not every work-item of a group reaches. */
class BarrierFaultTest {
  static void inABranch(KernelContext context, FloatArray x, int limit) {
    int i = context.localIdx;
    if (i < limit) {
      context.localBarrier();
    }
    x.set(context.globalIdx, i);
  }

  static void inBothBranches(KernelContext context, FloatArray x) {
    int i = context.localIdx;
    float value = 0;
    if (i % 2 == 0) {
      context.localBarrier();
    } else {
      value = i;
      context.localBarrier();
    }
    x.set(context.globalIdx, value);
  }

  static void ofTwoKinds(KernelContext context, FloatArray x) {
    int i = context.localIdx;
    if (i < 2) {
      context.localBarrier();
    } else {
      context.globalBarrier();
    }
    x.set(context.globalIdx, i);
  }

  static void inALoop(KernelContext context, FloatArray x) {
    int i = context.localIdx;
    float sum = 0;
    for (int k = 0; k <= i; k++) {
      sum += k;
      context.globalBarrier();
    }
    x.set(context.globalIdx, sum);
  }

  static void inAHelper(KernelContext context, FloatArray x) {
    int i = context.localIdx;
    if (i != 0) {
      wait(context);
    }
    x.set(context.globalIdx, i);
  }

  private static void wait(KernelContext context) {
    context.localBarrier();
  }

  static void failing(KernelContext context, FloatArray x) {
    int i = context.localIdx;
    context.localBarrier();
    int quotient = 1 / (i - 2);
    x.set(context.globalIdx, quotient);
  }

  private static Runnable running(TaskGraph graph, int items, int group) {
    return () -> run(graph, grid(items, group));
  }

  @Test
  void branches() {
    KernelContext context = new KernelContext();
    FloatArray x = filled(8, -1);
    String message =
        fault(
            BARRIER,
            "g.t",
            running(
                new TaskGraph("g").task("t", BarrierFaultTest::inABranch, context, x, 3), 8, 4));
    assertContains("work-item [0, 0, 0] of group [0, 0, 0] waits at the localBarrier", message);
    assertContains("BarrierFaultTest.java:", message);
    assertContains("work-item [3, 0, 0] of group [0, 0, 0] ends without reaching it", message);
    message =
        fault(
            BARRIER,
            "g.t",
            running(
                new TaskGraph("g").task("t", BarrierFaultTest::inBothBranches, context, x), 8, 4));
    assertContains("[1, 0, 0] of group [0, 0, 0] waits at the localBarrier at", message);
    message =
        fault(
            BARRIER,
            "g.t",
            running(new TaskGraph("g").task("t", BarrierFaultTest::ofTwoKinds, context, x), 8, 4));
    assertContains("[2, 0, 0] of group [0, 0, 0] waits at the globalBarrier at", message);
  }

  @Test
  void aBranchThatAllTakeIsNone() {
    FloatArray x = filled(8, -1);
    TaskGraph graph =
        new TaskGraph("g")
            .task("t", BarrierFaultTest::inABranch, new KernelContext(), x, 4)
            .transferToHost(EVERY_EXECUTION, x);
    run(graph, grid(8, 4));
    assertEquals(3, x.get(7));
  }

  @Test
  void loopsOfDifferentLength() {
    String message =
        fault(
            BARRIER,
            "g.t",
            running(
                new TaskGraph("g")
                    .task("t", BarrierFaultTest::inALoop, new KernelContext(), filled(4, 0)),
                4,
                4));
    assertContains("[0, 0, 0] of group [0, 0, 0] ends without reaching it", message);
  }

  @Test
  void helpers() {
    fault(
        BARRIER,
        "g.t",
        running(
            new TaskGraph("g")
                .task("t", BarrierFaultTest::inAHelper, new KernelContext(), filled(4, 0)),
            4,
            4));
  }

  @Test
  void anExceptionEndsTheWholeGroup() {
    TaskGraph graph =
        new TaskGraph("g").task("t", BarrierFaultTest::failing, new KernelContext(), filled(4, 0));
    assertThrows(ArithmeticException.class, () -> run(graph, grid(4, 4)));
  }
}
