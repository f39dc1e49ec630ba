package uk.ac.manchester.tornado.api;

import fastvit4j.emulator.EmulatedRuntime;
import fastvit4j.emulator.ExecutionTimes;
import fastvit4j.emulator.Plan;
import java.util.Arrays;
import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.enums.ProfilerMode;
import uk.ac.manchester.tornado.api.enums.TornadoVMBackendType;
import uk.ac.manchester.tornado.api.exceptions.TornadoExecutionPlanException;

/**
 * Executes task graphs, all of them or the selected one. The {@code with} methods change the plan
 * itself and return it.
 */
public class TornadoExecutionPlan implements AutoCloseable {
  private final Plan plan;
  private ProfilerMode profiler;

  /** A plan for graphs that may hand arrays on to each other. */
  public TornadoExecutionPlan(ImmutableTaskGraph... immutableTaskGraphs) {
    plan = new Plan(Arrays.stream(immutableTaskGraphs).map(ImmutableTaskGraph::steps).toList());
  }

  /** A device by the index of its backend and its own. */
  public static TornadoDevice getDevice(int backendIndex, int deviceIndex) {
    return EmulatedRuntime.RUNTIME.getBackend(backendIndex).getDevice(deviceIndex);
  }

  /** The device that a graph runs on. */
  public TornadoDevice getDevice(int graphIndex) {
    return EmulatedRuntime.RUNTIME.getDefaultDevice();
  }

  /** Runs the selected graphs to their end. */
  public TornadoExecutionResult execute() {
    ExecutionTimes times = plan.execute(profiler != null);
    if (profiler == ProfilerMode.CONSOLE) {
      System.out.println(times.json());
    }
    return new TornadoExecutionResult(plan, times);
  }

  /** Selects one graph, until another is selected. */
  public TornadoExecutionPlan withGraph(int graphIndex) {
    plan.select(graphIndex);
    return this;
  }

  /** Selects all graphs, as at the beginning. */
  public TornadoExecutionPlan withAllGraphs() {
    plan.selectAll();
    return this;
  }

  /** Sets the grids of the tasks of all graphs. */
  public TornadoExecutionPlan withGridScheduler(GridScheduler gridScheduler) {
    plan.grids(gridScheduler);
    return this;
  }

  /** Sets the most memory that a graph may take, for example {@code 512MB} or {@code 2GB}. */
  public TornadoExecutionPlan withMemoryLimit(String memoryLimit) {
    plan.memoryLimit(memoryLimit);
    return this;
  }

  /** Lifts {@link #withMemoryLimit}. */
  public TornadoExecutionPlan withoutMemoryLimit() {
    plan.memoryLimit(null);
    return this;
  }

  /** Measures times. */
  public TornadoExecutionPlan withProfiler(ProfilerMode profilerMode) {
    profiler = profilerMode;
    return this;
  }

  /** Stops what {@link #withProfiler} began. */
  public TornadoExecutionPlan withoutProfiler() {
    profiler = null;
    return this;
  }

  /** Chooses the device of all graphs; there is one. The emulator has nothing to do for it. */
  public TornadoExecutionPlan withDevice(TornadoDevice device) {
    return this;
  }

  /** Compiles all kernels before the first execution. The emulator has nothing to do for it. */
  public TornadoExecutionPlan withPreCompilation() {
    return this;
  }

  /**
   * Captures each selected graph when it is first executed, and replays it from then on, where the
   * backend is CUDA or PTX. A replay reads and writes the host's arrays anew; its grids are those
   * of the first execution, and its tasks have no times. To be asked for before the first
   * execution.
   */
  public TornadoExecutionPlan withCUDAGraph() {
    plan.capture();
    return this;
  }

  /** Prints the code of the kernels. The emulator has nothing to do for it. */
  public TornadoExecutionPlan withPrintKernel() {
    return this;
  }

  /** Sets flags of the driver's compiler. The emulator has nothing to do for it. */
  public TornadoExecutionPlan withCompilerFlags(TornadoVMBackendType backend, String flags) {
    return this;
  }

  /** Forgets the times of earlier executions. The emulator has nothing to do for it. */
  public TornadoExecutionPlan clearProfiles() {
    return this;
  }

  /** Gives the memory of all graphs back; the next execution is like the first. */
  public TornadoExecutionPlan freeDeviceMemory() {
    plan.free();
    return this;
  }

  /** Bytes of device memory that the graphs have. */
  public long getCurrentDeviceMemoryUsage() {
    return plan.bytes();
  }

  /** Gives the memory of all graphs back, for good. */
  @Override
  public void close() throws TornadoExecutionPlanException {
    plan.close();
  }
}
