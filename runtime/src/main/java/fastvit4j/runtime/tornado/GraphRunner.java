package fastvit4j.runtime.tornado;

import fastvit4j.runtime.DeviceException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import uk.ac.manchester.tornado.api.ImmutableTaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.TornadoExecutionResult;
import uk.ac.manchester.tornado.api.TornadoProfilerResult;
import uk.ac.manchester.tornado.api.enums.ProfilerMode;

/**
 * Runs a chain of graphs on a device, graph by graph, and frees what the device holds of it. For
 * the {@link RuntimeThread}.
 */
final class GraphRunner {
  private final TornadoDevice device;
  private final GraphChain chain;
  private final int tasks;
  private final boolean captured;
  private final TornadoExecutionPlan plan;
  private final RunningTotals copyNanos = new RunningTotals();
  private int current;

  /** Runs graphs task by task. */
  GraphRunner(TornadoDevice device, GraphChain chain, int tasks) {
    this(device, chain, tasks, false);
  }

  /**
   * Runs graphs.
   *
   * @param captured whether each is captured as a CUDA graph when it is first run, and replayed
   *     from then on; such graphs cannot be profiled
   */
  GraphRunner(TornadoDevice device, GraphChain chain, int tasks, boolean captured) {
    this.device = device;
    this.chain = chain;
    this.tasks = tasks;
    this.captured = captured;
    plan = new TornadoExecutionPlan(chain.graphs().toArray(ImmutableTaskGraph[]::new));
    plan.withDevice(device.handle());
    if (captured) {
      // Here, as it holds for the graphs that are selected, still all of them, and is heeded when
      // they are first run.
      plan.withCUDAGraph();
    }
  }

  /** Runs all graphs. */
  void execute() {
    for (int i = 0; i < chain.graphs().size(); i++) {
      execute(i);
    }
  }

  /**
   * Runs a graph. A plan keeps every result of its own forever, so that it is not run itself, but
   * the view of it that {@code withGraph} returns, which is garbage together with its result. What
   * runs are the tasks that {@link GraphChain} wrote down.
   */
  private TornadoExecutionResult execute(int graph) {
    current = graph;
    TornadoExecutionPlan selected = plan.withGraph(graph);
    if (!chain.grids().get(graph).keySet().isEmpty()) {
      selected = selected.withGridScheduler(chain.grids().get(graph));
    }
    return selected.execute();
  }

  /** The index of the graph that is being run, or was run last. */
  int current() {
    return current;
  }

  /**
   * Nanoseconds by the device's timers.
   *
   * @param kernels of each task that ran, in their order
   * @param transfers of all copies to and from the device
   * @param bytes of all copies to and from the device
   */
  record Times(List<Long> kernels, long transfers, long bytes) {}

  /** Runs the graphs from one on, up to another, with the device's timers on. */
  Times profile(int from, int to) {
    if (captured) {
      throw new IllegalStateException("tasks of CUDA graphs have no times");
    }
    List<Long> kernels = new ArrayList<>();
    long transfers = 0;
    long bytes = 0;
    plan.withProfiler(ProfilerMode.SILENT);
    for (int i = from; i < to; i++) {
      TornadoProfilerResult result = execute(i).getProfilerResult();
      String log = result.getProfileLog();
      bytes += result.getTotalBytesCopyIn() + result.getTotalBytesCopyOut();
      Map<String, Long> byName = ProfileLog.kernelNanos(log);
      for (int place = 0; place < end(i) - chain.starts().get(i); place++) {
        kernels.add(byName.getOrDefault(GraphChain.taskName(place), 0L));
      }
      // Copies are summed up by TornadoVM over all runs, the first one's of the weights among them.
      transfers += copyNanos.since(i, ProfileLog.transferNanos(log));
      plan.clearProfiles(); // else the next log begins with this one
    }
    plan.withoutProfiler();
    return new Times(kernels, transfers, bytes);
  }

  /** Runs all graphs with the device's timers on. */
  Times profile() {
    return profile(0, chain.graphs().size());
  }

  /**
   * Gives back the memory of all graphs: a plan frees that of the selected ones alone. A buffer
   * that went through several graphs belongs to the first, and TornadoVM fails on each later graph
   * when it comes to it; as that is the last thing the graph has, all the others are freed by then.
   */
  void release() {
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
              device.name() + " cannot release memory: " + DeviceFaults.reason(e), e);
        }
      }
    }
  }

  /** The index behind a graph's last task. */
  int end(int graph) {
    return graph + 1 < chain.starts().size() ? chain.starts().get(graph + 1) : tasks;
  }

  /** The index of each graph's first task. */
  List<Integer> starts() {
    return chain.starts();
  }
}
