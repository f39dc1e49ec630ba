package fastvit4j.runtime.tornado;

import fastvit4j.model.graph.Graph;
import fastvit4j.model.operator.Shape;
import fastvit4j.model.tensor.Activation;
import fastvit4j.runtime.CompileListener;
import fastvit4j.runtime.DeviceException;
import fastvit4j.runtime.SessionOptions;
import fastvit4j.runtime.plan.FusedStep;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import uk.ac.manchester.tornado.api.ImmutableTaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.TornadoExecutionResult;
import uk.ac.manchester.tornado.api.TornadoProfilerResult;
import uk.ac.manchester.tornado.api.enums.ProfilerMode;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.TornadoNativeArray;

/**
 * A network for one kind of input, compiled and ready to run.
 *
 * <p>TornadoVM's tables of plans, devices and compiled code are not made for several threads; one
 * plan of the process is compiled, run or closed at a time.
 */
final class TornadoPlan implements AutoCloseable {
  private static final ReentrantLock RUNTIME = new ReentrantLock(true);

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
  private final GraphChain chain;
  private final TornadoExecutionPlan plan;

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
    tasks = Lowering.lower(steps, shapes, format, weights, device.traits());
    Set<String> kept = new LinkedHashSet<>();
    for (String output : options.outputs()) {
      kept.add(graph.outputs().get(output));
    }
    buffers = BufferPlan.of(tasks, kept, format.value());
    MemoryNeeds.of(weights, buffers, format)
        .require(device.traits(), options.memoryLimit(), network + " at " + format.shape());
    input = format.allocate();
    List<FloatArray> slots = buffers.sizes().stream().map(FloatArray::new).toList();
    for (String output : options.outputs()) {
      String value = graph.outputs().get(output);
      outputs.put(output, slots.get(buffers.slot(value)));
      outputShapes.put(output, shapes.get(value));
    }
    RUNTIME.lock();
    try {
      Progress progress = new Progress(options.progress());
      Map<String, Path> code = code(progress);
      chain =
          GraphChain.of(
              tasks,
              format.value(),
              value -> value.equals(format.value()) ? input : slots.get(buffers.slot(value)),
              new LinkedHashSet<>(outputs.values()),
              code);
      plan = new TornadoExecutionPlan(chain.graphs().toArray(ImmutableTaskGraph[]::new));
      plan.withDevice(device.handle());
      if (TornadoRuntimes.isReal()) {
        firstRun(progress, code.isEmpty());
      }
    } finally {
      RUNTIME.unlock();
    }
  }

  /** Files of generated code by task name, or nothing where that is not possible. */
  private Map<String, Path> code(Progress progress) {
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
  private void firstRun(Progress progress, boolean compiles) {
    input.getSegment().fill((byte) 0);
    for (int i = 0; i < chain.graphs().size(); i++) {
      int from = chain.starts().get(i);
      int to = end(i);
      progress.begin(
          "first run of " + nodeOf(tasks.get(from)) + " to " + nodeOf(tasks.get(to - 1)));
      try {
        execute(i);
      } catch (RuntimeException | Error e) {
        release();
        if (compiles) {
          findCulprit(tasks.subList(from, to));
        }
        throw fault(e);
      }
      progress.done();
    }
  }

  /** The index behind a graph's last task. */
  private int end(int graph) {
    return graph + 1 < chain.starts().size() ? chain.starts().get(graph + 1) : tasks.size();
  }

  private TornadoExecutionResult execute(int graph) {
    plan.withGraph(graph);
    if (!chain.grids().get(graph).keySet().isEmpty()) {
      plan.withGridScheduler(chain.grids().get(graph));
    }
    return plan.execute();
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

  private DeviceException fault(Throwable e) {
    if (DeviceFaults.isFatal(e)) {
      throw (Error) e;
    }
    return DeviceFaults.run(device.name(), network, format.shape(), e);
  }

  /** Runs the network on data of the plan's input. */
  Map<String, Activation> run(MemorySegment image) {
    RUNTIME.lock();
    try {
      MemorySegment.copy(image, 0, input.getSegment(), 0, image.byteSize());
      for (int i = 0; i < chain.graphs().size(); i++) {
        execute(i);
      }
    } catch (RuntimeException | Error e) {
      throw fault(e);
    } finally {
      RUNTIME.unlock();
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
    List<Long> nanos = new ArrayList<>();
    long transfers = 0;
    long bytes = 0;
    RUNTIME.lock();
    try {
      MemorySegment.copy(image, 0, input.getSegment(), 0, image.byteSize());
      plan.withProfiler(ProfilerMode.SILENT);
      for (int i = 0; i < chain.graphs().size(); i++) {
        TornadoProfilerResult result = execute(i).getProfilerResult();
        String log = result.getProfileLog();
        bytes += result.getTotalBytesCopyIn() + result.getTotalBytesCopyOut();
        Map<String, Long> byName = ProfileLog.kernelNanos(log);
        for (int place = 0; nanos.size() < end(i); place++) {
          nanos.add(byName.getOrDefault(GraphChain.taskName(place), 0L));
        }
        transfers += ProfileLog.transferNanos(log);
      }
      plan.withoutProfiler();
    } catch (RuntimeException | Error e) {
      throw fault(e);
    } finally {
      RUNTIME.unlock();
    }
    return new Times(nanos, transfers, bytes);
  }

  List<LoweredTask> tasks() {
    return tasks;
  }

  BufferPlan buffers() {
    return buffers;
  }

  @Override
  public void close() {
    RUNTIME.lock();
    try {
      release();
    } finally {
      RUNTIME.unlock();
    }
  }

  /**
   * Gives back the memory of all graphs: a plan frees that of the selected ones alone. A buffer
   * that went through several graphs belongs to the first, and TornadoVM fails on each later graph
   * when it comes to it; as that is the last thing the graph has, all the others are freed by then.
   */
  private void release() {
    for (int i = 0; i < chain.graphs().size(); i++) {
      try {
        plan.withGraph(i).freeDeviceMemory();
      } catch (RuntimeException | Error e) {
        boolean expected = i > 0 && String.valueOf(e.getMessage()).contains("invalid buffer");
        if (!expected) {
          if (DeviceFaults.isFatal(e)) {
            throw e;
          }
          throw new DeviceException(
              device.name()
                  + " cannot release the memory of "
                  + network
                  + ": "
                  + DeviceFaults.reason(e),
              e);
        }
      }
    }
  }

  /** Tells a listener, whatever happens in between, steps that add up. */
  private static final class Progress {
    private final CompileListener listener;
    private int total;
    private int done;
    private String current = "";

    Progress(CompileListener listener) {
      this.listener = listener;
    }

    void expect(int parts) {
      total = parts;
    }

    void begin(String part) {
      current = part;
      listener.compiled(done, total, part);
    }

    void done() {
      done++;
      if (done == total) {
        listener.compiled(done, total, current);
      }
    }
  }
}
