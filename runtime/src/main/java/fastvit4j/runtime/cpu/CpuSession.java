package fastvit4j.runtime.cpu;

import fastvit4j.kernels.cpu.CpuKernels;
import fastvit4j.kernels.cpu.CpuOperator;
import fastvit4j.model.graph.Graph;
import fastvit4j.model.image.PixelBatch;
import fastvit4j.model.operator.Shape;
import fastvit4j.model.tensor.Activation;
import fastvit4j.runtime.Device;
import fastvit4j.runtime.Session;
import fastvit4j.runtime.SessionOptions;
import fastvit4j.runtime.event.Recording;
import fastvit4j.runtime.event.RunEvent;
import fastvit4j.runtime.plan.FusedStep;
import fastvit4j.runtime.plan.Fusion;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * A network on the processor. With several threads, one run at a time has them all, and others wait
 * their turn; with one thread, each run is computed by its caller, as many at once as there are
 * callers.
 */
final class CpuSession implements Session {
  /** Input shapes whose plans are kept, besides that of the options. */
  private static final int PLANS = 8;

  private final CpuDevice device;
  private final Graph graph;
  private final SessionOptions options;
  private final Arena weights;
  private final WorkerPool pool;
  private final List<FusedStep> fused;
  private final List<CpuOperator> operators;
  private final CpuPlan plan;
  private final SequencedMap<Shape, CpuPlan> otherPlans =
      new LinkedHashMap<>(2 * PLANS, 0.75f, true);
  private final ReentrantLock turn = new ReentrantLock(true);
  private final ReentrantReadWriteLock life = new ReentrantReadWriteLock();
  private boolean closed;

  private CpuSession(
      CpuDevice device,
      Graph graph,
      SessionOptions options,
      Arena weights,
      WorkerPool pool,
      List<FusedStep> fused,
      List<CpuOperator> operators) {
    this.device = device;
    this.graph = graph;
    this.options = options;
    this.weights = weights;
    this.pool = pool;
    this.fused = fused;
    this.operators = operators;
    this.plan = planFor(options.input());
  }

  /** Packs the weights, all threads at it, and plans for the options' input. */
  static CpuSession compile(
      CpuDevice device, CpuKernels kernels, Graph graph, SessionOptions options) {
    List<FusedStep> fused = Fusion.fuse(graph, options.outputs());
    Map<String, Shape> shapes = graph.shapes(options.input());
    int cores = Runtime.getRuntime().availableProcessors();
    WorkerPool pool = new WorkerPool(options.threads() == 0 ? cores : options.threads());
    Arena weights = Arena.ofShared();
    try {
      OperatorPacker packer = new OperatorPacker(kernels, weights);
      CpuOperator[] operators = new CpuOperator[fused.size()];
      pool.run(
          operators.length,
          (_, from, to) -> {
            for (int i = from; i < to; i++) {
              FusedStep step = fused.get(i);
              operators[i] = packer.pack(step, shapes.get(step.inputs().getFirst()).c());
            }
          });
      return new CpuSession(device, graph, options, weights, pool, fused, Arrays.asList(operators));
    } catch (RuntimeException | Error e) {
      pool.close();
      weights.close();
      throw e;
    }
  }

  @Override
  public Device device() {
    return device;
  }

  @Override
  public Graph graph() {
    return graph;
  }

  @Override
  public SessionOptions options() {
    return options;
  }

  @Override
  public Map<String, Activation> run(Activation input) {
    return run(input.shape(), input(input), false).results();
  }

  @Override
  public Map<String, Activation> run(PixelBatch pictures) {
    return run(pictures.shape(), input(pictures), false).results();
  }

  @Override
  public List<Step> steps() {
    return plan.descriptions();
  }

  @Override
  public Profile profile(Activation input) {
    return profile(input.shape(), input(input));
  }

  @Override
  public Profile profile(PixelBatch pictures) {
    return profile(pictures.shape(), input(pictures));
  }

  private Profile profile(Shape shape, CpuRun.Input input) {
    long start = System.nanoTime();
    CpuRun run = run(shape, input, true);
    long total = System.nanoTime() - start;
    List<Timing> timings = new ArrayList<>();
    List<Step> steps = planOf(shape).descriptions();
    for (int i = 0; i < steps.size(); i++) {
      timings.add(new Timing(steps.get(i), run.nanos(i)));
    }
    return new Profile(timings, total);
  }

  @Override
  public Memory memory() {
    Shape input = options.input();
    int alone = CpuRun.alone(input.n(), pool.size());
    int together = input.n() - alone;
    long activations = 0;
    if (alone > 0) {
      activations += pool.size() * planOf(input.withBatch(1)).memory().peakBytes();
    }
    if (together > (alone > 0 ? 1 : 0)) {
      activations += planOf(input.withBatch(together)).memory().peakBytes();
    }
    return new Memory(
        operators.stream().mapToLong(CpuOperator::weightBytes).sum(),
        activations,
        plan.memory().unsharedBytes());
  }

  @Override
  public void close() {
    life.writeLock().lock();
    try {
      if (closed) {
        return;
      }
      closed = true;
      plan.retire();
      otherPlans.values().forEach(CpuPlan::retire);
      pool.close();
      weights.close();
    } finally {
      life.writeLock().unlock();
    }
  }

  private CpuRun run(Shape shape, CpuRun.Input input, boolean timed) {
    life.readLock().lock();
    try {
      if (closed) {
        throw new IllegalStateException("the session of " + graph.name() + " is closed");
      }
      CpuRun run = new CpuRun(pool, this::planOf, graph, options.outputs(), shape, input, timed);
      RunEvent event = Recording.POSSIBLE ? new RunEvent() : null;
      if (event != null) {
        event.begin();
      }
      if (pool.size() > 1) {
        turn.lock();
      }
      try {
        run.compute();
      } finally {
        if (pool.size() > 1) {
          turn.unlock();
        }
        Reference.reachabilityFence(input);
      }
      if (event != null && event.shouldCommit()) {
        event.device = device.name();
        event.network = graph.name();
        event.input = shape.toString();
        event.commit();
      }
      return run;
    } finally {
      life.readLock().unlock();
    }
  }

  /** The kernels read memory outside the heap, which a run has a place for. */
  private static CpuRun.Input input(Activation input) {
    long picture = input.data().byteSize() / input.shape().n();
    return (memory, first, count) -> {
      MemorySegment pictures = input.data().asSlice(first * picture, count * picture);
      return pictures.isNative() ? pictures : memory.input().copyFrom(pictures);
    };
  }

  private static CpuRun.Input input(PixelBatch pictures) {
    return (memory, first, count) -> {
      pictures.pictures(first, count).normaliseInto(memory.input());
      return memory.input();
    };
  }

  private CpuPlan planOf(Shape input) {
    return input.equals(options.input()) ? plan : otherPlan(input);
  }

  private CpuPlan otherPlan(Shape input) {
    synchronized (otherPlans) {
      CpuPlan known = otherPlans.get(input);
      if (known != null) {
        return known;
      }
      CpuPlan made = planFor(input);
      if (otherPlans.size() >= PLANS) {
        otherPlans.pollFirstEntry().getValue().retire();
      }
      otherPlans.put(input, made);
      return made;
    }
  }

  private CpuPlan planFor(Shape input) {
    return CpuPlan.of(fused, operators, graph, input, options.outputs(), pool.size());
  }
}
