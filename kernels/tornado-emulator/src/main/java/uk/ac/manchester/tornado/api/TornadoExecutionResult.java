package uk.ac.manchester.tornado.api;

import fastvit4j.emulator.ExecutionTimes;
import fastvit4j.emulator.Plan;

/** What is left of an execution. */
public class TornadoExecutionResult {
  private final Plan plan;
  private final ExecutionTimes times;

  TornadoExecutionResult(Plan plan, ExecutionTimes times) {
    this.plan = plan;
    this.times = times;
  }

  /** What the execution took. */
  public TornadoProfilerResult getProfilerResult() {
    return new TornadoProfilerResult(times);
  }

  /** Copies arrays that are transferred on demand. */
  public TornadoExecutionResult transferToHost(Object... arrays) {
    plan.toHost(times, arrays);
    return this;
  }

  /** Whether the execution has ended: always, for there is no other way to get a result. */
  public boolean isReady() {
    return true;
  }
}
