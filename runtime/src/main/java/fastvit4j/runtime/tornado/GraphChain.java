package fastvit4j.runtime.tornado;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import uk.ac.manchester.tornado.api.GridScheduler;
import uk.ac.manchester.tornado.api.ImmutableTaskGraph;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.types.arrays.TornadoNativeArray;

/**
 * Writes launches down as a chain of TaskGraphs. A graph holds at most {@link #MOST_TASKS} tasks
 * and {@link #MOST_RECORDS} bytes of call records, as the runtime's own tables are of fixed size;
 * the chain is cut where a stage of the network begins if there is such a place in the second half
 * of what fits. Values that cross from one graph to the next stay on the device.
 *
 * <p>Of tasks of generated code, a graph holds only neighbours of the same code: TornadoVM 5.2 runs
 * the code of a graph's first task in the place of every other prebuilt one (a prebuilt task does
 * not equal itself, so that looking up its code by task finds none and takes the first).
 *
 * <pre>
 *   input --EVERY--> [ graph 0 ] --persist/consume--> [ graph 1 ] ... --EVERY--> outputs
 *                       ^ weights, FIRST                 ^ weights, FIRST
 * </pre>
 *
 * @param graphs the graphs in order
 * @param starts the index of each graph's first task
 * @param grids for each graph the grids of the tasks that need one
 */
record GraphChain(
    List<ImmutableTaskGraph> graphs, List<Integer> starts, List<GridScheduler> grids) {
  /** Tasks of one graph. */
  static final int MOST_TASKS = 40;

  /** Bytes of call records of one graph; TornadoVM 5.2 has room for 8192. */
  static final int MOST_RECORDS = 6000;

  /** A record's bytes for the call itself, and for each argument. */
  private static final int CALL_BYTES = 20;

  private static final int ARGUMENT_BYTES = 5;

  /**
   * Where to cut a list of tasks: the index of the first task of each piece.
   *
   * @param code files of generated code by task name, of all tasks or of none
   */
  static List<Integer> cut(List<LoweredTask> tasks, Map<String, Path> code) {
    List<Integer> starts = new ArrayList<>();
    int from = 0;
    while (from < tasks.size()) {
      starts.add(from);
      int end = end(tasks, from);
      int same = from + 1;
      while (same < end && sameCode(tasks.get(from), tasks.get(same), code)) {
        same++;
      }
      from = same;
    }
    return starts;
  }

  private static boolean sameCode(LoweredTask one, LoweredTask other, Map<String, Path> code) {
    return Objects.equals(code.get(one.name()), code.get(other.name()));
  }

  private static int end(List<LoweredTask> tasks, int from) {
    int to = from;
    int records = 0;
    while (to < tasks.size() && to - from < MOST_TASKS) {
      records += CALL_BYTES + ARGUMENT_BYTES * tasks.get(to).kernel().parameters().length();
      if (records > MOST_RECORDS) {
        break;
      }
      to++;
    }
    if (to == tasks.size()) {
      return to;
    }
    for (int at = to; at > from + (to - from) / 2; at--) {
      if (tasks.get(at).startsStage()) {
        return at;
      }
    }
    return to;
  }

  /**
   * Writes the tasks down.
   *
   * @param tasks all tasks
   * @param given values that come from the host before each run, where tasks read them that nothing
   *     wrote before
   * @param buffers the buffer of each value
   * @param outputs the arrays that come to the host, from each graph that writes them; of the given
   *     and of weights, from each that they go up for
   * @param code files of generated code by task name; tasks without one are compiled
   */
  static GraphChain of(
      List<LoweredTask> tasks,
      Set<String> given,
      Function<String, TornadoNativeArray> buffers,
      Set<? extends TornadoNativeArray> outputs,
      Map<String, Path> code) {
    Writer writer = new Writer(tasks, given, buffers, outputs, code);
    List<Integer> starts = cut(tasks, code);
    for (int i = 0; i < starts.size(); i++) {
      writer.add(starts.get(i), i + 1 < starts.size() ? starts.get(i + 1) : tasks.size());
    }
    return new GraphChain(List.copyOf(writer.chain), starts, List.copyOf(writer.grids));
  }

  /** The name of a task in its graph, by its place there. */
  static String taskName(int place) {
    return "t" + place;
  }

  private static final class Writer {
    private final List<LoweredTask> tasks;
    private final Set<String> given;
    private final Function<String, TornadoNativeArray> buffers;
    private final Set<? extends TornadoNativeArray> outputs;
    private final Map<String, Path> code;
    private final List<GridScheduler> grids = new ArrayList<>();
    private final Map<Path, String> names = new HashMap<>();
    private String previous;
    private final List<ImmutableTaskGraph> chain = new ArrayList<>();

    Writer(
        List<LoweredTask> tasks,
        Set<String> given,
        Function<String, TornadoNativeArray> buffers,
        Set<? extends TornadoNativeArray> outputs,
        Map<String, Path> code) {
      this.tasks = tasks;
      this.given = given;
      this.buffers = buffers;
      this.outputs = outputs;
      this.code = code;
    }

    void add(int from, int to) {
      String name = name(tasks.get(from));
      GridScheduler grid = new GridScheduler();
      TaskGraph graph = new TaskGraph(name);
      Set<TornadoNativeArray> given = given(from, to);
      if (!given.isEmpty()) {
        graph.transferToDevice(DataTransferMode.EVERY_EXECUTION, given.toArray());
      }
      Object[] constants =
          tasks.subList(from, to).stream()
              .flatMap(t -> t.constants().stream())
              .distinct()
              .toArray();
      if (constants.length > 0) {
        graph.transferToDevice(DataTransferMode.FIRST_EXECUTION, constants);
      }
      if (TornadoRuntimes.isReal()) {
        // Nothing is transferred, but a buffer is made that is freed with those of the transfers.
        graph.transferToDevice(DataTransferMode.FIRST_EXECUTION, LoweredTask.CONTEXT);
      }
      Set<TornadoNativeArray> arriving = crossing(from);
      if (!arriving.isEmpty()) {
        graph.consumeFromDevice(previous, arriving.toArray());
      }
      for (int i = from; i < to; i++) {
        add(graph, name, taskName(i - from), tasks.get(i), grid);
      }
      Set<TornadoNativeArray> leaving = crossing(to);
      if (!leaving.isEmpty()) {
        // What only passes through goes last; GraphRunner.release() says why.
        Set<TornadoNativeArray> inOrder = new LinkedHashSet<>(leaving);
        inOrder.removeAll(arriving);
        inOrder.addAll(leaving);
        graph.persistOnDevice(inOrder.toArray());
      }
      // From the graph that writes it: TornadoVM transfers nothing that no task of the graph uses,
      // and says nothing.
      Object[] results =
          Stream.concat(
                  Stream.concat(given.stream(), Arrays.stream(constants)),
                  tasks.subList(from, to).stream()
                      .flatMap(task -> task.writes().stream())
                      .map(value -> buffers.apply(value.name())))
              .filter(outputs::contains)
              .distinct()
              .toArray();
      if (results.length > 0) {
        graph.transferToHost(DataTransferMode.EVERY_EXECUTION, results);
      }
      chain.add(graph.snapshot());
      grids.add(grid);
      previous = name;
    }

    /**
     * Graphs of the same generated code have the same name, and so their first tasks: TornadoVM
     * keeps code by the names of graph and task, and has the driver build it once. Neighbours must
     * have different names, as what stays on the device is kept by the name of the graph.
     */
    private String name(LoweredTask first) {
      Path file = code.get(first.name());
      String name =
          file == null ? "g" + chain.size() : names.computeIfAbsent(file, _ -> "g" + names.size());
      return name.equals(previous) ? name + "next" : name;
    }

    /**
     * The grid of parallel loops is TornadoVM's to derive, except from code that was generated
     * before.
     */
    private void add(
        TaskGraph graph, String graphName, String name, LoweredTask task, GridScheduler grid) {
      Path file = code.get(task.name());
      if (file == null) {
        task.add(graph, name, buffers);
      } else {
        task.addPrebuilt(graph, name, buffers, file.toString());
      }
      if (file != null || task.kernel().usesContext()) {
        grid.addWorkerGrid(graphName + "." + name, task.grid().worker());
      }
    }

    private Set<TornadoNativeArray> given(int from, int to) {
      Set<String> written = new HashSet<>();
      tasks.subList(0, from).forEach(task -> task.writes().forEach(v -> written.add(v.name())));
      Set<TornadoNativeArray> arrays = new LinkedHashSet<>();
      for (LoweredTask task : tasks.subList(from, to)) {
        for (String value : task.reads()) {
          if (given.contains(value) && !written.contains(value)) {
            arrays.add(buffers.apply(value));
          }
        }
        task.writes().forEach(value -> written.add(value.name()));
      }
      return arrays;
    }

    /**
     * The buffers that were written before task {@code at} and are touched by it or a later one, or
     * are outputs. A buffer that holds nothing of use at the moment goes along too: a graph that it
     * does not come to makes another.
     */
    private Set<TornadoNativeArray> crossing(int at) {
      Set<TornadoNativeArray> needed = new LinkedHashSet<>();
      if (at < tasks.size()) {
        Set<TornadoNativeArray> later = new HashSet<>(outputs);
        for (LoweredTask task : tasks.subList(at, tasks.size())) {
          task.writes().forEach(value -> later.add(buffers.apply(value.name())));
          task.reads().forEach(value -> later.add(buffers.apply(value)));
        }
        for (LoweredTask before : tasks.subList(0, at)) {
          for (LoweredTask.Value value : before.writes()) {
            TornadoNativeArray buffer = buffers.apply(value.name());
            if (later.contains(buffer)) {
              needed.add(buffer);
            }
          }
        }
      }
      return needed;
    }
  }
}
