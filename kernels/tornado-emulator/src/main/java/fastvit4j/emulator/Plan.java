package fastvit4j.emulator;

import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import uk.ac.manchester.tornado.api.GridScheduler;
import uk.ac.manchester.tornado.api.exceptions.TornadoRuntimeException;
import uk.ac.manchester.tornado.api.types.arrays.TornadoNativeArray;

/**
 * Executes graphs, each on its own copy of device memory.
 *
 * <p>One plan executes at a time in the JVM, so that results and faults do not depend on timing.
 */
public final class Plan {
  private static final ReentrantLock DEVICE = new ReentrantLock();
  private static final Pattern SIZE = Pattern.compile("(\\d+)\\s*(MB|GB)");

  private final IntPool pool = new IntPool();
  private final List<GraphRun> graphs;
  private List<GraphRun> selected;
  private GraphRun last;
  private GridScheduler grids;
  private long memoryLimit = Long.MAX_VALUE;
  private boolean closed;

  /** A plan for these graphs; all are selected. */
  public Plan(List<GraphSteps> graphs) {
    this.graphs = graphs.stream().map(g -> new GraphRun(g, pool)).toList();
    this.selected = this.graphs;
  }

  /** From now on only this graph is executed. */
  public void select(int graph) {
    if (graph < 0 || graph >= graphs.size()) {
      throw new TornadoRuntimeException(
          "there is no graph " + graph + " in a plan of " + graphs.size());
    }
    selected = List.of(graphs.get(graph));
  }

  /** From now on all graphs are executed, one after the other. */
  public void selectAll() {
    selected = graphs;
  }

  /**
   * Has the selected graphs captured when they are first executed, and replayed from then on.
   *
   * @throws KernelFault if one was executed before: TornadoVM would not capture it, without a word
   */
  public void capture() {
    selected.forEach(GraphRun::capture);
  }

  /**
   * Sets the tasks' grids.
   *
   * @throws TornadoRuntimeException if no task is named
   * @throws KernelFault if something is named that is not a task
   */
  public void grids(GridScheduler scheduler) {
    List<String> tasks =
        graphs.stream().flatMap(g -> g.graph().tasks().stream()).map(KernelTask::name).toList();
    if (scheduler.keySet().stream().noneMatch(tasks::contains)) {
      throw new TornadoRuntimeException("the grid scheduler names no task of the plan: " + tasks);
    }
    for (String name : scheduler.keySet()) {
      if (!tasks.contains(name)) {
        throw new KernelFault(
            KernelFault.Kind.GRID,
            name,
            "the grid scheduler names " + name + ", but the plan's tasks are " + tasks);
      }
    }
    grids = scheduler;
  }

  /** Sets the most bytes that a graph may have, for example {@code 512MB}; null for no limit. */
  public void memoryLimit(String limit) {
    if (limit == null) {
      memoryLimit = Long.MAX_VALUE;
      return;
    }
    Matcher size = SIZE.matcher(limit.toUpperCase(Locale.ROOT));
    if (!size.matches()) {
      throw new TornadoRuntimeException("a memory limit is like 512MB or 2GB, not " + limit);
    }
    long unit = size.group(2).equals("MB") ? 1_000_000L : 1_000_000_000L;
    memoryLimit = Math.multiplyExact(Long.parseLong(size.group(1)), unit);
  }

  /** Executes the selected graphs; no times of tasks are asked for. */
  public ExecutionTimes execute() {
    return execute(false);
  }

  /**
   * Executes the selected graphs.
   *
   * @param profiled whether the times of tasks are asked for
   * @throws KernelFault if a graph or a kernel does something wrong
   */
  public ExecutionTimes execute(boolean profiled) {
    DEVICE.lock();
    try {
      if (closed) {
        throw new KernelFault(
            KernelFault.Kind.UNSUPPORTED,
            graphs.getFirst().graph().name(),
            "the plan of graph " + graphs.getFirst().graph().name() + " is closed");
      }
      ExecutionTimes times = new ExecutionTimes();
      GraphRun before = last;
      for (GraphRun graph : selected) {
        graph.beforeExecution(grids, profiled);
        // TornadoVM, too, looks for what is consumed only in the execution before.
        graph.execute(before, grids, memoryLimit, times);
        last = graph;
      }
      times.end();
      return times;
    } finally {
      DEVICE.unlock();
    }
  }

  /** Copies arrays to the host that a graph of the plan transfers on demand. */
  public void toHost(ExecutionTimes times, Object... arrays) {
    DEVICE.lock();
    try {
      for (Object object : arrays) {
        GraphRun graph =
            selected.stream()
                .filter(g -> object instanceof TornadoNativeArray a && g.offers(a))
                .findFirst()
                .orElseThrow(
                    () ->
                        new KernelFault(
                            KernelFault.Kind.TRANSFER,
                            selected.getFirst().graph().name(),
                            "no selected graph has a transferToHost of " + object));
        graph.toHost((TornadoNativeArray) object, times);
      }
    } finally {
      DEVICE.unlock();
    }
  }

  /** Gives device memory back; the next execution begins as the first. */
  public void free() {
    DEVICE.lock();
    try {
      graphs.forEach(g -> g.memory().free());
      pool.clear();
      last = null;
    } finally {
      DEVICE.unlock();
    }
  }

  /** Gives device memory back for good. */
  public void close() {
    free();
    closed = true;
  }

  /** Bytes of device memory that all graphs have together. */
  public long bytes() {
    return graphs.stream().mapToLong(g -> g.memory().bytes()).sum();
  }
}
