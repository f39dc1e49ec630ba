package fastvit4j.tests.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fastvit4j.model.graph.Graph;
import fastvit4j.model.graph.GraphBuilder;
import fastvit4j.model.operator.Conv2d;
import fastvit4j.model.operator.Gelu;
import fastvit4j.model.operator.GlobalAveragePool;
import fastvit4j.model.operator.Linear;
import fastvit4j.model.operator.Shape;
import fastvit4j.model.operator.SqueezeExcite;
import fastvit4j.model.tensor.Activation;
import fastvit4j.runtime.Device;
import fastvit4j.runtime.Session;
import fastvit4j.runtime.SessionOptions;
import fastvit4j.tests.DevicesUnderTest;
import fastvit4j.tests.golden.Synthetic;
import fastvit4j.tests.oracle.Oracle;
import fastvit4j.tests.oracle.Values;
import fastvit4j.tests.tornado.OpenClDriver;
import fastvit4j.tools.verify.ErrorAnalysis;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Sessions come and go, run side by side and are shared, and leave nothing behind on the host or on
 * the device. The network is small, so that the emulator can be asked too: one kernel of each kind,
 * and most of its weights in the last one.
 */
public final class LifetimeTest {
  private static final int CLASSES = 4096;
  private static final Graph GRAPH = graph();
  private static final Shape COMPILED = new Shape(1, 16, 16, 3);

  static List<Device> devices() {
    return DevicesUnderTest.all();
  }

  /**
   * After the first sessions, which load what stays, 200 more may not leave behind what one session
   * holds, 0.4 MB. Nothing of the sessions waits for the garbage collector, or more than that would
   * be in use at some time before it is called; the inputs and results do, and are told apart by
   * calling it. On OpenCL nothing at all may be left on the device, and the driver may have kept
   * for itself less than it takes for one session.
   */
  @ParameterizedTest
  @MethodSource("devices")
  void openedAndClosed200Times(Device device) throws InterruptedException {
    Optional<OpenClDriver> driver = OpenClDriver.of(device);
    Activation input = input(1, COMPILED);
    for (int i = 0; i < 5; i++) {
      openAndClose(device, input);
    }
    long host = NativeMemory.settled();
    long malloc = NativeMemory.allocated();
    String held = driver.map(OpenClDriver::toString).orElse("");
    int queues = driver.map(OpenClDriver::queues).orElse(0);
    long one;
    long compiled;
    try (Session session = open(device, COMPILED)) {
      session.logits(input);
      one = session.memory().weights() + session.memory().activations();
      compiled = NativeMemory.allocated() - malloc;
      assertTrue(one > 4 * 16 * CLASSES, "a session holds " + one + " bytes");
      driver.ifPresent(
          d -> {
            assertTrue(d.bytes() > 4 * 16 * CLASSES, d::toString);
            assertEquals(queues + 1, d.queues(), d::toString);
          });
    }
    for (int i = 0; i < 200; i++) {
      openAndClose(device, input);
    }
    driver.ifPresent(d -> assertEquals(held, d.toString()));
    long grown = NativeMemory.settled() - host;
    long allocated = NativeMemory.allocated() - malloc;
    System.out.printf(
        "%s: 201 sessions of %d bytes later, the JVM has %d bytes more, malloc %d (one: %d), %s%n",
        DevicesUnderTest.title(device), one, grown, allocated, compiled, held);
    assertTrue(grown < one, "201 sessions later, " + grown + " bytes more are in use");
    if (driver.isPresent()) {
      assertTrue(
          allocated < compiled,
          "201 sessions later, C code holds " + allocated + " bytes more, one holds " + compiled);
    }
  }

  @ParameterizedTest
  @MethodSource("devices")
  void eightThreadsShareASession(Device device) throws Exception {
    Optional<OpenClDriver> driver = OpenClDriver.of(device);
    int before = driver.map(OpenClDriver::queues).orElse(0);
    try (Session session = open(device, COMPILED);
        ExecutorService pool = Executors.newFixedThreadPool(8)) {
      List<Future<?>> runs = new ArrayList<>();
      for (int t = 0; t < 8; t++) {
        Activation input = input(t, COMPILED);
        runs.add(
            pool.submit(
                () -> {
                  for (int run = 0; run < 5; run++) {
                    requireRight(session, input);
                  }
                }));
      }
      await(runs);
      driver.ifPresent(d -> assertEquals(before + 1, d.queues(), d::toString));
    }
    driver.ifPresent(d -> assertEquals(before, d.queues(), d::toString));
  }

  @ParameterizedTest
  @MethodSource("devices")
  void sessionsOfSeveralShapesRunAtOnce(Device device) throws Exception {
    Optional<OpenClDriver> driver = OpenClDriver.of(device);
    List<Shape> shapes =
        List.of(COMPILED, new Shape(2, 16, 16, 3), new Shape(1, 9, 23, 3), new Shape(3, 1, 1, 3));
    // One after the other: PoCL keeps a reference to a context when threads that build the same
    // program for the first time both write it into its cache.
    for (Shape shape : shapes) {
      openAndClose(device, input(1, shape));
    }
    String held = driver.map(OpenClDriver::toString).orElse("");
    List<Session> sessions = new ArrayList<>();
    try (ExecutorService pool = Executors.newFixedThreadPool(shapes.size())) {
      List<Future<?>> runs = new ArrayList<>();
      for (Shape shape : shapes) {
        Session session = open(device, shape);
        sessions.add(session);
        runs.add(
            pool.submit(
                () -> {
                  for (int run = 0; run < 5; run++) {
                    requireRight(session, input(run, shape));
                  }
                }));
      }
      await(runs);
      Session first = sessions.removeFirst();
      first.close();
      for (int i = 0; i < sessions.size(); i++) {
        requireRight(sessions.get(i), input(9, shapes.get(i + 1)));
      }
    } finally {
      sessions.forEach(Session::close);
    }
    driver.ifPresent(d -> assertEquals(held, d.toString()));
  }

  private static void await(List<Future<?>> runs) throws InterruptedException, ExecutionException {
    for (Future<?> run : runs) {
      run.get();
    }
  }

  private static void requireRight(Session session, Activation input) {
    double[] expected = Oracle.run(GRAPH, Values.of(input)).get(Graph.LOGITS).data();
    double[] bound = ErrorAnalysis.run(GRAPH, input).get(Graph.LOGITS).error().data();
    double[] actual = Values.of(session.logits(input)).data();
    assertEquals(expected.length, actual.length);
    for (int i = 0; i < expected.length; i++) {
      double error = Math.abs(expected[i] - actual[i]);
      assertTrue(error <= bound[i], "logit " + i + " of " + input.shape() + " is off by " + error);
    }
  }

  private static void openAndClose(Device device, Activation input) {
    try (Session session = open(device, input.shape())) {
      session.logits(input);
    }
  }

  private static Session open(Device device, Shape shape) {
    return device.compile(GRAPH, SessionOptions.of(shape));
  }

  private static Activation input(long seed, Shape shape) {
    return Activation.fromNchw(
        new Synthetic(seed).image(shape.n(), shape.c(), shape.h(), shape.w()));
  }

  private static Graph graph() {
    Synthetic w = new Synthetic(1);
    GraphBuilder b = new GraphBuilder("small");
    Conv2d stem =
        new Conv2d(w.tensor("stem.weight", 16, 3, 3, 3), w.tensor("stem.bias", 16), 2, 1, 1);
    String x = b.add("gelu", "stem", new Gelu(), b.add("stem", "stem", stem, Graph.INPUT));
    Conv2d depthwise =
        new Conv2d(w.tensor("mix.weight", 16, 1, 3, 3), w.tensor("mix.bias", 16), 1, 1, 16);
    x = b.add("mix", "mixer", depthwise, x);
    SqueezeExcite excite =
        new SqueezeExcite(
            w.tensor("se.fc1.weight", 4, 16, 1, 1),
            w.tensor("se.fc1.bias", 4),
            w.tensor("se.fc2.weight", 16, 4, 1, 1),
            w.tensor("se.fc2.bias", 16));
    x = b.add("se", "mixer", excite, x);
    x = b.add("pool", "head", new GlobalAveragePool(), x);
    Linear head = new Linear(w.tensor("head.weight", CLASSES, 16), w.tensor("head.bias", CLASSES));
    b.output(Graph.LOGITS, b.add("head", "head", head, x));
    return b.build();
  }
}
