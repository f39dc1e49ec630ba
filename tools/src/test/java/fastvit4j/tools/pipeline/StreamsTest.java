package fastvit4j.tools.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fastvit4j.model.graph.Graph;
import fastvit4j.model.image.PixelBatch;
import fastvit4j.model.image.Preprocessing;
import fastvit4j.model.image.Preprocessor;
import fastvit4j.model.operator.Shape;
import fastvit4j.model.tensor.Activation;
import fastvit4j.runtime.DeviceException;
import fastvit4j.runtime.DeviceMemoryException;
import fastvit4j.runtime.Session;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * How batches are handed to several sessions. What computes here is no network: a picture's logit
 * is its first sample, so that it is known which picture it is of, and when it computes is up to
 * the test.
 */
final class StreamsTest {
  private static final int BATCH = 2;
  private static final int SIDE = 4;
  private static final Preprocessing PREPROCESSING =
      new Preprocessing(SIDE, SIDE, 1, List.of(0f, 0f, 0f), List.of(1f, 1f, 1f));

  @TempDir Path directory;
  private final List<Path> pictures = new ArrayList<>();
  private final Preprocessor preprocessor = new Preprocessor(PREPROCESSING);

  /** Thirteen pictures, of one colour each; the fifth is none. */
  @BeforeEach
  void paint() throws IOException {
    for (int i = 0; i < 13; i++) {
      Path file = directory.resolve(i + ".png");
      BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
      for (int at = 0; at < SIDE * SIDE; at++) {
        image.setRGB(at % SIDE, at / SIDE, (10 * i) << 16);
      }
      if (i == 4) {
        Files.writeString(file, "no picture");
      } else {
        ImageIO.write(image, "png", file.toFile());
      }
      pictures.add(file);
    }
  }

  /** What a session does before it gives a batch's logits. */
  private interface Before {
    void run(int batch) throws Exception;
  }

  /** A session of its own kind. */
  private static final class Samples {
    final AtomicInteger batches = new AtomicInteger();
    volatile boolean closed;
    private final Before before;

    Samples(Before before) {
      this.before = before;
    }

    Session session() {
      return (Session)
          Proxy.newProxyInstance(
              Session.class.getClassLoader(),
              new Class<?>[] {Session.class},
              (_, method, arguments) -> {
                if (method.getName().equals("close")) {
                  closed = true;
                  return null;
                }
                assertFalse(closed, "a batch for a session that is closed");
                return run((PixelBatch) arguments[0]);
              });
    }

    private Map<String, Activation> run(PixelBatch batch) throws Exception {
      before.run(batches.getAndIncrement());
      Shape shape = batch.shape();
      Activation logits = Activation.onHeap(new Shape(shape.n(), 1, 1, 1));
      long each = batch.samples().byteSize() / shape.n();
      for (int n = 0; n < shape.n(); n++) {
        logits.set(n, batch.samples().get(ValueLayout.JAVA_BYTE, n * each) & 0xff);
      }
      return Map.of(Graph.LOGITS, logits);
    }
  }

  /** What comes out, in its order. */
  private static class Answers implements Pipeline.Sink {
    final List<String> all = new ArrayList<>();
    final List<String> remarks = new ArrayList<>();

    @Override
    public void logits(int index, float[] logits) {
      all.add(index + ": " + logits[0]);
    }

    @Override
    public void unreadable(int index, String reason) {
      all.add(index + " is unreadable");
    }

    @Override
    public void done(int next) {}

    @Override
    public void remark(String text) {
      remarks.add(text);
    }

    void assertComplete() {
      List<String> expected = new ArrayList<>();
      for (int i = 0; i < 13; i++) {
        expected.add(i == 4 ? "4 is unreadable" : i + ": " + 10f * i);
      }
      assertEquals(expected, all);
    }
  }

  private Pipeline pipeline(Streams streams) {
    return new Pipeline(streams, preprocessor, BATCH, 2);
  }

  private static Session never() {
    throw new AssertionError("there is no need for another session");
  }

  /** The first session's first batch is computed until the second one has begun one. */
  @Test
  void aBatchBeginsBeforeTheOneBeforeHasEnded() {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch ended = new CountDownLatch(1);
    Samples first =
        new Samples(
            batch -> {
              if (batch == 0) {
                assertTrue(begun.await(30, TimeUnit.SECONDS), "no second batch");
                ended.countDown();
              }
            });
    Samples second =
        new Samples(
            batch -> {
              if (batch == 0) {
                assertEquals(1, ended.getCount(), "the first has ended");
                begun.countDown();
                assertTrue(ended.await(30, TimeUnit.SECONDS), "the first does not end");
              }
            });
    Answers answers = new Answers();
    try (Pipeline pipeline = pipeline(new Streams(first.session(), 2, 0, second::session))) {
      pipeline.run(pictures, 0, answers);
      StageTimes times = pipeline.times();
      assertEquals(2, times.streams());
      assertTrue(times.overlapping() > 0 && times.overlapping() <= 1, times::toString);
      assertTrue(times.toString().contains("in 2 streams"), times::toString);
      assertFalse(second.closed);
    }
    answers.assertComplete();
    assertEquals(6, first.batches.get() + second.batches.get());
    assertTrue(second.closed);
    assertFalse(first.closed, "it belongs to whoever opened it");
  }

  /** The later of two batches is ready first, each time. */
  @Test
  void answersComeInOrderWhicheverIsReadyFirst() {
    CyclicBarrier pair = new CyclicBarrier(2);
    AtomicInteger turn = new AtomicInteger();
    Before before =
        _ -> {
          int mine = turn.getAndIncrement();
          pair.await(30, TimeUnit.SECONDS);
          if (mine % 2 == 0) {
            Thread.sleep(20);
          }
        };
    Samples first = new Samples(before);
    Samples second = new Samples(before);
    Answers answers = new Answers();
    try (Pipeline pipeline = pipeline(new Streams(first.session(), 2, 0, second::session))) {
      pipeline.run(pictures, 0, answers);
    }
    answers.assertComplete();
  }

  @Test
  void oneBatchNeedsOneSession() {
    Answers answers = new Answers();
    Samples only = new Samples(_ -> Thread.sleep(50));
    try (Pipeline pipeline = pipeline(new Streams(only.session(), 2, 0, StreamsTest::never))) {
      pipeline.run(pictures.subList(0, BATCH), 0, answers);
    }
    assertEquals(List.of("0: 0.0", "1: 10.0"), answers.all);
  }

  @Test
  void littleWorkIsNotWorthAnotherSession() {
    Answers answers = new Answers();
    Samples only = new Samples(_ -> Thread.sleep(20));
    try (Pipeline pipeline = pipeline(new Streams(only.session(), 2, 60, StreamsTest::never))) {
      pipeline.run(pictures, 0, answers);
      assertEquals(1, pipeline.times().streams());
      assertEquals(0, pipeline.times().overlapping());
    }
    answers.assertComplete();
  }

  @Test
  void muchWorkIs() {
    CountDownLatch begun = new CountDownLatch(1);
    Samples second = new Samples(_ -> begun.countDown());
    // A batch of 50 ms and four more to come are worth 100 ms.
    Samples first =
        new Samples(
            batch -> {
              Thread.sleep(50);
              if (batch > 0) {
                assertTrue(begun.await(30, TimeUnit.SECONDS), "no second session");
              }
            });
    Answers answers = new Answers();
    try (Pipeline pipeline = pipeline(new Streams(first.session(), 2, 0.1, second::session))) {
      pipeline.run(pictures, 0, answers);
    }
    answers.assertComplete();
    assertTrue(second.batches.get() > 0);
  }

  @Test
  void whereMemoryHoldsNoOtherItStaysAtOne() {
    AtomicInteger asked = new AtomicInteger();
    CountDownLatch refused = new CountDownLatch(1);
    Samples only =
        new Samples(
            batch -> {
              if (batch == 0) {
                assertTrue(refused.await(30, TimeUnit.SECONDS), "no other was asked for");
              }
            });
    Supplier<Session> opener =
        () -> {
          asked.incrementAndGet();
          refused.countDown();
          throw new DeviceMemoryException("it needs 7 bytes");
        };
    Answers answers = new Answers();
    try (Pipeline pipeline = pipeline(new Streams(only.session(), 2, 0, opener))) {
      pipeline.run(pictures, 0, answers);
      assertEquals(1, pipeline.times().streams());
    }
    answers.assertComplete();
    assertEquals(List.of("1 stream instead of 2: it needs 7 bytes"), answers.remarks);
    assertEquals(1, asked.get());
  }

  @Test
  void anotherFaultInOpeningEndsAll() {
    DeviceException fault = new DeviceException("does not compile", null);
    CountDownLatch failed = new CountDownLatch(1);
    Samples first = new Samples(_ -> assertTrue(failed.await(30, TimeUnit.SECONDS)));
    Supplier<Session> opener =
        () -> {
          failed.countDown();
          throw fault;
        };
    Answers answers = new Answers();
    try (Pipeline pipeline = pipeline(new Streams(first.session(), 2, 0, opener))) {
      assertSame(
          fault, assertThrows(DeviceException.class, () -> pipeline.run(pictures, 0, answers)));
    }
  }

  /** The session that is opened fails at its first batch: all is at rest and closed then. */
  @Test
  void aFaultInOneSessionEndsAll() {
    DeviceException lost = new DeviceException("lost", null);
    CountDownLatch failed = new CountDownLatch(1);
    AtomicInteger running = new AtomicInteger();
    Samples first =
        new Samples(
            _ -> {
              running.incrementAndGet();
              assertTrue(failed.await(30, TimeUnit.SECONDS));
              Thread.sleep(20);
              running.decrementAndGet();
            });
    Samples second =
        new Samples(
            _ -> {
              failed.countDown();
              throw lost;
            });
    Answers answers = new Answers();
    try (Pipeline pipeline = pipeline(new Streams(first.session(), 2, 0, second::session))) {
      assertSame(
          lost, assertThrows(DeviceException.class, () -> pipeline.run(pictures, 0, answers)));
      assertEquals(0, running.get(), "at rest");
    }
    assertEquals(1, second.batches.get());
    assertTrue(second.closed);
  }
}
