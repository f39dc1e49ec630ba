package fastvit4j.runtime.tornado;

import fastvit4j.model.UserException;
import fastvit4j.runtime.Precision;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import uk.ac.manchester.tornado.api.GridScheduler;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.enums.TornadoVMBackendType;
import uk.ac.manchester.tornado.api.types.arrays.ByteArray;
import uk.ac.manchester.tornado.api.types.arrays.TornadoNativeArray;

/**
 * Has each different kernel compiled from Java once, and keeps the code that was generated, so that
 * tasks alike and later sessions, in this process or another, start from the code. Each is compiled
 * in a graph of its own that is never run: a kernel that does not compile is known by name.
 */
final class KernelSources {
  private final TornadoDevice device;
  private final KernelCache cache;
  private final KernelKey keys;

  KernelSources(TornadoDevice device, KernelCache cache) {
    this.device = device;
    this.cache = cache;
    this.keys = new KernelKey(device);
  }

  /**
   * Whether a device's generated code can be loaded again: that of OpenCL is source, takes its
   * arguments in the order of the method's, and needs nothing else of TornadoVM's compiler.
   */
  static boolean areSupported(TornadoDevice device) {
    return TornadoRuntimes.isReal() && device.getTornadoVMBackend() == TornadoVMBackendType.OPENCL;
  }

  /** The different kernels of a plan: the first task of each, by key. */
  Map<String, LoweredTask> different(Iterable<LoweredTask> tasks) {
    Map<String, LoweredTask> different = new LinkedHashMap<>();
    for (LoweredTask task : tasks) {
      different.putIfAbsent(keys.of(task), task);
    }
    return different;
  }

  /** The key of a task's code. */
  String key(LoweredTask task) {
    return keys.of(task);
  }

  /** The file that a key's code is in, if it has been generated. */
  Optional<Path> find(String key) {
    return cache.find(key);
  }

  /** The file that a key's code will be in, unless it cannot be written there. */
  Path place(String key) {
    return cache.place(key);
  }

  /**
   * Generates a task's code.
   *
   * @return its file; empty if TornadoVM does not show what it generates
   * @throws UncheckedIOException if what TornadoVM shows cannot be read
   */
  Optional<Path> make(String key, LoweredTask task) {
    String source;
    try {
      source = generateAgain(task);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Pattern entry =
        Pattern.compile("__kernel\\s+void\\s+" + Pattern.quote(task.kernel().method()) + "\\(");
    if (!entry.matcher(source).find()) {
      return Optional.empty();
    }
    try {
      return Optional.of(cache.store(key, source));
    } catch (UserException _) {
      return Optional.empty();
    }
  }

  /** Twice at most: what may go wrong once is said at {@link PlanCompilation}. */
  private String generateAgain(LoweredTask task) throws IOException {
    try {
      return generate(task, true);
    } catch (RuntimeException _) {
      return generate(task, true);
    }
  }

  /** The text of a task's code, from its file or generated; empty as for {@link #make}. */
  Optional<String> code(LoweredTask task) throws IOException {
    String key = key(task);
    Optional<Path> file = find(key).or(() -> make(key, task));
    return file.isEmpty() ? Optional.empty() : Optional.of(KernelCache.source(file.get()));
  }

  /**
   * Generates a task's code.
   *
   * @param open whether for other sizes too
   */
  String generate(LoweredTask task, boolean open) throws IOException {
    long before = KernelDump.length();
    compile(task, device, open, true);
    String code = KernelDump.read(before);
    return areSupported(device) ? SourcePrelude.of(device) + code : code;
  }

  /**
   * Compiles a task in a graph of its own, which is not run. Parallel loops get no grid: where they
   * have one, TornadoVM 5.2 takes its size for a bound of the loops, and for every other use of
   * that number in the kernel.
   *
   * <p>Each argument gets an array of its own. TornadoVM 5.2 takes what is read as a {@code
   * VectorFloat16} for written too, and where the same array is a later argument of that task, it
   * has the task wait for itself and never comes to an end.
   */
  static void compile(LoweredTask task, TornadoDevice device, boolean open, boolean print) {
    TaskGraph graph = new TaskGraph("compile");
    Map<String, Precision> precisions = task.precisions();
    Function<String, TornadoNativeArray> places =
        value ->
            value.equals(PlanInput.PIXELS)
                ? new ByteArray(1)
                : HostArrays.zeros(Arena.ofAuto(), 1, precisions.get(value));
    if (open) {
      task.addOpen(graph, places);
    } else {
      task.add(graph, task.name(), places);
    }
    TornadoExecutionPlan plan = new TornadoExecutionPlan(graph.snapshot());
    try {
      plan.withDevice(device);
      if (task.kernel().usesContext()) {
        plan.withGridScheduler(new GridScheduler("compile." + task.name(), task.grid().worker()));
      }
      if (print) {
        plan.withPrintKernel();
      }
      plan.withPreCompilation();
    } finally {
      plan.freeDeviceMemory();
    }
  }
}
