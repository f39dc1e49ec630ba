package fastvit4j.runtime.tornado;

import fastvit4j.model.graph.Graph;
import fastvit4j.model.operator.Shape;
import fastvit4j.model.tensor.Activation;
import fastvit4j.runtime.DeviceException;
import fastvit4j.runtime.SessionOptions;
import fastvit4j.runtime.plan.FusedStep;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import uk.ac.manchester.tornado.api.enums.TornadoVMBackendType;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.TornadoNativeArray;

/**
 * A network for one kind of input, compiled and ready to run. One plan of the process is compiled,
 * run or closed at a time, on the {@link RuntimeThread}.
 */
final class TornadoPlan implements AutoCloseable {
  /** First runs of a graph until each of its launches has taken a time that can be seen. */
  private static final int MOST_ATTEMPTS = 3;

  private final TornadoDevice device;
  private final String network;
  private final PlanInput format;
  private final List<FusedStep> steps;
  private final Map<String, Shape> shapes;
  private final List<LoweredTask> tasks;
  private final BufferPlan buffers;
  private final TornadoNativeArray input;
  private final Map<String, FloatArray> outputs = new LinkedHashMap<>();
  private final Map<String, Shape> outputShapes = new LinkedHashMap<>();
  private final MemoryNeeds needs;
  private final Arena arena;
  private final GraphRunner runner;
  private DeviceException lost;

  TornadoPlan(
      Graph graph,
      SessionOptions options,
      PlanInput format,
      List<FusedStep> steps,
      WeightStore weights,
      TornadoDevice device) {
    this.device = device;
    this.network = graph.name();
    this.format = format;
    this.steps = steps;
    shapes = graph.shapes(format.shape());
    Set<String> kept = new LinkedHashSet<>();
    for (String output : options.outputs()) {
      kept.add(graph.outputs().get(output));
    }
    tasks = Lowering.lower(steps, shapes, format, kept, weights, device.traits());
    buffers = BufferPlan.of(tasks, kept, format.value());
    needs = MemoryNeeds.of(weights, buffers, format);
    MemoryLedger.take(device, needs, options.memoryLimit(), network + " at " + format.shape());
    arena = Arena.ofShared();
    try {
      input = format.allocate(arena);
      List<FloatArray> slots =
          buffers.sizes().stream().map(size -> HostArrays.zeros(arena, size)).toList();
      for (String output : options.outputs()) {
        String value = graph.outputs().get(output);
        outputs.put(output, slots.get(buffers.slot(value)));
        outputShapes.put(output, shapes.get(value));
      }
      CompileProgress progress = new CompileProgress(options.progress());
      runner = RuntimeThread.call(() -> prepare(progress, slots));
    } catch (RuntimeException | Error e) {
      arena.close();
      MemoryLedger.giveBack(device, needs);
      throw e;
    }
  }

  private GraphRunner prepare(CompileProgress progress, List<FloatArray> slots) {
    Map<String, Path> code = code(progress);
    GraphChain chain =
        GraphChain.of(
            tasks,
            format.value(),
            value -> value.equals(format.value()) ? input : slots.get(buffers.slot(value)),
            new LinkedHashSet<>(outputs.values()),
            code);
    GraphRunner prepared = new GraphRunner(device, chain, tasks.size());
    if (TornadoRuntimes.isReal()) {
      firstRun(prepared, progress, code.isEmpty());
    }
    return prepared;
  }

  /** Files of generated code by task name, or nothing where that is not possible. */
  private Map<String, Path> code(CompileProgress progress) {
    Map<String, Path> code = new HashMap<>();
    if (!KernelSources.areSupported(device.handle())) {
      progress.expect(GraphChain.cut(tasks, Map.of()).size());
      return code;
    }
    KernelSources sources = new KernelSources(device.handle(), KernelCache.standard());
    Map<String, LoweredTask> different = sources.different(tasks);
    progress.expect(different.size() + pieces(sources));
    Map<String, Path> files = new HashMap<>();
    for (Map.Entry<String, LoweredTask> kernel : different.entrySet()) {
      progress.begin(kernel.getValue().kernel().label() + " " + nodeOf(kernel.getValue()));
      Optional<Path> file = file(sources, kernel.getKey(), kernel.getValue());
      progress.done();
      if (file.isEmpty()) {
        return Map.of();
      }
      files.put(kernel.getKey(), file.get());
    }
    for (LoweredTask task : tasks) {
      code.put(task.name(), files.get(sources.key(task)));
    }
    return code;
  }

  /** How many graphs the tasks make, before there is a file of any code. */
  private int pieces(KernelSources sources) {
    Map<String, Path> keys = new HashMap<>();
    tasks.forEach(task -> keys.put(task.name(), Path.of(sources.key(task))));
    return GraphChain.cut(tasks, keys).size();
  }

  private Optional<Path> file(KernelSources sources, String key, LoweredTask task) {
    try {
      return sources.file(key, task);
    } catch (IOException e) {
      throw new DeviceException(
          "the code of " + task.kernel().label() + " cannot be read: " + e, e);
    } catch (RuntimeException | Error e) {
      throw fault(task, e);
    }
  }

  private String nodeOf(LoweredTask task) {
    return steps.get(task.step()).name();
  }

  private DeviceException fault(LoweredTask task, Throwable e) {
    if (DeviceFaults.isFatal(e)) {
      throw (Error) e;
    }
    FusedStep step = steps.get(task.step());
    return DeviceFaults.compile(device.name(), task, step, shapes.get(step.output()), e);
  }

  /**
   * Runs on a blank image: drivers finish kernels when they are first launched, and weights go up.
   * What fails then fails here.
   *
   * @param compiles whether the tasks are compiled now
   */
  private void firstRun(GraphRunner fresh, CompileProgress progress, boolean compiles) {
    for (int i = 0; i < fresh.starts().size(); i++) {
      int from = fresh.starts().get(i);
      int to = fresh.end(i);
      progress.begin(
          "first run of " + nodeOf(tasks.get(from)) + " to " + nodeOf(tasks.get(to - 1)));
      try {
        runFirst(fresh, i, tasks.subList(from, to));
      } catch (DeviceException e) {
        fresh.release();
        throw e;
      } catch (RuntimeException | Error e) {
        fresh.release();
        if (compiles) {
          findCulprit(tasks.subList(from, to));
        }
        throw fault(e, fresh);
      }
      progress.done();
    }
  }

  /**
   * TornadoVM prints what an OpenCL driver says and goes on if it refuses a launch; but then the
   * driver has no time of it, which OpenCL has every driver measure. The time of a launch may be
   * too short to be seen, though hardly each time.
   */
  private void runFirst(GraphRunner fresh, int graph, List<LoweredTask> launched) {
    long[] most = new long[launched.size()];
    for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      List<Long> nanos = fresh.profile(graph, graph + 1).kernels();
      Arrays.setAll(most, i -> Math.max(most[i], nanos.get(i)));
      if (device.handle().getTornadoVMBackend() != TornadoVMBackendType.OPENCL
          || Arrays.stream(most).allMatch(time -> time > 0)) {
        return;
      }
    }
    int first = 0;
    while (most[first] > 0) {
      first++;
    }
    LoweredTask refused = launched.get(first);
    FusedStep step = steps.get(refused.step());
    throw DeviceFaults.launch(device.name(), refused, step, shapes.get(step.output()));
  }

  /** TornadoVM's fault does not say which task did not compile: tries each alone. */
  private void findCulprit(List<LoweredTask> suspects) {
    for (LoweredTask task : suspects) {
      try {
        KernelSources.compile(task, device.handle(), false, false);
      } catch (RuntimeException | Error e) {
        throw fault(task, e);
      }
    }
  }

  private DeviceException fault(Throwable e, GraphRunner running) {
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
    return RuntimeThread.call(() -> runAlone(image));
  }

  private Map<String, Activation> runAlone(MemorySegment image) {
    begin(image);
    try {
      runner.execute();
      requireOutputs();
    } catch (RuntimeException | Error e) {
      throw lose(e);
    }
    Map<String, Activation> results = new LinkedHashMap<>();
    outputs.forEach(
        (name, buffer) -> {
          Activation result = Activation.allocate(outputShapes.get(name));
          MemorySegment.copy(buffer.getSegment(), 0, result.data(), 0, result.data().byteSize());
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
    return RuntimeThread.call(() -> profileAlone(image));
  }

  private Times profileAlone(MemorySegment image) {
    begin(image);
    try {
      GraphRunner.Times times = runner.profile();
      requireOutputs();
      return new Times(times.kernels(), times.transfers(), times.bytes());
    } catch (RuntimeException | Error e) {
      throw lose(e);
    }
  }

  private void begin(MemorySegment image) {
    if (lost != null) {
      throw lost;
    }
    MemorySegment.copy(image, 0, input.getSegment(), 0, image.byteSize());
    outputs.values().forEach(Unwritten::mark);
  }

  /** After a fault it is not known what still stands, on the device and in TornadoVM. */
  private DeviceException lose(Throwable e) {
    lost = fault(e, runner);
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
      RuntimeThread.call(
          () -> {
            runner.release();
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
