package fastvit4j.runtime.cpu;

import fastvit4j.kernels.cpu.CpuKernel;
import fastvit4j.kernels.cpu.CpuOperator;
import fastvit4j.model.graph.Graph;
import fastvit4j.model.operator.Operator;
import fastvit4j.model.operator.Shape;
import fastvit4j.model.tensor.Tensor;
import fastvit4j.runtime.Session;
import fastvit4j.runtime.plan.FusedStep;
import fastvit4j.runtime.plan.MemoryPlan;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;

/** What a session does for one input shape; owns the memory of its runs between them. */
final class CpuPlan {
  private final List<CpuStep> steps;
  private final Map<String, Shape> shapes;
  private final MemoryPlan memory;
  private final int workers;
  private final ConcurrentLinkedQueue<RunMemory> idle = new ConcurrentLinkedQueue<>();
  private volatile boolean retired;

  private CpuPlan(List<CpuStep> steps, Map<String, Shape> shapes, MemoryPlan memory, int workers) {
    this.steps = steps;
    this.shapes = shapes;
    this.memory = memory;
    this.workers = workers;
  }

  /**
   * A plan.
   *
   * @param fused the steps
   * @param operators the operator of each
   * @param graph the network
   * @param input the input's shape
   * @param outputs the graph's outputs that are wanted
   * @param workers threads of a run
   */
  static CpuPlan of(
      List<FusedStep> fused,
      List<CpuOperator> operators,
      Graph graph,
      Shape input,
      Set<String> outputs,
      int workers) {
    Map<String, Shape> shapes = graph.shapes(input);
    List<CpuStep> steps = new ArrayList<>();
    for (int i = 0; i < fused.size(); i++) {
      FusedStep step = fused.get(i);
      Shape in = shapes.get(step.inputs().getFirst());
      CpuKernel kernel =
          operators.get(i).bind(in.n(), in.h(), in.w(), OperatorPacker.epilogue(step));
      steps.add(new CpuStep(step, kernel, describe(step, kernel, shapes)));
    }
    Set<String> kept = new HashSet<>();
    outputs.forEach(name -> kept.add(graph.outputs().get(name)));
    return new CpuPlan(List.copyOf(steps), shapes, MemoryPlan.of(fused, shapes, kept), workers);
  }

  private static Session.Step describe(
      FusedStep step, CpuKernel kernel, Map<String, Shape> shapes) {
    Operator operator = step.operator();
    List<Shape> inputs = step.inputs().stream().map(shapes::get).toList();
    Shape output = shapes.get(step.output());
    long elements = output.elements();
    elements += step.reads().stream().mapToLong(v -> shapes.get(v).elements()).sum();
    elements += operator.parameters().stream().mapToLong(Tensor::elements).sum();
    elements += operator.buffers().stream().mapToLong(Tensor::elements).sum();
    return new Session.Step(
        step.name(),
        step.block(),
        step.operators(),
        kernel.name(),
        output,
        operator.macs(inputs),
        4 * elements);
  }

  /** The steps in order. */
  List<CpuStep> steps() {
    return steps;
  }

  /** The shape of a value. */
  Shape shape(String value) {
    return shapes.get(value);
  }

  /** Where the activations are. */
  MemoryPlan memory() {
    return memory;
  }

  /** Memory for a run; give it back with {@link #release}. */
  RunMemory acquire() {
    RunMemory free = idle.poll();
    return free != null ? free : new RunMemory(this, workers);
  }

  /** Keeps memory for the next run. */
  void release(RunMemory free) {
    idle.add(free);
    if (retired) {
      retire();
    }
  }

  /** Frees the memory that no run has, and, as it comes back, what runs have. */
  void retire() {
    retired = true;
    for (RunMemory free = idle.poll(); free != null; free = idle.poll()) {
      free.close();
    }
  }
}
