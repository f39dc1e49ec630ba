package fastvit4j.emulator.suite;

import static fastvit4j.emulator.KernelFault.Kind.OUT_OF_BOUNDS;
import static fastvit4j.emulator.KernelFault.Kind.UNSUPPORTED;
import static fastvit4j.emulator.KernelFault.Kind.UNWRITTEN;
import static fastvit4j.emulator.suite.Graphs.assertContains;
import static fastvit4j.emulator.suite.Graphs.counting;
import static fastvit4j.emulator.suite.Graphs.fault;
import static fastvit4j.emulator.suite.Graphs.filled;
import static fastvit4j.emulator.suite.Graphs.run;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static uk.ac.manchester.tornado.api.enums.DataTransferMode.EVERY_EXECUTION;
import static uk.ac.manchester.tornado.api.enums.DataTransferMode.FIRST_EXECUTION;

import org.junit.jupiter.api.Test;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.HalfFloat;
import uk.ac.manchester.tornado.api.types.arrays.ByteArray;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.HalfFloatArray;
import uk.ac.manchester.tornado.api.types.arrays.Int8Array;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** Kernels that read or write what they must not. */
class MemoryFaultTest {
  private static final float[] TABLE = {1, 2, 4, 8};

  static void shiftedCopy(FloatArray source, FloatArray target, int shift) {
    for (@Parallel int i = 0; i < target.getSize(); i++) {
      target.set(i, source.get(i + shift));
    }
  }

  static void copyTo(FloatArray source, FloatArray target, int shift) {
    for (@Parallel int i = 0; i < source.getSize(); i++) {
      target.set(i + shift, source.get(i));
    }
  }

  static void firstHalf(FloatArray target) {
    for (@Parallel int i = 0; i < target.getSize() / 2; i++) {
      target.set(i, i);
    }
  }

  static void increment(FloatArray x) {
    for (@Parallel int i = 0; i < x.getSize(); i++) {
      x.set(i, x.get(i) + 1);
    }
  }

  static void table(FloatArray x) {
    for (@Parallel int i = 0; i < x.getSize(); i++) {
      x.set(i, TABLE[i]);
    }
  }

  static void everyType(IntArray a, ByteArray b, HalfFloatArray c, Int8Array d, int index) {
    for (@Parallel int i = 0; i < 1; i++) {
      if (index == 0) {
        a.set(i, a.get(4));
      } else if (index == 1) {
        b.set(-1, (byte) 0);
      } else if (index == 2) {
        c.set(5, new HalfFloat(1.0f));
      } else {
        d.set(i, d.get(6));
      }
    }
  }

  @Test
  void readBehindTheEnd() {
    FloatArray target = filled(8, -1);
    FloatArray source = counting(8);
    String message =
        fault(
            OUT_OF_BOUNDS,
            "g.t",
            "source",
            8,
            () ->
                run(
                    new TaskGraph("g")
                        .transferToDevice(EVERY_EXECUTION, source)
                        .task("t", MemoryFaultTest::shiftedCopy, source, target, 1)));
    assertContains("argument 0, FloatArray of 8 elements", message);
    assertContains("work-item i=7", message);
    assertContains("MemoryFaultTest.java:", message);
    assertEquals(-1, target.get(0), "the host's array was touched");
  }

  @Test
  void readBeforeTheBeginning() {
    FloatArray source = counting(8);
    fault(
        OUT_OF_BOUNDS,
        "g.t",
        "source",
        -2,
        () ->
            run(
                new TaskGraph("g")
                    .transferToDevice(EVERY_EXECUTION, source)
                    .task("t", MemoryFaultTest::shiftedCopy, source, filled(8, 0), -2)));
  }

  @Test
  void writeBehindTheEnd() {
    FloatArray source = counting(8);
    String message =
        fault(
            OUT_OF_BOUNDS,
            "g.t",
            "target",
            10,
            () ->
                run(
                    new TaskGraph("g")
                        .transferToDevice(EVERY_EXECUTION, source)
                        .task("t", MemoryFaultTest::copyTo, source, filled(10, 0), 3)));
    assertContains("writes target[10]", message);
  }

  @Test
  void everyArrayTypeChecksItsBounds() {
    String[] names = {"a", "b", "c", "d"};
    int[] indices = {4, -1, 5, 6};
    for (int i = 0; i < 4; i++) {
      int which = i;
      IntArray a = new IntArray(4);
      ByteArray b = new ByteArray(4);
      HalfFloatArray c = new HalfFloatArray(4);
      Int8Array d = new Int8Array(4);
      fault(
          OUT_OF_BOUNDS,
          "g.t",
          names[i],
          indices[i],
          () ->
              run(
                  new TaskGraph("g")
                      .transferToDevice(EVERY_EXECUTION, a, b, c, d)
                      .task("t", MemoryFaultTest::everyType, a, b, c, d, which)));
    }
  }

  @Test
  void missingTransfer() {
    String message =
        fault(
            UNWRITTEN,
            "g.t",
            "source",
            0,
            () ->
                run(
                    new TaskGraph("g")
                        .task("t", MemoryFaultTest::shiftedCopy, counting(8), filled(8, 0), 0)));
    assertContains("no transfer and no task wrote", message);
  }

  @Test
  void partlyWrittenByAnEarlierTask() {
    FloatArray middle = filled(8, 5);
    TaskGraph graph =
        new TaskGraph("g")
            .task("half", MemoryFaultTest::firstHalf, middle)
            .task("t", MemoryFaultTest::shiftedCopy, middle, filled(8, 0), 0);
    fault(UNWRITTEN, "g.t", "source", 4, () -> run(graph));
  }

  @Test
  void nothingIsLeftOfTheLastExecution() throws Exception {
    FloatArray x = filled(4, 1);
    FloatArray sum = filled(4, 0);
    TaskGraph graph =
        new TaskGraph("g")
            .transferToDevice(FIRST_EXECUTION, x)
            .task("t", MemoryFaultTest::increment, x)
            .task("copy", MemoryFaultTest::shiftedCopy, x, sum, 0)
            .transferToHost(EVERY_EXECUTION, sum);
    try (TornadoExecutionPlan plan = new TornadoExecutionPlan(graph.snapshot())) {
      plan.execute();
      plan.execute();
      assertEquals(3, sum.get(0), "what was transferred for good stays");
    }
    TaskGraph accumulating =
        new TaskGraph("g").task("t", MemoryFaultTest::increment, sum).persistOnDevice(sum);
    try (TornadoExecutionPlan plan = new TornadoExecutionPlan(accumulating.snapshot())) {
      fault(UNWRITTEN, "g.t", "x", 0, plan::execute);
      fault(UNWRITTEN, "g.t", "x", 0, plan::execute);
    }
  }

  @Test
  void staticArraysAreNotOnTheDevice() {
    fault(
        UNSUPPORTED,
        "g.t",
        () -> run(new TaskGraph("g").task("t", MemoryFaultTest::table, filled(4, 0))));
  }
}
