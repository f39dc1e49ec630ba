package fastvit4j.runtime.tornado;

import fastvit4j.model.graph.Graph;
import fastvit4j.model.operator.Shape;
import fastvit4j.model.tensor.Activation;
import fastvit4j.runtime.DeviceException;
import fastvit4j.runtime.Precision;
import fastvit4j.runtime.SessionOptions;
import fastvit4j.runtime.plan.FusedStep;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import uk.ac.manchester.tornado.api.types.arrays.TornadoNativeArray;

/**
 * A network for one kind of input, compiled and ready to run. It is compiled, run and closed on its
 * session's {@link RuntimeThread}; its runs may go on beside those of other sessions.
 */
final class TornadoPlan implements AutoCloseable {
  private final TornadoDevice device;
  private final String network;
  private final PlanInput format;
  private final List<FusedStep> steps;
  private final Map<String, Shape> shapes;
  private final List<LoweredTask> tasks;
  private final BufferPlan buffers;
  private final TornadoNativeArray input;
  private final Map<String, TornadoNativeArray> outputs = new LinkedHashMap<>();
  private final Map<String, Shape> outputShapes = new LinkedHashMap<>();
  private final MemoryNeeds needs;
  private final Arena arena;
  private final RuntimeThread thread;
  private final Guards guards;
  private final GraphRunner runner;
  private final CapturedRuns captured;
  private DeviceException lost;

  TornadoPlan(
      Graph graph,
      SessionOptions options,
      PlanInput format,
      List<FusedStep> steps,
      WeightStore weights,
      TornadoDevice device,
      RuntimeThread thread) {
    this.device = device;
    this.thread = thread;
    this.network = graph.name();
    this.format = format;
    this.steps = steps;
    shapes = graph.shapes(format.shape());
    Set<String> kept = new LinkedHashSet<>();
    for (String output : options.outputs()) {
      kept.add(graph.outputs().get(output));
    }
    List<LoweredTask> lowered =
        Lowering.lower(steps, shapes, format, kept, weights, device.traits());
    arena = Arena.ofShared();
    guards = Guards.of(device.guards(), arena);
    tasks = guards.around(lowered);
    buffers = BufferPlan.of(tasks, guards.apart(kept), format.value());
    needs = MemoryNeeds.of(weights, buffers, format);
    try {
      MemoryLedger.take(device, needs, options.memoryLimit(), network + " at " + format.shape());
    } catch (RuntimeException e) {
      arena.close();
      throw e;
    }
    try {
      input = guards.input(format, storedInput());
      List<TornadoNativeArray> slots = guards.buffers(buffers);
      for (String output : options.outputs()) {
        String value = graph.outputs().get(output);
        outputs.put(output, slots.get(buffers.slot(value)));
        outputShapes.put(output, shapes.get(value));
      }
      Function<Map<String, Path>, GraphChain> chains =
          code ->
              GraphChain.of(
                  tasks,
                  guards.given(format.value()),
                  value -> value.equals(format.value()) ? input : slots.get(buffers.slot(value)),
                  guards.returned(new LinkedHashSet<>(outputs.values())),
                  code);
      captured =
          CudaGraphs.wanted(options, device.traits())
              ? new CapturedRuns(
                  device,
                  network + " at " + format.shape(),
                  needs,
                  options.memoryLimit(),
                  () -> new GraphRunner(device, chains.apply(Map.of()), tasks.size(), true))
              : CapturedRuns.none();
      PlanCompilation compilation =
          new PlanCompilation(
              device,
              steps,
              shapes,
              tasks,
              chains,
              (runner, e) -> runFault(e, runner),
              options.progress());
      runner = thread.call(compilation::run);
    } catch (RuntimeException | Error e) {
      arena.close();
      MemoryLedger.giveBack(device, needs);
      throw e;
    }
  }

  private Precision storedInput() {
    return tasks.stream()
        .map(task -> task.precisions().get(format.value()))
        .filter(Objects::nonNull)
        .findFirst()
        .orElse(Precision.FLOAT32);
  }

  private DeviceException runFault(Throwable e, GraphRunner running) {
    if (DeviceFaults.isFatal(e)) {
      throw (Error) e;
    }
    int from = running.starts().get(running.current());
    FusedStep first = steps.get(tasks.get(from).step());
    String where = network + " at " + format.shape();
    return DeviceFaults.run(device.name(), first, shapes.get(first.output()), where, e);
  }

  /** Runs the network on data of the plan's input. */
  Map<String, Activation> run(MemorySegment image) {
    return thread.call(() -> runHere(image));
  }

  private Map<String, Activation> runHere(MemorySegment image) {
    if (lost != null) {
      throw lost;
    }
    GraphRunner running = captured.runner().orElse(runner);
    Map<String, Activation> results;
    try {
      results = Turns.beside(() -> run(running, image));
    } catch (RuntimeException | Error e) {
      throw lose(e, running);
    }
    guards.check();
    if (running == runner) {
      captured.afterPlainRun(image, results, this::run);
    }
    return results;
  }

  private Map<String, Activation> run(GraphRunner running, MemorySegment image) {
    begin(image);
    running.execute();
    requireOutputs();
    Map<String, Activation> results = new LinkedHashMap<>();
    outputs.forEach(
        (name, buffer) -> {
          Activation result = Activation.onHeap(outputShapes.get(name));
          HostArrays.read(buffer, result.data());
          results.put(name, result);
        });
    return results;
  }

  /**
   * Nanoseconds of one run by the device's timers.
   *
   * @param kernelNanos of each task, in the tasks' order
   * @param transferNanos of all copies to and from the device
   * @param transferBytes of all copies to and from the device
   */
  record Times(List<Long> kernelNanos, long transferNanos, long transferBytes) {}

  /** Runs the network once with the device's timers on. */
  Times profile(MemorySegment image) {
    return thread.alone(() -> profileAlone(image));
  }

  private Times profileAlone(MemorySegment image) {
    if (lost != null) {
      throw lost;
    }
    try {
      begin(image);
      GraphRunner.Times times = runner.profile();
      requireOutputs();
      return new Times(times.kernels(), times.transfers(), times.bytes());
    } catch (RuntimeException | Error e) {
      throw lose(e, runner);
    }
  }

  private void begin(MemorySegment image) {
    HostArrays.write(image, input);
    outputs.values().forEach(Unwritten::mark);
    guards.raise();
  }

  /** After a fault it is not known what still stands, on the device and in TornadoVM. */
  private DeviceException lose(Throwable e, GraphRunner running) {
    lost = runFault(e, running);
    return lost;
  }

  private void requireOutputs() {
    outputs.forEach(
        (name, buffer) -> {
          if (Unwritten.isMarked(buffer)) {
            throw new IllegalStateException("the driver gave no " + name + " back");
          }
        });
  }

  List<LoweredTask> tasks() {
    return tasks;
  }

  /** Whether runs are replayed as CUDA graphs by now. */
  boolean isCaptured() {
    return captured.runner().isPresent();
  }

  BufferPlan buffers() {
    return buffers;
  }

  /**
   * Frees what the plan holds. After a fault in mid-run nothing is freed: TornadoVM brings the
   * process down when it is to release what a lost device has not given it, and the driver may
   * still write to the host's memory.
   */
  @Override
  public void close() {
    if (isLost()) {
      return;
    }
    try {
      thread.alone(
          () -> {
            try {
              captured.release();
            } finally {
              runner.release();
            }
            return null;
          });
    } finally {
      arena.close();
      MemoryLedger.giveBack(device, needs);
    }
  }

  /** Whether the device failed in mid-run. */
  boolean isLost() {
    return lost != null;
  }
}
