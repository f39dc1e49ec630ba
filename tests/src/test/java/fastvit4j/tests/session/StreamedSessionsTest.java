package fastvit4j.tests.session;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fastvit4j.model.graph.Graph;
import fastvit4j.model.graph.GraphBuilder;
import fastvit4j.model.image.PixelBatch;
import fastvit4j.model.image.Preprocessing;
import fastvit4j.model.image.Preprocessor;
import fastvit4j.model.operator.Conv2d;
import fastvit4j.model.operator.Gelu;
import fastvit4j.model.operator.GlobalAveragePool;
import fastvit4j.model.operator.Linear;
import fastvit4j.runtime.Device;
import fastvit4j.runtime.DeviceException;
import fastvit4j.runtime.Session;
import fastvit4j.runtime.SessionOptions;
import fastvit4j.tests.DevicesUnderTest;
import fastvit4j.tests.golden.Synthetic;
import fastvit4j.tests.tornado.OpenClDriver;
import fastvit4j.tools.pipeline.Pipeline;
import fastvit4j.tools.pipeline.Streams;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Several sessions of one network that a pipeline runs beside each other. The network is small, so
 * that the emulator can be asked too.
 */
public final class StreamedSessionsTest {
  private static final int BATCH = 2;
  private static final int PICTURES = 12;
  private static final int BROKEN = 5;
  private static final long PATIENCE_SECONDS = 60;
  private static final Preprocessor PREPROCESSOR =
      new Preprocessor(Preprocessing.imageNet(16, 0.9));
  private static final Graph GRAPH = graph();

  @TempDir Path directory;
  private final List<Path> pictures = new ArrayList<>();

  static List<Device> devices() {
    return DevicesUnderTest.all();
  }

  static List<Device> openClDevices() {
    return DevicesUnderTest.all().stream()
        .filter(device -> device.name().startsWith("tornado:opencl:"))
        .toList();
  }

  /** Noise, so that no two are alike; one is no picture, and the last batch is not full. */
  @BeforeEach
  void paint() throws IOException {
    Random random = new Random(7);
    for (int i = 0; i < PICTURES; i++) {
      Path file = directory.resolve(i + ".png");
      BufferedImage image = new BufferedImage(24, 18, BufferedImage.TYPE_INT_RGB);
      for (int at = 0; at < 24 * 18; at++) {
        image.setRGB(at % 24, at / 24, random.nextInt(1 << 24));
      }
      if (i == BROKEN) {
        Files.writeString(file, "no picture");
      } else {
        ImageIO.write(image, "png", file.toFile());
      }
      pictures.add(file);
    }
  }

  /** What comes out, in its order. */
  private static class Answers implements Pipeline.Sink {
    final List<Integer> order = new ArrayList<>();
    final Map<Integer, float[]> logits = new HashMap<>();

    @Override
    public void logits(int index, float[] values) {
      order.add(index);
      logits.put(index, values);
    }

    @Override
    public void unreadable(int index, String reason) {
      assertEquals(BROKEN, index, reason);
      order.add(index);
    }

    @Override
    public void done(int next) {}

    @Override
    public void remark(String text) {
      throw new AssertionError(text);
    }
  }

  private static Session open(Device device) {
    SessionOptions options =
        SessionOptions.of(PREPROCESSOR.shape(BATCH)).forPictures(PREPROCESSOR.preprocessing());
    return device.compile(GRAPH, options);
  }

  /** A session that does something around each batch. */
  private static Session around(Session session, Runnable before, Runnable after) {
    return (Session)
        Proxy.newProxyInstance(
            Session.class.getClassLoader(),
            new Class<?>[] {Session.class},
            (_, method, arguments) -> {
              boolean runs = arguments != null && arguments[0] instanceof PixelBatch;
              if (runs) {
                before.run();
              }
              try {
                return method.invoke(session, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              } finally {
                if (runs) {
                  after.run();
                }
              }
            });
  }

  /**
   * The first session waits with its first batch until the second is open, so that it is not alone.
   */
  private Answers run(Device device, int streams) {
    CountDownLatch opened = new CountDownLatch(Math.min(streams, 2));
    Runnable all = () -> await(opened);
    Answers answers = new Answers();
    try (Session session = open(device)) {
      opened.countDown();
      Streams several =
          new Streams(
              around(session, all, () -> {}),
              streams,
              0,
              () -> {
                Session another = open(device);
                opened.countDown();
                return around(another, all, () -> {});
              });
      try (Pipeline pipeline = new Pipeline(several, PREPROCESSOR, BATCH, 2)) {
        pipeline.run(pictures, 0, answers);
        int open = pipeline.times().streams();
        assertTrue(open >= Math.min(streams, 2) && open <= streams, open + " streams");
      }
    }
    return answers;
  }

  private static void await(CountDownLatch latch) {
    try {
      assertTrue(latch.await(PATIENCE_SECONDS, TimeUnit.SECONDS), "they did not come");
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @ParameterizedTest
  @MethodSource("devices")
  void theSameAsOneInTheSameOrder(Device device) {
    Optional<OpenClDriver> driver = OpenClDriver.of(device);
    Answers one = run(device, 1);
    assertEquals(PICTURES, one.order.size());
    String held = driver.map(OpenClDriver::toString).orElse("");
    for (int streams = 2; streams <= 3; streams++) {
      Answers more = run(device, streams);
      assertEquals(one.order, more.order);
      one.logits.forEach((index, logits) -> assertArrayEquals(logits, more.logits.get(index)));
      driver.ifPresent(d -> assertEquals(held, d.toString()));
    }
  }

  /**
   * TornadoVM flushes a command queue behind each graph: at the first time in a run, the copy of
   * its input and its first kernel are on the queue, and its results are not back. Two sessions
   * wait for each other there. Where anything let one run at a time, neither would get on.
   */
  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("openClDevices")
  void oneCopiesBeforeTheOtherHasEnded(Device device) throws Exception {
    OpenClDriver driver = OpenClDriver.of(device).orElseThrow();
    CyclicBarrier both = new CyclicBarrier(2);
    Set<Long> queues = ConcurrentHashMap.newKeySet();
    AtomicReference<Throwable> alone = new AtomicReference<>();
    List<PixelBatch> batches = List.of(batch(0, 1), batch(2, 3));
    try (Session first = open(device);
        Session second = open(device);
        ExecutorService threads = Executors.newFixedThreadPool(2)) {
      List<Session> sessions = List.of(first, second);
      List<float[]> expected = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        expected.add(logits(sessions.get(i), batches.get(i)));
      }
      Runnable undo =
          driver.beforeFlush(
              queue -> {
                try {
                  if (queues.add(queue)) {
                    both.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
                  }
                } catch (Exception e) {
                  alone.compareAndSet(null, e);
                }
              });
      try {
        List<Future<float[]>> runs = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
          Session session = sessions.get(i);
          PixelBatch batch = batches.get(i);
          runs.add(threads.submit(() -> logits(session, batch)));
        }
        for (int i = 0; i < 2; i++) {
          assertArrayEquals(expected.get(i), runs.get(i).get());
        }
      } finally {
        undo.run();
      }
      assertNull(alone.get(), "the other run did not begin before this one's end");
      assertEquals(2, queues.size(), "a queue each");
    }
  }

  private PixelBatch batch(int one, int other) {
    return PREPROCESSOR.load(List.of(pictures.get(one), pictures.get(other)));
  }

  private static float[] logits(Session session, PixelBatch batch) {
    return session.run(batch).get(Graph.LOGITS).toFloats();
  }

  /**
   * What the driver refuses to one session ends the pipeline; the device serves others after it.
   */
  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("openClDevices")
  void aDeviceThatIsLostEndsBoth(Device device) {
    OpenClDriver driver = OpenClDriver.of(device).orElseThrow();
    Answers expected = run(device, 1);
    AtomicReference<Runnable> undo = new AtomicReference<>(() -> {});
    CountDownLatch opened = new CountDownLatch(1);
    CountDownLatch lost = new CountDownLatch(1);
    try (Session session = open(device)) {
      Session first = around(session, () -> await(opened), () -> {});
      Streams both =
          new Streams(
              first,
              2,
              0,
              () -> {
                Session second = open(device);
                opened.countDown();
                return around(
                    second,
                    () -> undo.set(driver.fail(OpenClDriver.Call.READ_BUFFER)),
                    lost::countDown);
              });
      try (Pipeline pipeline = new Pipeline(both, PREPROCESSOR, BATCH, 2)) {
        String message =
            assertThrows(DeviceException.class, () -> pipeline.run(pictures, 0, new Answers()))
                .getMessage();
        assertEquals(1, message.lines().count(), message);
        assertTrue(message.contains("gave no logits back"), message);
        await(lost);
      }
    } finally {
      undo.get().run();
    }
    Answers again = run(device, 1);
    expected.logits.forEach((index, l) -> assertArrayEquals(l, again.logits.get(index)));
  }

  @ParameterizedTest
  @MethodSource("devices")
  void streamsByDevice(Device device) {
    assertEquals(device.isGpu() ? 2 : 1, device.streams());
  }

  private static Graph graph() {
    Synthetic w = new Synthetic(3);
    GraphBuilder b = new GraphBuilder("streams");
    Conv2d stem =
        new Conv2d(w.tensor("stem.weight", 8, 3, 3, 3), w.tensor("stem.bias", 8), 2, 1, 1);
    String x = b.add("gelu", "stem", new Gelu(), b.add("stem", "stem", stem, Graph.INPUT));
    Conv2d depthwise =
        new Conv2d(w.tensor("mix.weight", 8, 1, 3, 3), w.tensor("mix.bias", 8), 1, 1, 8);
    x = b.add("pool", "head", new GlobalAveragePool(), b.add("mix", "mixer", depthwise, x));
    Linear head = new Linear(w.tensor("head.weight", 10, 8), w.tensor("head.bias", 10));
    b.output(Graph.LOGITS, b.add("head", "head", head, x));
    return b.build();
  }
}
