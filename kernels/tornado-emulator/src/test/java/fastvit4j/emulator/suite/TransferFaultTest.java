package fastvit4j.emulator.suite;

import static fastvit4j.emulator.KernelFault.Kind.TRANSFER;
import static fastvit4j.emulator.KernelFault.Kind.UNSUPPORTED;
import static fastvit4j.emulator.KernelFault.Kind.UNWRITTEN;
import static fastvit4j.emulator.suite.Graphs.assertContains;
import static fastvit4j.emulator.suite.Graphs.counting;
import static fastvit4j.emulator.suite.Graphs.fault;
import static fastvit4j.emulator.suite.Graphs.filled;
import static fastvit4j.emulator.suite.Graphs.run;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static uk.ac.manchester.tornado.api.enums.DataTransferMode.EVERY_EXECUTION;
import static uk.ac.manchester.tornado.api.enums.DataTransferMode.FIRST_EXECUTION;
import static uk.ac.manchester.tornado.api.enums.DataTransferMode.UNDER_DEMAND;

import org.junit.jupiter.api.Test;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.TornadoExecutionResult;
import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.exceptions.TornadoMemoryException;
import uk.ac.manchester.tornado.api.exceptions.TornadoRuntimeException;
import uk.ac.manchester.tornado.api.exceptions.TornadoTaskRuntimeException;
import uk.ac.manchester.tornado.api.types.arrays.ByteArray;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Graphs whose arrays are not where their tasks expect them. */
class TransferFaultTest {
  private final FloatArray input = counting(4);
  private final FloatArray middle = filled(4, -1);
  private final FloatArray output = filled(4, -1);

  static void add(FloatArray x, FloatArray y, float term) {
    for (@Parallel int i = 0; i < x.getSize(); i++) {
      y.set(i, x.get(i) + term);
    }
  }

  static void firstHalf(FloatArray y) {
    for (@Parallel int i = 0; i < y.getSize() / 2; i++) {
      y.set(i, 1);
    }
  }

  static void clear(ByteArray bytes) {
    for (@Parallel int i = 0; i < 1; i++) {
      bytes.set(i, (byte) 0);
    }
  }

  private TaskGraph graph(String name) {
    return new TaskGraph(name);
  }

  @Test
  void transfersInTheWrongPlace() {
    String message =
        fault(
            TRANSFER,
            "g",
            "x",
            -1,
            () ->
                graph("g")
                    .task("t", TransferFaultTest::add, input, output, 1f)
                    .transferToDevice(EVERY_EXECUTION, input));
    assertContains("x (argument 0 of task g.t, FloatArray of 4 elements)", message);
    assertContains("comes to the device after task g.t uses it", message);
    message =
        fault(
            TRANSFER,
            "g",
            "y",
            -1,
            () ->
                graph("g")
                    .transferToDevice(EVERY_EXECUTION, input)
                    .task("first", TransferFaultTest::add, input, output, 1f)
                    .transferToHost(EVERY_EXECUTION, output)
                    .task("t", TransferFaultTest::add, input, output, 2f));
    assertContains("is transferred to the host before task g.t uses it", message);
    fault(
        TRANSFER,
        "g",
        "",
        -1,
        () -> graph("g").transferToDevice(EVERY_EXECUTION, input).consumeFromDevice("f", input));
  }

  @Test
  void whatIsTransferredToTheHostMustBeThere() {
    String message =
        fault(
            UNWRITTEN,
            "g",
            "y",
            2,
            () ->
                run(
                    graph("g")
                        .task("t", TransferFaultTest::firstHalf, output)
                        .transferToHost(EVERY_EXECUTION, output)));
    assertContains("argument 0 of task g.t", message);
    assertEquals(-1, output.get(0), "half a result came back");
    fault(
        TRANSFER,
        "g",
        "",
        -1,
        () ->
            run(
                graph("g")
                    .transferToDevice(EVERY_EXECUTION, input)
                    .task("t", TransferFaultTest::add, input, middle, 1f)
                    .transferToHost(EVERY_EXECUTION, output)));
  }

  @Test
  void onDemandOnlyWhatWasOffered() throws Exception {
    TaskGraph graph =
        graph("g")
            .transferToDevice(EVERY_EXECUTION, input)
            .task("t", TransferFaultTest::add, input, middle, 1f)
            .task("u", TransferFaultTest::add, middle, output, 1f)
            .transferToHost(UNDER_DEMAND, output);
    try (TornadoExecutionPlan plan = new TornadoExecutionPlan(graph.snapshot())) {
      TornadoExecutionResult result = plan.execute();
      assertEquals(-1, output.get(3));
      result.transferToHost(output);
      assertEquals(5, output.get(3));
      fault(TRANSFER, "g", () -> result.transferToHost(middle));
    }
  }

  @Test
  void whatIsConsumedMustBePersisted() throws Exception {
    TaskGraph second =
        graph("g")
            .consumeFromDevice("f", middle)
            .task("t", TransferFaultTest::add, middle, output, 1f)
            .transferToHost(EVERY_EXECUTION, output);
    TaskGraph keeping = adding().persistOnDevice(input);
    try (TornadoExecutionPlan plan =
        new TornadoExecutionPlan(keeping.snapshot(), second.snapshot())) {
      plan.withGraph(0).execute();
      String message = fault(TRANSFER, "g", "x", -1, () -> plan.withGraph(1).execute());
      assertContains("which f does not persist", message);
    }
    TaskGraph persisting = adding().persistOnDevice(middle);
    try (TornadoExecutionPlan plan =
        new TornadoExecutionPlan(persisting.snapshot(), second.snapshot())) {
      plan.withGraph(0).execute();
      plan.withGraph(1).execute();
      assertEquals(5, output.get(3));
    }
  }

  private TaskGraph adding() {
    return graph("f")
        .transferToDevice(EVERY_EXECUTION, input)
        .task("t", TransferFaultTest::add, input, middle, 1f);
  }

  @Test
  void arraysThatAreWrittenFirstAreNotTransferred() {
    FloatArray padded = filled(4, 0);
    TaskGraph halo =
        graph("g")
            .transferToDevice(EVERY_EXECUTION, padded)
            .task("interior", TransferFaultTest::firstHalf, padded)
            .task("t", TransferFaultTest::add, padded, output, 1f);
    fault(UNWRITTEN, "g.t", "x", 2, () -> run(halo));
    TaskGraph onlyWritten =
        graph("g")
            .transferToDevice(FIRST_EXECUTION, padded)
            .task("t", TransferFaultTest::firstHalf, padded)
            .transferToHost(EVERY_EXECUTION, padded);
    fault(UNWRITTEN, "g", "y", 2, () -> run(onlyWritten));
    TaskGraph readFirst =
        graph("g")
            .transferToDevice(EVERY_EXECUTION, padded)
            .task("read", TransferFaultTest::add, padded, middle, 1f)
            .task("interior", TransferFaultTest::firstHalf, padded)
            .task("t", TransferFaultTest::add, padded, output, 1f)
            .transferToHost(EVERY_EXECUTION, output);
    run(readFirst);
    assertEquals(2, output.get(1));
    assertEquals(1, output.get(2));
  }

  @Test
  void graphsDoNotChangeAfterTheirSnapshot() {
    TaskGraph graph = adding();
    graph.snapshot();
    assertContains(
        "changed after its snapshot",
        fault(UNSUPPORTED, "f", () -> graph.transferToHost(EVERY_EXECUTION, middle)));
    graph.snapshot();
  }

  @Test
  void chainsRunOneGraphAtATimeAndInOrder() throws Exception {
    TaskGraph f =
        graph("f")
            .transferToDevice(EVERY_EXECUTION, input)
            .task("t", TransferFaultTest::add, input, middle, 1f)
            .persistOnDevice(middle);
    FloatArray other = filled(4, 0);
    TaskGraph g =
        graph("g")
            .transferToDevice(EVERY_EXECUTION, input)
            .task("t", TransferFaultTest::add, input, other, 1f)
            .persistOnDevice(other);
    TaskGraph h =
        graph("h")
            .consumeFromDevice("f", middle)
            .task("t", TransferFaultTest::add, middle, output, 1f)
            .transferToHost(EVERY_EXECUTION, output);
    try (TornadoExecutionPlan plan =
        new TornadoExecutionPlan(f.snapshot(), g.snapshot(), h.snapshot())) {
      assertContains("none was", fault(TRANSFER, "h", "x", -1, plan::execute));
      plan.withGraph(0).execute();
      plan.withGraph(1).execute();
      assertContains(
          "f must be executed right before it, and g was",
          fault(TRANSFER, "h", "x", -1, () -> plan.withGraph(2).execute()));
    }
  }

  @Test
  void graphsHaveTheirOwnMemory() throws Exception {
    TaskGraph f =
        graph("f")
            .transferToDevice(EVERY_EXECUTION, input)
            .task("t", TransferFaultTest::add, input, middle, 1f)
            .transferToHost(EVERY_EXECUTION, middle);
    TaskGraph g = graph("g").task("t", TransferFaultTest::add, middle, output, 1f);
    try (TornadoExecutionPlan plan = new TornadoExecutionPlan(f.snapshot(), g.snapshot())) {
      plan.withGraph(0).execute();
      fault(UNWRITTEN, "g.t", "x", 0, () -> plan.withGraph(1).execute());
    }
  }

  @Test
  void memoryLimits() throws Exception {
    ByteArray large = new ByteArray(2_000_000);
    TaskGraph graph = graph("g").task("t", TransferFaultTest::clear, large);
    try (TornadoExecutionPlan plan = new TornadoExecutionPlan(graph.snapshot())) {
      plan.withMemoryLimit("1MB");
      TornadoMemoryException e = assertThrows(TornadoMemoryException.class, plan::execute);
      assertContains("needs 2000016 bytes", e.getMessage());
      plan.withMemoryLimit("3MB").execute();
      assertEquals(2_000_016, plan.getCurrentDeviceMemoryUsage());
      plan.freeDeviceMemory();
      assertEquals(0, plan.getCurrentDeviceMemoryUsage());
      assertThrows(TornadoRuntimeException.class, () -> plan.withMemoryLimit("3 apples"));
    }
  }

  @Test
  void notEverythingIsAnArray() throws Exception {
    fault(UNSUPPORTED, "g", () -> graph("g").transferToDevice(EVERY_EXECUTION, new float[4]));
    fault(UNSUPPORTED, "g", () -> graph("g").transferToHost(EVERY_EXECUTION, (Object) null));
    fault(UNSUPPORTED, "g", () -> graph("g").transferToDevice(7, input));
    fault(UNSUPPORTED, "g", () -> graph("g").transferToHost(FIRST_EXECUTION, input));
    fault(UNSUPPORTED, "g.t", () -> graph("g").task("t", TransferFaultTest::add, null, output, 1f));
    fault(UNSUPPORTED, "g", () -> run(graph("g").transferToDevice(EVERY_EXECUTION, input)));
    assertThrows(
        TornadoTaskRuntimeException.class,
        () ->
            graph("g")
                .task("t", TransferFaultTest::add, input, output, 1f)
                .task("t", TransferFaultTest::add, input, output, 2f));
    TornadoExecutionPlan plan =
        new TornadoExecutionPlan(
            graph("g")
                .transferToDevice(EVERY_EXECUTION, input)
                .task("t", TransferFaultTest::add, input, output, 1f)
                .snapshot());
    plan.execute();
    plan.close();
    assertContains("closed", fault(UNSUPPORTED, "g", plan::execute));
    assertThrows(TornadoRuntimeException.class, () -> plan.withGraph(1));
  }
}
