package fastvit4j.runtime.cpu;

import fastvit4j.kernels.cpu.Buffers;
import fastvit4j.kernels.cpu.CpuKernel;
import fastvit4j.runtime.plan.FusedStep;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntFunction;

/**
 * What a plan runs at a time: a step, or some that follow each other.
 *
 * @param step what is computed
 * @param kernel how
 * @param first index of the network's step that it is, or the first of those
 */
record CpuStep(FusedStep step, CpuKernel kernel, int first) {
  /** The step's buffers, given where each value is. */
  Buffers buffers(Function<String, MemorySegment> values, MemorySegment workspace) {
    List<String> inputs = step.inputs();
    return new Buffers(
        values.apply(inputs.getFirst()),
        inputs.size() > 1 ? values.apply(inputs.get(1)) : null,
        step.residual() == null ? null : values.apply(step.residual()),
        values.apply(step.output()),
        workspace);
  }

  /** Runs the step. */
  void run(Loops loops, Buffers buffers, IntFunction<MemorySegment> scratch) {
    for (int phase = 0; phase < kernel.phases(); phase++) {
      int now = phase;
      loops.run(
          kernel.units(phase),
          (worker, from, to) -> kernel.run(now, buffers, scratch.apply(worker), from, to));
    }
  }
}
