package fastvit4j.runtime.tornado;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;

/**
 * The code of a plan's kernels while it comes about: on a thread of its own, in the order in which
 * the tasks need it, so that the driver builds and runs the first kernels while TornadoVM compiles
 * the next. Which file a kernel's code will be in is known before.
 */
final class CodeGeneration implements AutoCloseable {
  private final List<LoweredTask> tasks;
  private final Map<String, String> keys = new HashMap<>();
  private final Map<String, LoweredTask> different;
  private final Map<String, Path> places = new HashMap<>();
  private final Map<String, Future<Optional<Path>>> files = new LinkedHashMap<>();
  private boolean fromCache = true;

  /** Begins with what is not in the cache. */
  CodeGeneration(List<LoweredTask> tasks, KernelSources sources) {
    this.tasks = tasks;
    tasks.forEach(task -> keys.put(task.name(), sources.key(task)));
    different = sources.different(tasks);
    different.forEach(
        (key, task) -> {
          Optional<Path> found = sources.find(key);
          fromCache &= found.isPresent();
          places.put(key, found.orElseGet(() -> sources.place(key)));
          files.put(
              key,
              found.isPresent()
                  ? CompletableFuture.completedFuture(found)
                  : RuntimeThread.generate(() -> sources.make(key, task)));
        });
  }

  /** How many different kernels there are. */
  int kernels() {
    return different.size();
  }

  /** Whether none had to be generated. */
  boolean isFromCache() {
    return fromCache;
  }

  /** The files that the code will be in, by task name. */
  Map<String, Path> places() {
    return byTask(places);
  }

  /** The first tasks of each different kernel among some neighbours. */
  List<LoweredTask> firsts(List<LoweredTask> neighbours) {
    List<LoweredTask> firsts = new ArrayList<>(neighbours);
    firsts.removeIf(task -> !different.get(keys.get(task.name())).name().equals(task.name()));
    return firsts;
  }

  /**
   * Waits for the code of a task.
   *
   * @return its file; empty if TornadoVM does not show what it generates
   * @throws UncheckedIOException if it cannot be read
   * @throws RuntimeException what TornadoVM throws if it cannot compile the kernel
   */
  Optional<Path> await(LoweredTask task) {
    return RuntimeThread.await(files.get(keys.get(task.name())));
  }

  /**
   * Waits for all code.
   *
   * @return the files that it is in, by task name; none if TornadoVM does not show it
   */
  Map<String, Path> all() {
    Map<String, Path> all = new HashMap<>();
    for (Map.Entry<String, LoweredTask> kernel : different.entrySet()) {
      Optional<Path> file = await(kernel.getValue());
      if (file.isEmpty()) {
        return Map.of();
      }
      all.put(kernel.getKey(), file.get());
    }
    return byTask(all);
  }

  private Map<String, Path> byTask(Map<String, Path> byKey) {
    Map<String, Path> byTask = new HashMap<>();
    tasks.forEach(task -> byTask.put(task.name(), byKey.get(keys.get(task.name()))));
    return byTask;
  }

  /** Gives up what has not begun, and waits for what has: it uses the plan's memory. */
  @Override
  public void close() {
    files.values().forEach(file -> file.cancel(false));
    RuntimeThread.await(RuntimeThread.generate(() -> true));
  }
}
