package fastvit4j.runtime.tornado;

import fastvit4j.model.graph.Graph;
import fastvit4j.model.operator.Shape;
import fastvit4j.model.tensor.Activation;
import fastvit4j.runtime.DeviceException;
import fastvit4j.runtime.SessionOptions;
import fastvit4j.runtime.plan.FusedStep;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import uk.ac.manchester.tornado.api.GridScheduler;
import uk.ac.manchester.tornado.api.ImmutableTaskGraph;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.enums.ProfilerMode;
import uk.ac.manchester.tornado.api.exceptions.TornadoExecutionPlanException;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * A network at one input shape, ready to run: its launches in a chain of TaskGraphs. A graph holds
 * at most {@link #MOST_TASKS} tasks, as the runtime's own tables are of fixed size; values that
 * cross from one graph to the next stay on the device.
 *
 * <pre>
 *   input --EVERY--> [ graph 0 ] --persist/consume--> [ graph 1 ] ... --EVERY--> outputs
 *                       ^ weights, FIRST                 ^ weights, FIRST
 * </pre>
 */
final class TornadoPlan implements AutoCloseable {
  /** Tasks of one graph; see the class comment. */
  static final int MOST_TASKS = 40;

  private final List<LoweredTask> tasks;
  private final BufferPlan buffers;
  private final FloatArray input;
  private final Map<String, FloatArray> outputs = new LinkedHashMap<>();
  private final Map<String, Shape> outputShapes = new LinkedHashMap<>();
  private final TornadoExecutionPlan plan;
  private final int graphs;
  private final String network;

  TornadoPlan(
      Graph graph,
      SessionOptions options,
      Shape inputShape,
      List<FusedStep> steps,
      WeightStore weights,
      TornadoDevice device,
      DeviceTraits traits) {
    network = graph.name();
    Map<String, Shape> shapes = graph.shapes(inputShape);
    tasks = Lowering.lower(steps, shapes, weights, traits);
    Set<String> kept = new LinkedHashSet<>();
    for (String output : options.outputs()) {
      kept.add(graph.outputs().get(output));
    }
    buffers = BufferPlan.of(tasks, kept, Graph.INPUT);
    requireMemory(
        weights.bytes() + buffers.bytes() + 4L * inputShape.elements(), inputShape, traits);
    input = new FloatArray(inputShape.elements());
    List<FloatArray> slots = buffers.sizes().stream().map(FloatArray::new).toList();
    for (String output : options.outputs()) {
      String value = graph.outputs().get(output);
      outputs.put(output, slots.get(buffers.slot(value)));
      outputShapes.put(output, shapes.get(value));
    }
    GridScheduler grid = new GridScheduler();
    List<ImmutableTaskGraph> chain = new Chain(slots, grid).build();
    graphs = chain.size();
    plan = new TornadoExecutionPlan(chain.toArray(ImmutableTaskGraph[]::new));
    plan.withDevice(device);
    if (!grid.keySet().isEmpty()) {
      plan.withGridScheduler(grid);
    }
  }

  private void requireMemory(long needed, Shape shape, DeviceTraits traits) {
    if (needed > traits.globalBytes()) {
      throw new DeviceException(
          network
              + " at "
              + shape
              + " needs "
              + needed
              + " bytes of device memory, but there are "
              + traits.globalBytes()
              + ": take a smaller batch or size",
          null);
    }
  }

  /** Runs the network. One run at a time. */
  Map<String, Activation> run(Activation image) {
    MemorySegment.copy(image.data(), 0, input.getSegment(), 0, image.data().byteSize());
    execute();
    Map<String, Activation> results = new LinkedHashMap<>();
    outputs.forEach(
        (name, buffer) -> {
          Activation result = Activation.allocate(outputShapes.get(name));
          MemorySegment.copy(buffer.getSegment(), 0, result.data(), 0, result.data().byteSize());
          results.put(name, result);
        });
    return results;
  }

  private void execute() {
    for (int i = 0; i < graphs; i++) {
      plan.withGraph(i).execute();
    }
  }

  /**
   * Runs the network once with the device's timers on: nanoseconds of each task, in the tasks'
   * order.
   */
  long[] profile(Activation image) {
    MemorySegment.copy(image.data(), 0, input.getSegment(), 0, image.data().byteSize());
    Map<String, Long> nanos = new HashMap<>();
    plan.withProfiler(ProfilerMode.SILENT);
    for (int i = 0; i < graphs; i++) {
      String log = plan.withGraph(i).execute().getProfilerResult().getProfileLog();
      nanos.putAll(ProfileLog.kernelNanos(log));
    }
    plan.withoutProfiler();
    return tasks.stream().mapToLong(t -> nanos.getOrDefault(t.name(), 0L)).toArray();
  }

  List<LoweredTask> tasks() {
    return tasks;
  }

  BufferPlan buffers() {
    return buffers;
  }

  @Override
  public void close() {
    try {
      plan.freeDeviceMemory();
      plan.close();
    } catch (TornadoExecutionPlanException e) {
      throw new DeviceException("cannot release the device memory of " + network, e);
    }
  }

  /** Writes the launches down as TaskGraphs. */
  private final class Chain {
    private final List<FloatArray> slots;
    private final GridScheduler grid;
    private final List<ImmutableTaskGraph> chain = new ArrayList<>();

    Chain(List<FloatArray> slots, GridScheduler grid) {
      this.slots = slots;
      this.grid = grid;
    }

    List<ImmutableTaskGraph> build() {
      int from = 0;
      while (from < tasks.size()) {
        int to = Math.min(tasks.size(), from + MOST_TASKS);
        add(from, to);
        from = to;
      }
      return chain;
    }

    private void add(int from, int to) {
      String name = "g" + chain.size();
      TaskGraph graph = new TaskGraph(name);
      if (readsInput(from, to)) {
        graph.transferToDevice(DataTransferMode.EVERY_EXECUTION, input);
      }
      Object[] constants =
          tasks.subList(from, to).stream()
              .flatMap(t -> t.constants().stream())
              .distinct()
              .toArray();
      if (constants.length > 0) {
        graph.transferToDevice(DataTransferMode.FIRST_EXECUTION, constants);
      }
      Object[] arriving = crossing(from);
      if (arriving.length > 0) {
        graph.consumeFromDevice("g" + (chain.size() - 1), arriving);
      }
      for (LoweredTask task : tasks.subList(from, to)) {
        task.adder().add(graph, task.name(), this::buffer);
        if (task.grid() != null) {
          grid.addWorkerGrid(name + "." + task.name(), task.grid());
        }
      }
      Object[] leaving = crossing(to);
      if (leaving.length > 0) {
        graph.persistOnDevice(leaving);
      }
      if (to == tasks.size()) {
        graph.transferToHost(DataTransferMode.EVERY_EXECUTION, outputs.values().toArray());
      }
      chain.add(graph.snapshot());
    }

    private boolean readsInput(int from, int to) {
      return tasks.subList(from, to).stream().anyMatch(t -> t.reads().contains(Graph.INPUT));
    }

    /**
     * The buffers that hold, before task {@code at}, values that it or a later one reads, or that
     * are outputs.
     */
    private Object[] crossing(int at) {
      if (at == tasks.size()) {
        return new Object[0];
      }
      Set<FloatArray> needed = new LinkedHashSet<>();
      for (LoweredTask before : tasks.subList(0, at)) {
        FloatArray buffer = buffer(before.write());
        boolean read =
            tasks.subList(at, tasks.size()).stream()
                .anyMatch(t -> t.reads().contains(before.write()));
        if (read || outputs.containsValue(buffer)) {
          needed.add(buffer);
        }
      }
      return needed.toArray();
    }

    private FloatArray buffer(String value) {
      return value.equals(Graph.INPUT) ? input : slots.get(buffers.slot(value));
    }
  }
}
