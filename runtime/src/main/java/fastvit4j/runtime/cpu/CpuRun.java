package fastvit4j.runtime.cpu;

import fastvit4j.model.graph.Graph;
import fastvit4j.model.operator.Shape;
import fastvit4j.model.tensor.Activation;
import fastvit4j.runtime.event.Recording;
import fastvit4j.runtime.event.StepEvent;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.Function;

/**
 * One run of a network on a batch, in passes. As many pictures as the threads can share evenly are
 * passed through the network one by one, each by a thread of its own: the activations of one
 * picture stay in the caches where those of a batch would not, and no thread waits for another.
 * What remains, and a batch of fewer pictures than threads, all threads compute together, step by
 * step.
 */
final class CpuRun {
  private final WorkerPool pool;
  private final Function<Shape, CpuPlan> plans;
  private final Input input;
  private final Shape shape;
  private final Map<String, String> values = new LinkedHashMap<>();
  private final Map<String, Activation> results = new LinkedHashMap<>();
  private final AtomicLongArray nanos;

  /** A run's input: where the caller has it, or put into the run's memory. */
  interface Input {
    /** Pictures {@code first} to {@code first + count}, outside the heap. */
    MemorySegment pictures(RunMemory memory, int first, int count);
  }

  /**
   * A run.
   *
   * @param pool the threads
   * @param plans the plan for a shape
   * @param graph the network
   * @param outputs names of those of its outputs that are wanted
   * @param shape of the input
   * @param input the input
   * @param timed whether each step is timed
   */
  CpuRun(
      WorkerPool pool,
      Function<Shape, CpuPlan> plans,
      Graph graph,
      Set<String> outputs,
      Shape shape,
      Input input,
      boolean timed) {
    this.pool = pool;
    this.plans = plans;
    this.shape = shape;
    this.input = input;
    CpuPlan whole = plans.apply(shape);
    this.nanos = timed ? new AtomicLongArray(whole.descriptions().size()) : null;
    for (String name : outputs) {
      values.put(name, graph.outputs().get(name));
      results.put(name, Activation.onHeap(whole.shape(values.get(name))));
    }
  }

  /** How many pictures of a batch threads compute alone. */
  static int alone(int pictures, int threads) {
    return pictures / threads * threads;
  }

  /** Computes the results. */
  void compute() {
    int alone = alone(shape.n(), pool.size());
    if (alone > 0) {
      CpuPlan plan = plans.apply(shape.withBatch(1));
      pool.run(
          alone,
          (_, from, to) -> {
            for (int i = from; i < to; i++) {
              pass(plan, i, 1, pool.size(), (units, loop) -> loop.run(0, 0, units));
            }
          });
    }
    if (alone < shape.n()) {
      int together = shape.n() - alone;
      pass(plans.apply(shape.withBatch(together)), alone, together, 1, pool::run);
    }
  }

  /** The outputs, by their names. */
  Map<String, Activation> results() {
    return results;
  }

  /**
   * Nanoseconds of a step in all passes; of passes at the same time, each thread's part of it. The
   * time of steps that are run together is their first's.
   */
  long nanos(int step) {
    return nanos.get(step);
  }

  private void pass(CpuPlan plan, int first, int count, int atOnce, Loops loops) {
    RunMemory memory = plan.acquire();
    try {
      MemorySegment pictures = input.pictures(memory, first, count);
      steps(plan, memory, pictures, atOnce, loops);
      values.forEach((name, value) -> memory.copy(value, results.get(name), first));
    } finally {
      plan.release(memory);
    }
  }

  private void steps(
      CpuPlan plan, RunMemory memory, MemorySegment pictures, int atOnce, Loops loops) {
    boolean recorded = Recording.POSSIBLE && new StepEvent().isEnabled();
    List<CpuStep> steps = plan.steps();
    for (int i = 0; i < steps.size(); i++) {
      CpuStep step = steps.get(i);
      long start = nanos == null ? 0 : System.nanoTime();
      StepEvent event = recorded ? new StepEvent() : null;
      if (event != null) {
        event.begin();
      }
      step.run(loops, memory.buffers(i, pictures), memory::scratch);
      if (event != null && event.shouldCommit()) {
        event.describe(plan.descriptions().get(step.first()));
        event.commit();
      }
      if (nanos != null) {
        nanos.addAndGet(step.first(), (System.nanoTime() - start) / atOnce);
      }
    }
  }
}
