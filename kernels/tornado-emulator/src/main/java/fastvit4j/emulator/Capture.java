package fastvit4j.emulator;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import uk.ac.manchester.tornado.api.GridScheduler;
import uk.ac.manchester.tornado.api.WorkerGrid;

/**
 * What holds for a graph that is captured as a CUDA graph and replayed. On the emulator a replay is
 * an execution like any other; what a device would silently leave out is an error here.
 */
final class Capture {
  private boolean asked;
  private boolean executed;
  private final Map<String, String> grids = new HashMap<>();

  /** Asks for it. */
  void ask(GraphSteps graph) {
    if (executed) {
      throw fault(
          graph,
          "was executed before it is to be captured, and TornadoVM captures what it has not yet"
              + " executed");
    }
    asked = true;
  }

  /** Checks an execution, the first of which captures. */
  void beforeExecution(GraphSteps graph, GridScheduler scheduler, boolean profiled) {
    if (asked && profiled) {
      throw fault(graph, "is captured as a CUDA graph, whose tasks have no times to profile");
    }
    if (asked && scheduler != null) {
      for (KernelTask task : graph.tasks()) {
        String now = text(scheduler.get(task.name()));
        String captured = executed ? grids.get(task.name()) : now;
        if (!now.equals(captured)) {
          throw fault(
              graph,
              "was captured with the grid " + captured + " of " + task.name() + ", not " + now);
        }
        grids.put(task.name(), now);
      }
    }
    executed = true;
  }

  private static String text(WorkerGrid grid) {
    return grid == null
        ? "none"
        : Arrays.toString(grid.getGlobalWork())
            + " in groups of "
            + Arrays.toString(grid.getLocalWork());
  }

  private static KernelFault fault(GraphSteps graph, String text) {
    return new KernelFault(
        KernelFault.Kind.UNSUPPORTED, graph.name(), "graph " + graph.name() + " " + text);
  }
}
