package fastvit4j.emulator;

import java.util.HashSet;
import java.util.Set;
import uk.ac.manchester.tornado.api.GridScheduler;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.types.arrays.TornadoNativeArray;

/** A graph of a plan, with its device memory. */
final class GraphRun {
  private final GraphSteps graph;
  private final IntPool pool;
  private final DeviceMemory memory = new DeviceMemory();
  private final Capture capture = new Capture();

  GraphRun(GraphSteps graph, IntPool pool) {
    this.graph = graph;
    this.pool = pool;
  }

  GraphSteps graph() {
    return graph;
  }

  DeviceMemory memory() {
    return memory;
  }

  /** Has the graph captured when it is first executed. */
  void capture() {
    capture.ask(graph);
  }

  /** Whether it can be executed so if it is captured. */
  void beforeExecution(GridScheduler grids, boolean profiled) {
    capture.beforeExecution(graph, grids, profiled);
  }

  /**
   * Executes the graph.
   *
   * @param last the graph that was executed before, or null
   */
  void execute(GraphRun last, GridScheduler grids, long memoryLimit, ExecutionTimes times) {
    if (graph.tasks().isEmpty()) {
      throw new KernelFault(
          KernelFault.Kind.UNSUPPORTED, graph.name(), "graph " + graph.name() + " has no tasks");
    }
    consume(last);
    allocate(memoryLimit);
    forgetLastExecution();
    for (Step step : graph.steps()) {
      execute(step, grids, times);
    }
    times.allocated(memory.bytes());
  }

  private void execute(Step step, GridScheduler grids, ExecutionTimes times) {
    long start = System.nanoTime();
    switch (step) {
      case Step.TransferToDevice transfer -> {
        DeviceArray array = memory.find(transfer.array());
        if (transfer.mode() == DataTransferMode.EVERY_EXECUTION || !array.isTransferred()) {
          array.fromHost();
          times.copiedIn(array.bytes(), System.nanoTime() - start);
        }
      }
      case Step.Run run -> {
        KernelTask task = run.task();
        Launch.run(task, memory, grids == null ? null : grids.get(task.name()), pool);
        times.ran(graph.name(), task, System.nanoTime() - start);
      }
      case Step.TransferToHost transfer -> {
        if (transfer.mode() == DataTransferMode.EVERY_EXECUTION) {
          toHost(transfer.array(), times);
        }
      }
      case Step.Persist persist -> checkOnDevice(persist.array(), "persists");
      case Step.Consume consume -> checkOnDevice(consume.array(), "consumes");
    }
  }

  /** Copies an array to the host, all of whose elements must be written. */
  void toHost(TornadoNativeArray host, ExecutionTimes times) {
    DeviceArray array = checkOnDevice(host, "transfers to the host");
    int unwritten = array.shadow().firstUnwritten();
    if (unwritten >= 0) {
      String name = graph.bufferName(host);
      throw new KernelFault(
          KernelFault.Kind.UNWRITTEN,
          graph.name(),
          name,
          unwritten,
          "graph %s transfers %s[%d] to the host, which nothing on the device wrote: %s"
              .formatted(graph.name(), name, unwritten, graph.describe(host)));
    }
    long start = System.nanoTime();
    array.toHost();
    times.copiedOut(array.bytes(), System.nanoTime() - start);
  }

  /** Whether the graph has a step that lets the host ask for an array. */
  boolean offers(TornadoNativeArray host) {
    return graph.steps().stream()
        .anyMatch(s -> s instanceof Step.TransferToHost transfer && transfer.array() == host);
  }

  private DeviceArray checkOnDevice(TornadoNativeArray host, String verb) {
    DeviceArray array = memory.find(host);
    if (array == null) {
      throw fault(host, verb, "which is not on the device");
    }
    return array;
  }

  private void consume(GraphRun last) {
    for (Step step : graph.steps()) {
      if (step instanceof Step.Consume consume) {
        if (last == null
            || (consume.graph() != null && !consume.graph().equals(last.graph.name()))) {
          String source = consume.graph() == null ? "another graph" : consume.graph();
          String executed = last == null ? "none was" : last.graph.name() + " was";
          throw fault(
              consume.array(),
              "consumes",
              "but " + source + " must be executed right before it, and " + executed);
        }
        memory.consume(consume.array(), last.persisted(consume.array(), this));
      }
    }
  }

  private DeviceArray persisted(TornadoNativeArray host, GraphRun consumer) {
    boolean declared =
        graph.steps().stream()
            .anyMatch(s -> s instanceof Step.Persist persist && persist.array() == host);
    if (!declared || memory.find(host) == null) {
      throw consumer.fault(host, "consumes", "which " + graph.name() + " does not persist");
    }
    return memory.find(host);
  }

  private KernelFault fault(TornadoNativeArray host, String verb, String text) {
    return new KernelFault(
        KernelFault.Kind.TRANSFER,
        graph.name(),
        graph.bufferName(host),
        -1,
        "graph " + graph.name() + " " + verb + " " + graph.describe(host) + ", " + text);
  }

  private void allocate(long limit) {
    for (Step step : graph.steps()) {
      if (step instanceof Step.Run run) {
        Object[] arguments = run.task().arguments();
        for (int i = 0; i < arguments.length; i++) {
          if (arguments[i] instanceof TornadoNativeArray array) {
            memory.allocate(array, run.task().parameter(i), limit);
          }
        }
      } else if (step instanceof Step.TransferToDevice transfer) {
        memory.allocate(transfer.array(), graph.describe(transfer.array()), limit);
      }
    }
  }

  /** Only what was transferred for good outlives an execution. */
  private void forgetLastExecution() {
    Set<DeviceArray> kept = new HashSet<>();
    for (Step step : graph.steps()) {
      if (step instanceof Step.TransferToDevice transfer
          && transfer.mode() == DataTransferMode.FIRST_EXECUTION
          && memory.find(transfer.array()).isTransferred()) {
        kept.add(memory.find(transfer.array()));
      }
    }
    memory.own().stream().filter(a -> !kept.contains(a)).forEach(a -> a.shadow().forget());
  }
}
