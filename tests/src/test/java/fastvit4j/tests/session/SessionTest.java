package fastvit4j.tests.session;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fastvit4j.model.fastvit.FastViT;
import fastvit4j.model.fastvit.Form;
import fastvit4j.model.fastvit.Variant;
import fastvit4j.model.graph.Graph;
import fastvit4j.model.operator.Shape;
import fastvit4j.model.operator.ShapeException;
import fastvit4j.model.tensor.Activation;
import fastvit4j.reparam.Reparameterization;
import fastvit4j.runtime.Device;
import fastvit4j.runtime.Session;
import fastvit4j.runtime.SessionOptions;
import fastvit4j.tests.DevicesUnderTest;
import fastvit4j.tests.golden.Parity;
import fastvit4j.tests.golden.Synthetic;
import fastvit4j.tests.oracle.Oracle;
import fastvit4j.tests.oracle.Values;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a session promises, whatever the device. */
final class SessionTest {
  private static final Shape COMPILED = new Shape(1, 64, 64, 3);
  private static final Graph GRAPH = graph();

  static List<Device> devices() {
    return DevicesUnderTest.forNetworks();
  }

  @ParameterizedTest
  @MethodSource("devices")
  void threadsShareASession(Device device) throws InterruptedException, ExecutionException {
    int threads = 8;
    int runs = 5;
    try (Session session = open(device);
        ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      List<float[]> expected = new ArrayList<>();
      List<Future<List<float[]>>> results = new ArrayList<>();
      for (int t = 0; t < threads; t++) {
        expected.add(session.logits(input(t, shape(t))).toFloats());
      }
      for (int t = 0; t < threads; t++) {
        Activation input = input(t, shape(t));
        results.add(
            pool.submit(
                () -> {
                  List<float[]> logits = new ArrayList<>();
                  for (int run = 0; run < runs; run++) {
                    logits.add(session.logits(input).toFloats());
                  }
                  return logits;
                }));
      }
      for (int t = 0; t < threads; t++) {
        for (float[] logits : results.get(t).get()) {
          assertArrayEquals(expected.get(t), logits, "thread " + t);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("devices")
  void runsAndSessionsGiveTheSameBits(Device device) {
    Activation input = input(1, COMPILED);
    try (Session session = open(device);
        Session other = open(device)) {
      float[] first = session.logits(input).toFloats();
      session.logits(input(2, new Shape(2, 96, 32, 3)));
      assertArrayEquals(first, session.logits(input).toFloats());
      assertArrayEquals(first, other.logits(input).toFloats());
    }
  }

  /** Sizes that are no multiple of the network's stride, down to one pixel, and several batches. */
  @ParameterizedTest
  @MethodSource("devices")
  void anyBatchAndSize(Device device) {
    List<Shape> shapes =
        List.of(
            COMPILED,
            new Shape(3, 64, 64, 3),
            new Shape(2, 96, 32, 3),
            new Shape(1, 33, 71, 3),
            new Shape(1, 1, 1, 3));
    try (Session session = open(device)) {
      for (Shape shape : shapes) {
        Activation input = input(3, shape);
        Values expected = Oracle.run(GRAPH, Values.of(input)).get(Graph.LOGITS);
        Values actual = Values.of(session.logits(input));
        double allowed = Parity.allowed(expected.largest());
        assertEquals(expected.shape(), actual.shape());
        assertArrayEquals(expected.data(), actual.data(), allowed, shape.toString());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("devices")
  void fewerThreadsGiveTheSameLogits(Device device) {
    Activation input = input(4, COMPILED);
    SessionOptions options = SessionOptions.of(COMPILED).withThreads(1);
    try (Session all = open(device);
        Session one = device.compile(GRAPH, options)) {
      Values expected = Values.of(all.logits(input));
      double allowed = 2 * Parity.allowed(expected.largest());
      assertArrayEquals(expected.data(), Values.of(one.logits(input)).data(), allowed);
    }
  }

  @ParameterizedTest
  @MethodSource("devices")
  void sessionsFreeWhatTheyHold(Device device) {
    for (int i = 0; i < 5; i++) {
      openAndClose(device);
    }
    System.gc();
    long weights;
    long before = NativeMemory.bytes();
    try (Session session = open(device)) {
      weights = session.memory().weights();
      assertTrue(weights >= 4 * GRAPH.parameters() / 2, "weights of " + weights + " bytes");
    }
    for (int i = 0; i < 200; i++) {
      openAndClose(device);
    }
    System.gc();
    long grown = NativeMemory.bytes() - before;
    assertTrue(grown < weights, "201 sessions later, " + grown + " bytes more are in use");
  }

  @ParameterizedTest
  @MethodSource("devices")
  void aClosedSessionSaysSo(Device device) {
    Session session = open(device);
    session.close();
    session.close();
    assertThrows(IllegalStateException.class, () -> session.logits(input(1, COMPILED)));
  }

  @ParameterizedTest
  @MethodSource("devices")
  void anInputThatDoesNotFitIsRefused(Device device) {
    Shape fourChannels = new Shape(1, 64, 64, 4);
    SessionOptions options = SessionOptions.of(fourChannels);
    assertThrows(ShapeException.class, () -> device.compile(GRAPH, options));
    try (Session session = open(device)) {
      Activation input = Activation.allocate(fourChannels);
      assertThrows(ShapeException.class, () -> session.logits(input));
    }
  }

  /** Steps account for every multiplication of the graph, and a profile for every step. */
  @ParameterizedTest
  @MethodSource("devices")
  void stepsAndProfileAccountForTheNetwork(Device device) {
    try (Session session = open(device)) {
      long macs = session.steps().stream().mapToLong(Session.Step::macs).sum();
      assertEquals(GRAPH.macs(COMPILED), macs);
      Session.Profile profile = session.profile(input(1, COMPILED));
      assertEquals(
          session.steps().stream().map(Session.Step::name).toList(),
          profile.timings().stream().map(timing -> timing.step().name()).toList());
      long sum = profile.timings().stream().mapToLong(Session.Timing::nanos).sum();
      assertTrue(sum > 0 && sum <= profile.totalNanos(), sum + " of " + profile.totalNanos());
      assertTrue(session.memory().activations() <= session.memory().unshared());
    }
  }

  private static void openAndClose(Device device) {
    try (Session session = open(device)) {
      session.logits(input(1, new Shape(1, 32, 32, 3)));
    }
  }

  private static Session open(Device device) {
    return device.compile(GRAPH, SessionOptions.of(COMPILED));
  }

  private static Shape shape(int thread) {
    return thread % 2 == 0 ? COMPILED : new Shape(1 + thread % 3, 32 + 16 * (thread % 4), 48, 3);
  }

  private static Activation input(long seed, Shape shape) {
    return Activation.fromNchw(
        new Synthetic(seed).image(shape.n(), shape.c(), shape.h(), shape.w()));
  }

  private static Graph graph() {
    Synthetic weights = new Synthetic(1);
    Graph train = FastViT.graph(Variant.T8.config(), Form.TRAIN, weights);
    return Reparameterization.full().apply(train);
  }
}
