package fastvit4j.runtime.tornado;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fastvit4j.model.UserException;
import fastvit4j.model.checkpoint.SyntheticWeights;
import fastvit4j.model.graph.Graph;
import fastvit4j.model.graph.GraphBuilder;
import fastvit4j.model.operator.Conv2d;
import fastvit4j.model.operator.Gelu;
import fastvit4j.model.operator.GlobalAveragePool;
import fastvit4j.model.operator.Linear;
import fastvit4j.model.operator.Shape;
import fastvit4j.model.tensor.Activation;
import fastvit4j.runtime.SessionOptions;
import fastvit4j.runtime.plan.FusedStep;
import fastvit4j.runtime.plan.Fusion;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** On the emulator, whose graphs are captured as those of a CUDA device would be. */
class CapturedRunsTest {
  private static final Shape INPUT = new Shape(1, 5, 7, 3);
  private static final Graph GRAPH = graph();
  private static final Logger LOG = Logger.getLogger(CapturedRuns.class.getName());

  private static Graph graph() {
    SyntheticWeights weights = new SyntheticWeights(1);
    GraphBuilder b = new GraphBuilder("small");
    Conv2d conv = new Conv2d(weights.tensor("conv.weight", 8, 3, 3, 3), null, 1, 1, 1);
    String y = b.add("gelu", "", new Gelu(), b.add("conv", "", conv, Graph.INPUT));
    Linear fc = new Linear(weights.tensor("fc.weight", 6, 8), null);
    b.output(Graph.LOGITS, b.add("fc", "", fc, b.add("mean", "", new GlobalAveragePool(), y)));
    return b.build();
  }

  @AfterEach
  void allIsGivenBack() {
    System.clearProperty(CudaGraphs.PROPERTY);
    assertEquals(0, MemoryLedger.held(device("PTX")));
  }

  private static TornadoDevice device(String backend) {
    TornadoDevice emulator = (TornadoDevice) new EmulatorProvider().find().devices().getFirst();
    return emulator.with(
        new DeviceTraits(true, 1L << 32, 1L << 30, 1 << 15, 256, 1, backend, true, false));
  }

  private static TornadoPlan plan(String backend, SessionOptions options) {
    return plan(backend, options, RuntimeThread.COMMON);
  }

  private static TornadoPlan plan(String backend, SessionOptions options, RuntimeThread thread) {
    List<FusedStep> steps = Fusion.fuse(GRAPH, options.outputs());
    return new TornadoPlan(
        GRAPH, options, PlanInput.of(options), steps, new WeightStore(), device(backend), thread);
  }

  private static MemorySegment image(int seed) {
    float[] values = new float[INPUT.elements()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) Math.sin(seed + 0.37 * i);
    }
    return MemorySegment.ofArray(values);
  }

  private static long difference(Map<String, Activation> one, Map<String, Activation> other) {
    return one.get(Graph.LOGITS).data().mismatch(other.get(Graph.LOGITS).data());
  }

  @Test
  void laterRunsAreReplayedAndTheSame() {
    SessionOptions options = SessionOptions.of(INPUT);
    try (TornadoPlan plain = plan("PTX", options.withCudaGraphs(false));
        TornadoPlan plan = plan("PTX", options)) {
      long held = MemoryLedger.held(device("PTX"));
      for (int run = 1; run <= CapturedRuns.PLAIN_RUNS + 2; run++) {
        assertEquals(run > CapturedRuns.PLAIN_RUNS, plan.isCaptured(), "before run " + run);
        assertEquals(-1, difference(plain.run(image(run)), plan.run(image(run))), "run " + run);
      }
      assertFalse(plain.isCaptured());
      assertEquals(held / 2 * 3, MemoryLedger.held(device("PTX")), "one of two plans twice");
      TornadoPlan.Times times = plan.profile(image(1));
      assertEquals(plan.tasks().size(), times.kernelNanos().size());
      assertTrue(times.kernelNanos().stream().allMatch(nanos -> nanos > 0));
      assertEquals(-1, difference(plain.run(image(9)), plan.run(image(9))), "after a profile");
    }
  }

  /** Each captures and replays while the other runs, captures or replays. */
  @Test
  void besideEachOther() throws Exception {
    SessionOptions options = SessionOptions.of(INPUT);
    try (RuntimeThread one = new RuntimeThread();
        RuntimeThread other = new RuntimeThread();
        TornadoPlan plain = plan("PTX", options.withCudaGraphs(false));
        TornadoPlan first = plan("PTX", options, one);
        TornadoPlan second = plan("PTX", options, other);
        ExecutorService callers = Executors.newFixedThreadPool(2)) {
      List<Future<?>> runs = new ArrayList<>();
      for (TornadoPlan plan : List.of(first, second)) {
        int seed = runs.size();
        runs.add(
            callers.submit(
                () -> {
                  for (int run = 0; run < CapturedRuns.PLAIN_RUNS + 3; run++) {
                    MemorySegment image = image(2 * run + seed);
                    assertEquals(-1, difference(plain.run(image), plan.run(image)), "run " + run);
                  }
                }));
      }
      for (Future<?> run : runs) {
        run.get();
      }
      assertTrue(first.isCaptured() && second.isCaptured());
    }
  }

  @Test
  void whereTheyAreNot() {
    SessionOptions options = SessionOptions.of(INPUT);
    assertNotCaptured(plan("OPENCL", options));
    assertNotCaptured(plan("PTX", options.withCudaGraphs(false)));
    System.setProperty(CudaGraphs.PROPERTY, "false");
    assertNotCaptured(plan("PTX", options));
    assertNotCaptured(plan("CUDA", options));
    System.setProperty(CudaGraphs.PROPERTY, "off");
    assertThrows(UserException.class, () -> plan("PTX", options));
  }

  @Test
  void whereMemoryHoldsThemOnceOnly() {
    SessionOptions options = SessionOptions.of(INPUT);
    long needs;
    try (TornadoPlan plan = plan("PTX", options)) {
      needs = MemoryLedger.held(device("PTX"));
      assertEquals(1, plan.run(image(1)).size());
    }
    List<LogRecord> told =
        told(() -> assertNotCaptured(plan("PTX", options.withMemoryLimit(2 * needs - 1))));
    assertEquals(1, told.size());
    assertEquals(Level.INFO, told.getFirst().getLevel());
    String line = told.getFirst().getMessage();
    assertTrue(line.contains("is not replayed as CUDA graphs on emulator"), line);
    assertTrue(line.contains("run task by task: "), line);
    try (TornadoPlan plan = plan("PTX", options.withMemoryLimit(2 * needs))) {
      run(plan);
      assertTrue(plan.isCaptured());
    }
  }

  private static void run(TornadoPlan plan) {
    for (int run = 0; run < CapturedRuns.PLAIN_RUNS; run++) {
      plan.run(image(run));
    }
  }

  private static void assertNotCaptured(TornadoPlan plan) {
    try (plan) {
      run(plan);
      assertFalse(plan.isCaptured());
    }
  }

  /** What captured runs give when they are tried, the last time each. */
  private static List<String> trial(List<String> gives, Supplier<GraphRunner> maker) {
    MemoryNeeds needs = new MemoryNeeds(100, 10);
    CapturedRuns runs = new CapturedRuns(device("PTX"), "net", needs, 0, maker);
    List<LogRecord> told =
        told(
            () -> {
              AtomicInteger asked = new AtomicInteger();
              for (int run = 0; run < 2 * CapturedRuns.PLAIN_RUNS; run++) {
                runs.afterPlainRun(
                    image(run),
                    result("right"),
                    (_, _) -> result(gives.get(asked.getAndIncrement())));
              }
              assertTrue(runs.runner().isEmpty());
              assertEquals(gives.size(), asked.get());
            });
    told.forEach(entry -> assertEquals(Level.WARNING, entry.getLevel()));
    return told.stream().map(LogRecord::getMessage).toList();
  }

  /** What is logged meanwhile. */
  private static List<LogRecord> told(Runnable work) {
    List<LogRecord> told = new ArrayList<>();
    Handler handler =
        new Handler() {
          @Override
          public void publish(LogRecord entry) {
            told.add(entry);
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    LOG.addHandler(handler);
    LOG.setUseParentHandlers(false);
    try {
      work.run();
    } finally {
      LOG.removeHandler(handler);
      LOG.setUseParentHandlers(true);
    }
    return told;
  }

  private static Map<String, Activation> result(String text) {
    Activation logits = Activation.onHeap(new Shape(1, 1, 1, 8));
    for (int i = 0; i < text.length(); i++) {
      logits.set(i, text.charAt(i));
    }
    return Map.of(Graph.LOGITS, logits);
  }

  @Test
  void aReplayThatIsWrongIsNotTaken() {
    List<String> told = trial(List.of("any", "wrong"), () -> null);
    assertEquals(1, told.size());
    assertTrue(
        told.getFirst().contains("their logits are not those of a plain run"), told::toString);
    assertTrue(told.getFirst().contains("run task by task"), told::toString);
  }

  @Test
  void whatCannotBeCapturedIsNotTriedAgain() {
    List<String> told =
        trial(
            List.of(),
            () -> {
              throw new IllegalStateException("cuStreamBeginCapture failed");
            });
    assertEquals(1, told.size());
    assertTrue(told.getFirst().contains("cuStreamBeginCapture failed"), told::toString);
  }

  @Test
  void capturedGraphsAreNotProfiled() {
    GraphRunner runner =
        new GraphRunner(device("PTX"), new GraphChain(List.of(), List.of(), List.of()), 0, true);
    assertThrows(IllegalStateException.class, runner::profile);
  }
}
