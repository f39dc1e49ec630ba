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
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Work-items of a group that get in each other's way in local memory, and barriers that help. */
class LocalRaceTest {
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
                        "t", LocalRaceTest::tileWithoutBarrier, new KernelContext(), filled(4, 0)),
                grid(4, 4)));
    fault(
        RACE,
        "g.t",
        "tile",
        0,
        () ->
            run(
                new TaskGraph("g")
                    .task("t", LocalRaceTest::tileBothWrite, new KernelContext(), filled(4, 0)),
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
                        .task("t", LocalRaceTest::tileRead, new KernelContext(), x, filled(8, 0)),
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
            .task("t", LocalRaceTest::tileReadRight, new KernelContext(), x, y)
            .transferToHost(EVERY_EXECUTION, y),
        grid(8, 4));
    for (int i = 0; i < 8; i++) {
      assertEquals(3 * (i / 4 * 4 + 3 - i % 4) + 3, y.get(i));
    }
    run(
        new TaskGraph("g")
            .task("t", LocalRaceTest::scratchByTurns, new KernelContext(), y)
            .transferToHost(EVERY_EXECUTION, y),
        grid(8, 4));
    for (int i = 0; i < 8; i++) {
      assertEquals(10 * (3 - i % 4), y.get(i));
    }
  }
}
