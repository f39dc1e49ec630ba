package fastvit4j.emulator.suite;

import static fastvit4j.emulator.suite.Graphs.assertContains;
import static fastvit4j.emulator.suite.Graphs.counting;
import static fastvit4j.emulator.suite.Graphs.filled;
import static fastvit4j.emulator.suite.Graphs.grid;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static uk.ac.manchester.tornado.api.enums.DataTransferMode.EVERY_EXECUTION;
import static uk.ac.manchester.tornado.api.enums.DataTransferMode.FIRST_EXECUTION;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.TornadoProfilerResult;
import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.enums.ProfilerMode;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Graphs that are right, executed once and again, in chains and by several threads. */
class PlansTest {
  static void add(FloatArray x, FloatArray y, FloatArray sum) {
    for (@Parallel int i = 0; i < x.getSize(); i++) {
      sum.set(i, x.get(i) + y.get(i));
    }
  }

  static void addTo(FloatArray x, FloatArray sum) {
    for (@Parallel int i = 0; i < x.getSize(); i++) {
      sum.set(i, sum.get(i) + x.get(i));
    }
  }

  static void reverseInGroups(KernelContext context, FloatArray x, FloatArray y) {
    float[] tile = context.allocateFloatLocalArray(8);
    int i = context.localIdx;
    tile[i] = x.get(context.globalIdx);
    context.localBarrier();
    y.set(context.globalIdx, tile[7 - i]);
  }

  @Test
  void transferModes() throws Exception {
    FloatArray weights = filled(3, 10);
    FloatArray input = counting(3);
    FloatArray output = filled(3, -1);
    TaskGraph graph =
        new TaskGraph("g")
            .transferToDevice(FIRST_EXECUTION, weights)
            .transferToDevice(EVERY_EXECUTION, input)
            .task("t", PlansTest::add, weights, input, output)
            .transferToHost(EVERY_EXECUTION, output);
    try (TornadoExecutionPlan plan = new TornadoExecutionPlan(graph.snapshot())) {
      plan.execute();
      assertEquals(12, output.get(2));
      weights.init(20);
      input.init(5);
      plan.execute();
      assertEquals(15, output.get(2), "weights are those of the first execution");
      plan.freeDeviceMemory();
      plan.execute();
      assertEquals(25, output.get(2), "all is transferred again after freeDeviceMemory");
    }
  }

  @Test
  void whatWasTransferredOnceAccumulates() throws Exception {
    FloatArray x = filled(3, 1);
    FloatArray sum = filled(3, 0);
    TaskGraph graph =
        new TaskGraph("g")
            .transferToDevice(FIRST_EXECUTION, x, sum)
            .task("t", PlansTest::addTo, x, sum)
            .transferToHost(EVERY_EXECUTION, sum);
    try (TornadoExecutionPlan plan = new TornadoExecutionPlan(graph.snapshot());
        TornadoExecutionPlan other = new TornadoExecutionPlan(graph.snapshot())) {
      plan.execute();
      plan.execute();
      plan.execute();
      assertEquals(3, sum.get(0));
      other.execute();
      assertEquals(4, sum.get(0), "another plan begins with what the host has now");
      plan.execute();
      assertEquals(4, sum.get(0), "plans have their own memory");
    }
  }

  @Test
  void chainsPassArraysOn() throws Exception {
    FloatArray x = counting(4);
    FloatArray a = filled(4, -1);
    FloatArray b = filled(4, -1);
    FloatArray c = filled(4, -1);
    TaskGraph first =
        new TaskGraph("first")
            .transferToDevice(EVERY_EXECUTION, x)
            .task("t", PlansTest::add, x, x, a)
            .persistOnDevice(x, a);
    TaskGraph second =
        new TaskGraph("second")
            .consumeFromDevice("first", x, a)
            .task("t", PlansTest::add, a, a, b)
            .persistOnDevice(x, b);
    TaskGraph third =
        new TaskGraph("third")
            .consumeFromDevice(b, x)
            .task("t", PlansTest::add, b, x, c)
            .transferToHost(EVERY_EXECUTION, c);
    try (TornadoExecutionPlan plan =
        new TornadoExecutionPlan(first.snapshot(), second.snapshot(), third.snapshot())) {
      for (int round = 0; round < 3; round++) {
        x.set(3, round);
        for (int graph = 0; graph < 3; graph++) {
          plan.withGraph(graph).execute();
        }
        assertEquals(5 * round, c.get(3));
        assertEquals(10, c.get(2));
        assertEquals(-1, a.get(3), "what is not transferred stays on the device");
      }
      assertEquals(4 * (4 * 4 + 16), plan.getCurrentDeviceMemoryUsage());
    }
  }

  @Test
  void allGraphsOneAfterTheOther() throws Exception {
    FloatArray x = counting(4);
    FloatArray a = filled(4, -1);
    FloatArray b = filled(4, -1);
    TaskGraph first =
        new TaskGraph("first")
            .transferToDevice(EVERY_EXECUTION, x)
            .task("t", PlansTest::add, x, x, a)
            .transferToHost(EVERY_EXECUTION, a);
    TaskGraph second =
        new TaskGraph("second")
            .transferToDevice(EVERY_EXECUTION, a)
            .task("t", PlansTest::add, a, a, b)
            .transferToHost(EVERY_EXECUTION, b);
    try (TornadoExecutionPlan plan =
        new TornadoExecutionPlan(first.snapshot(), second.snapshot())) {
      plan.execute();
      assertEquals(12, b.get(3));
      b.init(-1);
      x.init(5);
      plan.withGraph(1).execute();
      assertEquals(12, b.get(3), "only the selected graph ran");
      plan.withAllGraphs().execute();
      assertEquals(20, b.get(3));
    }
  }

  @Test
  void timesAndBytes() throws Exception {
    FloatArray x = counting(64);
    FloatArray y = filled(64, -1);
    TaskGraph graph =
        new TaskGraph("g")
            .transferToDevice(FIRST_EXECUTION, x)
            .task("t", PlansTest::reverseInGroups, new KernelContext(), x, y)
            .transferToHost(EVERY_EXECUTION, y);
    try (TornadoExecutionPlan plan = new TornadoExecutionPlan(graph.snapshot())) {
      plan.withGridScheduler(grid(64, 8)).withProfiler(ProfilerMode.SILENT);
      TornadoProfilerResult result = plan.execute().getProfilerResult();
      long bytes = 64 * 4 + 16;
      assertEquals(bytes, result.getTotalBytesCopyIn());
      assertEquals(bytes, result.getTotalBytesCopyOut());
      assertEquals(2 * bytes, result.getTotalDeviceMemoryUsage());
      assertTrue(result.getDeviceKernelTime() > 0);
      assertTrue(result.getTotalTime() >= result.getDeviceKernelTime());
      assertContains("\"g.t\": {", result.getProfileLog());
      assertContains("\"METHOD\": \"PlansTest.reverseInGroups\"", result.getProfileLog());
      assertEquals(0, plan.execute().getProfilerResult().getTotalBytesCopyIn());
    }
  }

  @Test
  void threadsShareTheEmulator() throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      List<Future<Boolean>> results = new ArrayList<>();
      for (int thread = 0; thread < 8; thread++) {
        int offset = 100 * thread;
        results.add(threads.submit(() -> reversesRightly(offset)));
      }
      for (Future<Boolean> result : results) {
        assertTrue(result.get());
      }
    }
  }

  private static boolean reversesRightly(int offset) throws Exception {
    FloatArray x = new FloatArray(32);
    FloatArray y = filled(32, -1);
    TaskGraph graph =
        new TaskGraph("g")
            .transferToDevice(EVERY_EXECUTION, x)
            .task("t", PlansTest::reverseInGroups, new KernelContext(), x, y)
            .transferToHost(EVERY_EXECUTION, y);
    boolean right = true;
    try (TornadoExecutionPlan plan = new TornadoExecutionPlan(graph.snapshot())) {
      plan.withGridScheduler(grid(32, 8));
      for (int round = 0; round < 5; round++) {
        for (int i = 0; i < 32; i++) {
          x.set(i, offset + i);
        }
        y.init(-1);
        plan.execute();
        for (int i = 0; i < 32; i++) {
          right &= y.get(i) == offset + i / 8 * 8 + 7 - i % 8;
        }
      }
    }
    return right;
  }
}
