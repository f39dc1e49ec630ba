package fastvit4j.runtime.tornado;

import fastvit4j.model.operator.Shape;
import fastvit4j.runtime.CompileListener;
import fastvit4j.runtime.DeviceException;
import fastvit4j.runtime.plan.FusedStep;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import uk.ac.manchester.tornado.api.enums.TornadoVMBackendType;

/**
 * Makes a plan's tasks ready to run, on the {@link RuntimeThread}: has the code of each different
 * kernel generated or takes it from the cache, binds it into a {@link GraphChain}, and runs the
 * graphs once on a blank image, as drivers finish kernels when they are first launched, and weights
 * go up. What fails then fails here. While a graph runs for the first time, the code of later ones
 * is generated; other sessions run between the graphs ({@link Turns}).
 */
final class PlanCompilation {
  /** First runs of a graph until each of its launches has taken a time that can be seen. */
  private static final int MOST_ATTEMPTS = 3;

  private final TornadoDevice device;
  private final List<FusedStep> steps;
  private final Map<String, Shape> shapes;
  private final List<LoweredTask> tasks;
  private final Function<Map<String, Path>, GraphChain> chains;
  private final BiFunction<GraphRunner, Throwable, DeviceException> runFaults;
  private final CompileSteps progress;
  private GraphRunner runner;

  /**
   * A compilation that has not begun.
   *
   * @param chains the graphs of all tasks, by the files of their code: {@link GraphChain#of}
   * @param runFaults what to say when a graph that has been compiled fails
   */
  PlanCompilation(
      TornadoDevice device,
      List<FusedStep> steps,
      Map<String, Shape> shapes,
      List<LoweredTask> tasks,
      Function<Map<String, Path>, GraphChain> chains,
      BiFunction<GraphRunner, Throwable, DeviceException> runFaults,
      CompileListener listener) {
    this.device = device;
    this.steps = steps;
    this.shapes = shapes;
    this.tasks = tasks;
    this.chains = chains;
    this.runFaults = runFaults;
    progress = new CompileSteps(listener);
  }

  /** Compiles; the graphs have run once. */
  GraphRunner run() {
    try {
      if (KernelSources.areSupported(device.handle())) {
        generate();
      } else {
        compileWhole();
      }
      return runner;
    } catch (RuntimeException | Error e) {
      release(e);
      throw e;
    }
  }

  private void release(Throwable fault) {
    try {
      if (runner != null) {
        release(runner);
      }
    } catch (RuntimeException e) {
      fault.addSuppressed(e);
    }
  }

  private static void release(GraphRunner of) {
    Turns.alone(
        () -> {
          of.release();
          return null;
        });
  }

  /** From code that is generated while the first graphs run. */
  private void generate() {
    KernelSources sources = new KernelSources(device.handle(), KernelCache.standard());
    try (CodeGeneration code = new CodeGeneration(tasks, sources)) {
      Map<String, Path> places = code.places();
      bind(places);
      progress.expect(code.kernels() + runner.starts().size());
      if (!bindAsItComes(code, places)) {
        unbind();
        fromWhatThereIs(code);
      }
    }
  }

  /**
   * Runs each graph as soon as there is code for it.
   *
   * @return whether all have run
   */
  private boolean bindAsItComes(CodeGeneration code, Map<String, Path> places) {
    for (int graph = 0; graph < runner.starts().size(); graph++) {
      if (!await(code, places, graph)) {
        return false;
      }
      try {
        warmUp(graph, false);
      } catch (DeviceException e) {
        if (code.isFromCache()) {
          throw e;
        }
        // A driver's compiler may lose its temporary files beside other Java threads, see the page
        // docs/tornadovm.md: once more, with nothing beside it.
        return false;
      }
    }
    return true;
  }

  /**
   * When all code has been generated. It may be in another place, as the cache's disk is full, say.
   */
  private void fromWhatThereIs(CodeGeneration code) {
    Map<String, Path> files;
    try {
      files = code.all();
    } catch (UncheckedIOException e) {
      throw new DeviceException("generated code cannot be read: " + e.getCause(), e);
    }
    if (files.isEmpty()) {
      compileWhole();
    } else {
      bind(files);
      warmUpAll(false);
    }
  }

  /** Leaves all to TornadoVM. */
  private void compileWhole() {
    bind(Map.of());
    if (TornadoRuntimes.isReal()) {
      warmUpAll(true);
    }
  }

  private void bind(Map<String, Path> code) {
    runner = Turns.alone(() -> new GraphRunner(device, chains.apply(code), tasks.size()));
  }

  private void unbind() {
    GraphRunner bound = runner;
    runner = null;
    release(bound);
  }

  /**
   * Waits for the code of a graph's tasks.
   *
   * @return whether it is where the graph looks for it
   */
  private boolean await(CodeGeneration code, Map<String, Path> places, int graph) {
    for (LoweredTask task : code.firsts(tasksOf(graph))) {
      progress.begin(task.kernel().label() + " " + nodeOf(task));
      Optional<Path> file;
      try {
        file = code.await(task);
      } catch (UncheckedIOException e) {
        throw new DeviceException(
            "the code of " + task.kernel().label() + " cannot be read: " + e.getCause(), e);
      } catch (RuntimeException | Error e) {
        throw compileFault(task, e);
      }
      progress.done();
      if (!file.equals(Optional.of(places.get(task.name())))) {
        return false;
      }
    }
    return true;
  }

  private void warmUpAll(boolean compiles) {
    progress.expect(runner.starts().size());
    for (int graph = 0; graph < runner.starts().size(); graph++) {
      warmUp(graph, compiles);
    }
  }

  /**
   * Runs a graph for the first time.
   *
   * @param compiles whether TornadoVM compiles its tasks now
   */
  private void warmUp(int graph, boolean compiles) {
    List<LoweredTask> launched = tasksOf(graph);
    progress.begin(
        "first run of " + nodeOf(launched.getFirst()) + " to " + nodeOf(launched.getLast()));
    try {
      launchAndTime(graph, launched);
    } catch (DeviceException e) {
      throw e;
    } catch (RuntimeException | Error e) {
      if (compiles) {
        findCulprit(launched);
      }
      throw runFaults.apply(runner, e);
    }
    progress.done();
  }

  /**
   * TornadoVM prints what an OpenCL driver says and goes on if it refuses a launch; but then the
   * driver has no time of it, which OpenCL has every driver measure. The time of a launch may be
   * too short to be seen, though hardly each time.
   */
  private void launchAndTime(int graph, List<LoweredTask> launched) {
    long[] most = new long[launched.size()];
    for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      List<Long> nanos = Turns.alone(() -> runner.profile(graph, graph + 1)).kernels();
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
        Turns.alone(
            () -> {
              KernelSources.compile(task, device.handle(), false, false);
              return null;
            });
      } catch (RuntimeException | Error e) {
        throw compileFault(task, e);
      }
    }
  }

  private DeviceException compileFault(LoweredTask task, Throwable e) {
    if (DeviceFaults.isFatal(e)) {
      throw (Error) e;
    }
    FusedStep step = steps.get(task.step());
    return DeviceFaults.compile(device.name(), task, step, shapes.get(step.output()), e);
  }

  private List<LoweredTask> tasksOf(int graph) {
    return tasks.subList(runner.starts().get(graph), runner.end(graph));
  }

  private String nodeOf(LoweredTask task) {
    return steps.get(task.step()).name();
  }
}
