package fastvit4j.runtime.cpu;

import fastvit4j.kernels.cpu.Buffers;
import fastvit4j.kernels.cpu.CpuKernel;
import fastvit4j.model.graph.Graph;
import fastvit4j.model.tensor.Activation;
import fastvit4j.runtime.DeviceException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.ToLongFunction;

/** The memory of one run at a time: activations, workspace, and each thread's scratch. */
final class RunMemory implements AutoCloseable {
  /** Two cache lines, so that threads' scratch never shares one that is fetched with another. */
  private static final long ALIGNMENT = 128;

  private final CpuPlan plan;
  private final Arena arena;
  private final MemorySegment activations;
  private final MemorySegment workspace;
  private final long scratchBytes;
  private final MemorySegment[] scratch;
  private final List<Buffers> buffers;
  private MemorySegment input;

  RunMemory(CpuPlan plan, int workers) {
    this.plan = plan;
    this.scratchBytes = largest(plan, CpuKernel::scratchBytes);
    this.scratch = new MemorySegment[workers];
    this.arena = Arena.ofShared();
    try {
      this.activations = arena.allocate(plan.memory().peakBytes(), ALIGNMENT);
      this.workspace = arena.allocate(largest(plan, CpuKernel::workspaceBytes), ALIGNMENT);
    } catch (OutOfMemoryError e) {
      arena.close();
      throw new DeviceException(
          "cpu: no memory for "
              + (plan.memory().peakBytes() >> 20)
              + " MiB of activations: take a smaller batch or image",
          e);
    }
    this.buffers =
        plan.steps().stream()
            .map(
                s ->
                    s.step().reads().contains(Graph.INPUT)
                        ? null
                        : s.buffers(this::value, workspace))
            .toList();
  }

  private static long largest(CpuPlan plan, ToLongFunction<CpuKernel> bytes) {
    return Math.max(
        1, plan.steps().stream().mapToLong(s -> bytes.applyAsLong(s.kernel())).max().orElse(1));
  }

  /** The buffers of step {@code i} of a run with that input. */
  Buffers buffers(int i, MemorySegment input) {
    Buffers fixed = buffers.get(i);
    return fixed != null
        ? fixed
        : plan.steps().get(i).buffers(v -> v.equals(Graph.INPUT) ? input : value(v), workspace);
  }

  /** A thread's scratch; each thread asks for its own. */
  MemorySegment scratch(int worker) {
    if (scratch[worker] == null) {
      scratch[worker] = arena.allocate(scratchBytes, ALIGNMENT);
    }
    return scratch[worker];
  }

  /** Memory for the input of a run whose caller has it elsewhere, or not normalised. */
  MemorySegment input() {
    if (input == null) {
      input = arena.allocate(4L * plan.shape(Graph.INPUT).elements(), ALIGNMENT);
    }
    return input;
  }

  /** Copies a value to where picture {@code first} of a batch begins. */
  void copy(String value, Activation batch, int first) {
    MemorySegment from = value(value);
    long begin = from.byteSize() / plan.shape(value).n() * first;
    MemorySegment.copy(from, 0, batch.data(), begin, from.byteSize());
  }

  private MemorySegment value(String value) {
    return activations.asSlice(plan.memory().offset(value), 4L * plan.shape(value).elements());
  }

  @Override
  public void close() {
    arena.close();
  }
}
