package fastvit4j.runtime.cpu;

import fastvit4j.kernels.cpu.CpuKernel;
import fastvit4j.kernels.cpu.CpuOperator;
import fastvit4j.kernels.cpu.Epilogue;
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
  /** Steps that one kernel computes at most. */
  private static final int LONGEST_CHAIN = 3;

  private final List<CpuStep> steps;
  private final List<Session.Step> descriptions;
  private final Map<String, Shape> shapes;
  private final MemoryPlan memory;
  private final int workers;
  private final ConcurrentLinkedQueue<RunMemory> idle = new ConcurrentLinkedQueue<>();
  private volatile boolean retired;

  private CpuPlan(
      List<CpuStep> steps,
      List<Session.Step> descriptions,
      Map<String, Shape> shapes,
      MemoryPlan memory,
      int workers) {
    this.steps = steps;
    this.descriptions = descriptions;
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
    Set<String> kept = new HashSet<>();
    outputs.forEach(name -> kept.add(graph.outputs().get(name)));
    StepChains chains = new StepChains(fused, kept);
    List<CpuStep> steps = new ArrayList<>();
    List<Session.Step> descriptions = new ArrayList<>();
    int next = 0;
    while (next < fused.size()) {
      int first = next;
      Shape in = shapes.get(fused.get(first).inputs().getFirst());
      List<FusedStep> chain = chains.from(first, LONGEST_CHAIN);
      CpuKernel kernel = bind(chain, operators, first, in);
      while (kernel == null) {
        chain = chain.subList(0, chain.size() - 1);
        kernel = bind(chain, operators, first, in);
      }
      steps.add(new CpuStep(StepChains.whole(chain), kernel, first));
      describe(chain, kernel, shapes, descriptions);
      next += chain.size();
    }
    List<FusedStep> whole = steps.stream().map(CpuStep::step).toList();
    return new CpuPlan(
        List.copyOf(steps),
        List.copyOf(descriptions),
        shapes,
        MemoryPlan.of(whole, shapes, kept),
        workers);
  }

  /** The kernel of a chain of steps, of which {@code first} is the first's index, or null. */
  private static CpuKernel bind(
      List<FusedStep> chain, List<CpuOperator> operators, int first, Shape in) {
    CpuOperator operator = operators.get(first);
    Epilogue epilogue = OperatorPacker.epilogue(chain.getFirst());
    if (chain.size() == 1) {
      return operator.bind(in.n(), in.h(), in.w(), epilogue);
    }
    List<CpuOperator.Follower> followers = new ArrayList<>();
    for (int i = 1; i < chain.size(); i++) {
      followers.add(
          new CpuOperator.Follower(
              operators.get(first + i), OperatorPacker.epilogue(chain.get(i))));
    }
    return operator.bindWith(in.n(), in.h(), in.w(), epilogue, followers).orElse(null);
  }

  /** Describes each step of a chain; what the chain does stands at its first. */
  private static void describe(
      List<FusedStep> chain, CpuKernel kernel, Map<String, Shape> shapes, List<Session.Step> to) {
    long macs = 0;
    long elements = shapes.get(chain.getLast().output()).elements();
    elements +=
        StepChains.whole(chain).reads().stream().mapToLong(v -> shapes.get(v).elements()).sum();
    for (FusedStep step : chain) {
      Operator operator = step.operator();
      macs += operator.macs(step.inputs().stream().map(shapes::get).toList());
      elements += operator.parameters().stream().mapToLong(Tensor::elements).sum();
      elements += operator.buffers().stream().mapToLong(Tensor::elements).sum();
    }
    for (int i = 0; i < chain.size(); i++) {
      FusedStep step = chain.get(i);
      boolean first = i == 0;
      to.add(
          new Session.Step(
              step.name(),
              step.block(),
              step.operators(),
              first ? kernel.name() : "with the step before",
              shapes.get(step.output()),
              first ? macs : 0,
              first ? 4 * elements : 0));
    }
  }

  /** The network's steps in order, those of a chain too. */
  List<Session.Step> descriptions() {
    return descriptions;
  }

  /** What is run, in order. */
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
