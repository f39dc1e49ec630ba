package fastvit4j.runtime.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fastvit4j.kernels.cpu.CpuKernels;
import fastvit4j.kernels.cpu.CpuKernelsProvider;
import fastvit4j.model.graph.Graph;
import fastvit4j.model.graph.GraphBuilder;
import fastvit4j.model.image.PixelBatch;
import fastvit4j.model.image.Preprocessing;
import fastvit4j.model.operator.Add;
import fastvit4j.model.operator.BatchNorm;
import fastvit4j.model.operator.Conv2d;
import fastvit4j.model.operator.Gelu;
import fastvit4j.model.operator.GlobalAveragePool;
import fastvit4j.model.operator.LayerScale;
import fastvit4j.model.operator.Linear;
import fastvit4j.model.operator.Shape;
import fastvit4j.model.operator.ShapeException;
import fastvit4j.model.tensor.Activation;
import fastvit4j.model.tensor.Tensor;
import fastvit4j.runtime.Device;
import fastvit4j.runtime.DeviceProvider;
import fastvit4j.runtime.Session;
import fastvit4j.runtime.SessionOptions;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CpuSessionTest {
  private static final Shape INPUT = new Shape(1, 9, 11, 3);

  static Stream<CpuKernels> kernels() {
    return Stream.concat(
        Stream.of(CpuKernelsProvider.scalar(), CpuKernelsProvider.loops()),
        CpuKernelsProvider.widths().stream().map(CpuKernelsProvider::ofWidth));
  }

  private static Tensor tensor(String name, int... shape) {
    Random random = new Random(name.hashCode());
    int elements = 1;
    for (int extent : shape) {
      elements *= extent;
    }
    float[] values = new float[elements];
    for (int i = 0; i < elements; i++) {
      values[i] = 0.3f + 0.5f * random.nextFloat();
    }
    return Tensor.of(name, values, shape);
  }

  /** A stem, a residual block and a head. */
  private static Graph graph() {
    GraphBuilder g = new GraphBuilder("small");
    g.add(
        "stem",
        "stem",
        new Conv2d(tensor("w0", 20, 3, 3, 3), tensor("b0", 20), 2, 1, 1),
        Graph.INPUT);
    g.add("gelu", "stem", new Gelu(), "stem");
    g.add("mix", "block", new Conv2d(tensor("w1", 20, 1, 3, 3), null, 1, 1, 20), "gelu");
    g.add(
        "norm",
        "block",
        new BatchNorm(tensor("s", 20), tensor("t", 20), tensor("m", 20), tensor("v", 20), 1e-5),
        "mix");
    g.add("scale", "block", new LayerScale(tensor("g", 20, 1, 1)), "norm");
    g.add("sum", "block", new Add(), "scale", "gelu");
    g.add("pool", "head", new GlobalAveragePool(), "sum");
    g.add("fc", "head", new Linear(tensor("w2", 7, 20), tensor("b2", 7)), "pool");
    g.output("stem", "gelu");
    g.output("block", "sum");
    g.output(Graph.LOGITS, "fc");
    return g.build();
  }

  private static Activation input(Shape shape, int seed) {
    Activation input = Activation.allocate(shape);
    Random random = new Random(seed);
    for (int i = 0; i < shape.elements(); i++) {
      input.set(i, random.nextFloat() - 0.5f);
    }
    return input;
  }

  private static Session session(CpuKernels kernels, int threads) {
    SessionOptions options =
        SessionOptions.of(INPUT)
            .withThreads(threads)
            .withOutputs(new LinkedHashSet<>(List.of(Graph.LOGITS, "block")));
    return new CpuDevice(kernels).compile(graph(), options);
  }

  /** The network, written down once more in float64. */
  private static double[] reference(Activation x) {
    Shape s = x.shape();
    int h = (s.h() - 1) / 2 + 1;
    int w = (s.w() - 1) / 2 + 1;
    double[] stem = new double[h * w * 20];
    Tensor w0 = tensor("w0", 20, 3, 3, 3);
    for (int i = 0; i < stem.length; i++) {
      int o = i % 20;
      double sum = tensor("b0", 20).getDouble(o);
      for (int k = 0; k < 27; k++) {
        int y = i / 20 / w * 2 + k / 3 % 3 - 1;
        int z = i / 20 % w * 2 + k % 3 - 1;
        if (y >= 0 && y < s.h() && z >= 0 && z < s.w()) {
          sum += x.get((y * s.w() + z) * 3 + k / 9) * w0.getDouble(o * 27 + k);
        }
      }
      stem[i] = gelu(sum);
    }
    double[] pooled = new double[20];
    Tensor w1 = tensor("w1", 20, 1, 3, 3);
    for (int i = 0; i < stem.length; i++) {
      int c = i % 20;
      double sum = 0;
      for (int k = 0; k < 9; k++) {
        int y = i / 20 / w + k / 3 - 1;
        int z = i / 20 % w + k % 3 - 1;
        if (y >= 0 && y < h && z >= 0 && z < w) {
          sum += stem[(y * w + z) * 20 + c] * w1.getDouble(c * 9 + k);
        }
      }
      double norm =
          (sum - tensor("m", 20).getDouble(c))
                  / Math.sqrt(tensor("v", 20).getDouble(c) + 1e-5)
                  * tensor("s", 20).getDouble(c)
              + tensor("t", 20).getDouble(c);
      pooled[c] += (stem[i] + norm * tensor("g", 20, 1, 1).getDouble(c)) / (h * w);
    }
    double[] logits = new double[7];
    for (int o = 0; o < 7; o++) {
      logits[o] = tensor("b2", 7).getDouble(o);
      for (int c = 0; c < 20; c++) {
        logits[o] += pooled[c] * tensor("w2", 7, 20).getDouble(o * 20 + c);
      }
    }
    return logits;
  }

  /** {@code x · ½ (1 + erf(x / √2))} by erf's Taylor series. */
  private static double gelu(double x) {
    double z = x / Math.sqrt(2);
    double term = z;
    double sum = z;
    for (int n = 1; n < 100; n++) {
      term *= -z * z / n;
      sum += term / (2 * n + 1);
    }
    return x * (0.5 + sum / Math.sqrt(Math.PI));
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void computesTheNetworkForAnyShape(CpuKernels kernels) {
    try (Session session = session(kernels, 2)) {
      for (Shape shape : List.of(INPUT, new Shape(1, 1, 1, 3), new Shape(1, 40, 23, 3), INPUT)) {
        Activation input = input(shape, 3);
        double[] expected = reference(input);
        Activation logits = session.logits(input);
        assertEquals(new Shape(1, 1, 1, 7), logits.shape());
        for (int i = 0; i < 7; i++) {
          // About 100 roundings of 2⁻²⁴ on the longest path, of terms up to ten times the result.
          assertEquals(expected[i], logits.get(i), 1e-4 * Math.abs(expected[i]));
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void aBatchIsItsImages(CpuKernels kernels) {
    try (Session session = session(kernels, 2)) {
      Activation batch = input(new Shape(3, 9, 11, 3), 4);
      Activation logits = session.logits(batch);
      for (int n = 0; n < 3; n++) {
        float[] alone = session.logits(batch.image(n)).toFloats();
        float[] together = logits.image(n).toFloats();
        assertArrayEquals(alone, together);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void threadsDoNotChangeBits(CpuKernels kernels) {
    Activation input = input(new Shape(2, 40, 40, 3), 5);
    List<float[]> results = new ArrayList<>();
    for (int threads : new int[] {1, 2, 5}) {
      try (Session session = session(kernels, threads)) {
        results.add(session.run(input).get("block").toFloats());
        results.add(session.run(input).get("block").toFloats());
      }
    }
    results.forEach(result -> assertArrayEquals(results.getFirst(), result));
  }

  @Test
  void concurrentRunsDoNotDisturbEachOther() throws Exception {
    for (int threads : new int[] {1, 2}) {
      try (Session session = session(CpuKernelsProvider.find().kernels(), threads);
          ExecutorService callers = Executors.newFixedThreadPool(6)) {
        List<Future<Void>> futures = new ArrayList<>();
        for (int caller = 0; caller < 6; caller++) {
          Shape shape = new Shape(1 + caller % 2, 9 + caller, 11, 3);
          Activation input = input(shape, caller);
          float[] expected = session.logits(input).toFloats();
          Callable<Void> runs =
              () -> {
                for (int i = 0; i < 30; i++) {
                  assertArrayEquals(expected, session.logits(input).toFloats());
                }
                return null;
              };
          futures.add(callers.submit(runs));
        }
        for (Future<Void> future : futures) {
          future.get();
        }
      }
    }
  }

  @Test
  void anInputMayLieOnTheHeapOrBePictures() {
    try (Session session = session(CpuKernelsProvider.scalar(), 2)) {
      for (Shape shape : List.of(INPUT, new Shape(2, 7, 10, 3), INPUT)) {
        Activation input = input(shape, 5);
        Activation onHeap = Activation.onHeap(shape);
        onHeap.data().copyFrom(input.data());
        assertArrayEquals(session.logits(input).toFloats(), session.logits(onHeap).toFloats());
        byte[] samples = new byte[shape.elements()];
        new Random(6).nextBytes(samples);
        PixelBatch pictures =
            new PixelBatch(
                shape, MemorySegment.ofArray(samples), Preprocessing.imageNet(shape.h(), 1));
        assertArrayEquals(
            session.logits(pictures.normalised()).toFloats(),
            session.run(pictures).get(Graph.LOGITS).toFloats());
      }
    }
  }

  @Test
  void manyShapesTakeTurnsInFewPlans() {
    try (Session session = session(CpuKernelsProvider.find().kernels(), 2)) {
      for (int round = 0; round < 2; round++) {
        for (int h = 1; h < 20; h++) {
          Activation input = input(new Shape(1, h, 5, 3), h);
          double expected = reference(input)[0];
          assertEquals(expected, session.logits(input).get(0), 1e-4 * Math.abs(expected));
        }
      }
    }
  }

  @Test
  void saysWhatItDoes() {
    try (Session session = session(CpuKernelsProvider.find().kernels(), 2)) {
      List<Session.Step> steps = session.steps();
      assertEquals(
          List.of(
              "Conv2d+Gelu",
              "Conv2d",
              "BatchNorm",
              "LayerScale",
              "Add",
              "GlobalAveragePool",
              "Linear"),
          steps.stream().map(Session.Step::operators).toList());
      assertEquals(5 * 6 * 20 * 27, steps.getFirst().macs());
      assertEquals(4 * (9 * 11 * 3 + 5 * 6 * 20 + 20 * 27 + 20), steps.getFirst().bytes());
      assertEquals(graph().macs(INPUT), steps.stream().mapToLong(Session.Step::macs).sum());
      Session.Profile profile = session.profile(input(INPUT, 1));
      assertEquals(steps, profile.timings().stream().map(Session.Timing::step).toList());
      long sum = profile.timings().stream().mapToLong(Session.Timing::nanos).sum();
      assertTrue(sum > 0 && sum <= profile.totalNanos());
      Session.Memory memory = session.memory();
      assertTrue(memory.weights() >= 4 * (20 * 27 + 20 * 9 + 7 * 20));
      assertTrue(memory.activations() < memory.unshared());
    }
  }

  @Test
  void aClosedSessionSaysSo() {
    Session session = session(CpuKernelsProvider.find().kernels(), 2);
    session.logits(input(INPUT, 1));
    session.close();
    session.close();
    assertThrows(IllegalStateException.class, () -> session.logits(input(INPUT, 1)));
  }

  @Test
  void aWrongInputIsTheUsersMistake() {
    try (Session session = session(CpuKernelsProvider.find().kernels(), 2)) {
      Activation input = input(new Shape(1, 9, 11, 4), 1);
      assertThrows(ShapeException.class, () -> session.run(input));
      assertEquals(7, session.logits(input(INPUT, 1)).shape().c());
    }
  }

  @Test
  void recordsRunsAndSteps(@TempDir Path directory) throws Exception {
    Path file = directory.resolve("run.jfr");
    try (Recording recording = new Recording();
        Session session = session(CpuKernelsProvider.find().kernels(), 2)) {
      recording.enable("fastvit4j.Run");
      recording.enable("fastvit4j.Step");
      recording.start();
      session.logits(input(INPUT, 1));
      recording.stop();
      recording.dump(file);
      List<RecordedEvent> events = RecordingFile.readAllEvents(file);
      assertEquals(
          1,
          events.stream().filter(e -> e.getEventType().getName().equals("fastvit4j.Run")).count());
      List<String> steps =
          events.stream()
              .filter(e -> e.getEventType().getName().equals("fastvit4j.Step"))
              .map(e -> e.getString("step"))
              .sorted()
              .toList();
      assertEquals(session.steps().stream().map(Session.Step::name).sorted().toList(), steps);
    }
    assertTrue(Files.size(file) > 0);
  }

  @Test
  void theProviderFindsTheProcessor() {
    DeviceProvider.Found found = new CpuDeviceProvider().find();
    Device device = found.devices().getFirst();
    assertEquals("cpu", device.name());
    assertTrue(device.description().contains("core"), device.description());
    assertTrue(found.passedOver().isEmpty());
  }
}
