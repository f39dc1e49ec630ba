package fastvit4j.runtime.tornado;

import fastvit4j.model.graph.Graph;
import fastvit4j.model.image.PixelBatch;
import fastvit4j.model.operator.Shape;
import fastvit4j.model.tensor.Activation;
import fastvit4j.model.tensor.Tensor;
import fastvit4j.runtime.Device;
import fastvit4j.runtime.Precision;
import fastvit4j.runtime.Session;
import fastvit4j.runtime.SessionOptions;
import fastvit4j.runtime.plan.FusedStep;
import fastvit4j.runtime.plan.Fusion;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import uk.ac.manchester.tornado.api.types.arrays.HalfFloatArray;

/**
 * A network on a TornadoVM device, or on the emulator of one. A session runs one image batch at a
 * time; batches of several sessions may be on the device at the same time.
 */
final class TornadoSession implements Session {
  /** Plans for inputs that are kept, that of the options among them. */
  private static final int MOST_PLANS = 4;

  private final TornadoDevice device;
  private final Graph graph;
  private final SessionOptions options;
  private final List<FusedStep> steps;
  private final Arena arena = Arena.ofShared();
  private final WeightStore weights = new WeightStore(arena);
  private final RuntimeThread thread = new RuntimeThread();
  private final LinkedHashMap<PlanInput, TornadoPlan> plans = new LinkedHashMap<>(8, 0.75f, true);
  private boolean closed;
  private boolean lost;

  TornadoSession(TornadoDevice device, Graph graph, SessionOptions options) {
    this.device = device;
    this.graph = graph;
    this.options = options;
    this.steps = Fusion.fuse(graph, options.outputs());
    try {
      plan(PlanInput.of(options));
    } catch (RuntimeException | Error e) {
      thread.close();
      arena.close();
      throw e;
    }
  }

  private TornadoPlan plan(PlanInput input) {
    TornadoPlan plan = plans.get(input);
    if (plan == null) {
      plan = new TornadoPlan(graph, options, input, steps, weights, device, thread);
      plans.put(input, plan);
      evict();
    }
    return plan;
  }

  private void evict() {
    for (PlanInput input : List.copyOf(plans.keySet())) {
      if (plans.size() <= MOST_PLANS) {
        return;
      }
      if (!input.equals(PlanInput.of(options))) {
        close(plans.remove(input));
      }
    }
  }

  private void close(TornadoPlan plan) {
    lost |= plan.isLost();
    plan.close();
  }

  @Override
  public Map<String, Activation> run(Activation input) {
    return run(PlanInput.Data.of(input));
  }

  @Override
  public Map<String, Activation> run(PixelBatch pictures) {
    return run(PlanInput.Data.of(pictures));
  }

  private synchronized Map<String, Activation> run(PlanInput.Data data) {
    requireOpen();
    return plan(data.input()).run(data.data());
  }

  @Override
  public synchronized List<Step> steps() {
    requireOpen();
    return describe(PlanInput.of(options));
  }

  private List<Step> describe(PlanInput input) {
    Map<String, Shape> shapes = graph.shapes(input.shape());
    List<LoweredTask> tasks = plan(input).tasks();
    List<Step> described = new ArrayList<>();
    for (int i = 0; i < steps.size(); i++) {
      described.add(describe(i, shapes, tasks));
    }
    return described;
  }

  private Step describe(int index, Map<String, Shape> shapes, List<LoweredTask> tasks) {
    FusedStep step = steps.get(index);
    List<Shape> inputs = step.inputs().stream().map(shapes::get).toList();
    Shape output = shapes.get(step.output());
    Map<String, Precision> precisions = new HashMap<>();
    tasks.forEach(task -> precisions.putAll(task.precisions()));
    long bytes = bytes(precisions, step.output(), output);
    for (String value : step.reads()) {
      bytes += bytes(precisions, value, shapes.get(value));
    }
    boolean half =
        tasks.stream()
            .filter(task -> task.step() == index)
            .flatMap(task -> task.constants().stream())
            .anyMatch(HalfFloatArray.class::isInstance);
    for (Tensor tensor : step.operator().parameters()) {
      Precision stored = half && tensor.rank() > 1 ? Precision.FLOAT16 : Precision.FLOAT32;
      bytes += stored.bytes() * tensor.elements();
    }
    String kernels =
        String.join(
            "+",
            tasks.stream().filter(t -> t.step() == index).map(t -> t.kernel().label()).toList());
    if (kernels.isEmpty()) {
      kernels = "with the step before";
    }
    return new Step(
        step.name(),
        step.block(),
        step.operators(),
        kernels,
        output,
        step.operator().macs(inputs),
        bytes);
  }

  private static long bytes(Map<String, Precision> precisions, String value, Shape shape) {
    return (long) precisions.getOrDefault(value, Precision.FLOAT32).bytes() * shape.elements();
  }

  @Override
  public Profile profile(Activation input) {
    return profile(PlanInput.Data.of(input));
  }

  @Override
  public Profile profile(PixelBatch pictures) {
    return profile(PlanInput.Data.of(pictures));
  }

  private synchronized Profile profile(PlanInput.Data data) {
    requireOpen();
    TornadoPlan plan = plan(data.input());
    long start = System.nanoTime();
    TornadoPlan.Times times = plan.profile(data.data());
    List<Long> nanos = times.kernelNanos();
    long total = System.nanoTime() - start;
    long[] byStep = new long[steps.size()];
    for (int i = 0; i < nanos.size(); i++) {
      byStep[plan.tasks().get(i).step()] += nanos.get(i);
    }
    List<Timing> timings = new ArrayList<>();
    for (Step described : describe(data.input())) {
      timings.add(new Timing(described, byStep[timings.size()]));
    }
    return new Profile(
        timings,
        total,
        OptionalLong.of(times.transferNanos()),
        OptionalLong.of(times.transferBytes()));
  }

  @Override
  public synchronized Memory memory() {
    requireOpen();
    BufferPlan buffers = plan(PlanInput.of(options)).buffers();
    return new Memory(weights.bytes(), buffers.bytes(), buffers.unsharedBytes());
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
  public synchronized void close() {
    if (!closed) {
      closed = true;
      try {
        plans.values().forEach(this::close);
      } finally {
        plans.clear();
        thread.close();
      }
      if (!lost) {
        arena.close();
      }
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the session of " + graph.name() + " is closed");
    }
  }
}
