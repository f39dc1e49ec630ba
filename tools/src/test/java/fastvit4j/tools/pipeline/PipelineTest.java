package fastvit4j.tools.pipeline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fastvit4j.model.checkpoint.Checkpoint;
import fastvit4j.model.graph.Graph;
import fastvit4j.model.image.Picture;
import fastvit4j.model.image.PixelBatch;
import fastvit4j.model.operator.Shape;
import fastvit4j.model.tensor.Activation;
import fastvit4j.reparam.Reparameterization;
import fastvit4j.runtime.Classifier;
import fastvit4j.runtime.DeviceException;
import fastvit4j.runtime.Devices;
import fastvit4j.runtime.Session;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PipelineTest {
  private static final int BATCH = 3;
  private static final Path WEIGHTS =
      Path.of("src/main/resources/fastvit4j/tools/digits/fastvit_digits.safetensors");

  @TempDir Path directory;

  private Checkpoint checkpoint;
  private Classifier classifier;

  @BeforeEach
  void open() {
    checkpoint = Checkpoint.open(WEIGHTS);
    classifier =
        Classifier.open(
            Reparameterization.full().apply(checkpoint.model()), Devices.named("cpu"), BATCH, 0);
  }

  @AfterEach
  void close() {
    classifier.close();
    checkpoint.close();
  }

  /** Ten digits, the first of each class. */
  private static List<Path> digits() throws IOException {
    List<Path> digits = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      try (Stream<Path> files = Files.list(Path.of("samples/digits/" + i))) {
        digits.add(files.sorted().findFirst().orElseThrow());
      }
    }
    return digits;
  }

  /** What came out, in the order in which it came. */
  private static class Events implements Pipeline.Sink {
    final List<String> order = new ArrayList<>();
    final Map<Integer, float[]> logits = new HashMap<>();

    @Override
    public void logits(int index, float[] values) {
      order.add("logits " + index);
      logits.put(index, values);
    }

    @Override
    public void unreadable(int index, String reason) {
      order.add("unreadable " + index);
      assertTrue(reason.contains("broken" + index), reason);
    }

    @Override
    public void done(int next) {
      order.add("done " + next);
    }

    @Override
    public void remark(String text) {
      throw new AssertionError(text);
    }
  }

  private Pipeline pipeline(Session session) {
    return new Pipeline(Streams.one(session), classifier.preprocessor(), BATCH, 2);
  }

  /** The session, after a look at what it is given. */
  private Session watched(Consumer<PixelBatch> before) {
    Session session = classifier.session();
    return (Session)
        Proxy.newProxyInstance(
            Session.class.getClassLoader(),
            new Class<?>[] {Session.class},
            (_, method, arguments) -> {
              if (arguments != null && arguments[0] instanceof PixelBatch batch) {
                before.accept(batch);
              }
              try {
                return method.invoke(session, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  @Test
  void answersInTheOrderOfThePicturesWithFailuresBetween() throws IOException {
    List<Path> files = digits();
    for (int broken : new int[] {0, 4, 5, 6, 7, 13}) {
      files.add(
          broken, Files.writeString(directory.resolve("broken" + broken + ".png"), "no picture"));
    }
    List<Shape> shapes = new ArrayList<>();
    Events events = new Events();
    try (Pipeline pipeline = pipeline(watched(batch -> shapes.add(batch.shape())))) {
      pipeline.run(files, 0, events);
      assertEquals(10, pipeline.times().pictures());
    }
    assertEquals(
        List.of(
            "unreadable 0",
            "logits 1",
            "logits 2",
            "logits 3",
            "done 4",
            "unreadable 4",
            "unreadable 5",
            "unreadable 6",
            "unreadable 7",
            "logits 8",
            "logits 9",
            "logits 10",
            "done 11",
            "logits 11",
            "logits 12",
            "unreadable 13",
            "logits 14",
            "done 15",
            "logits 15",
            "done 16"),
        events.order);
    // The last batch has one picture, and still the shape that the session was opened for.
    Shape full = classifier.preprocessor().shape(BATCH);
    assertEquals(List.of(full, full, full, full), shapes);
    assertTheSameOneByOne(files, events);
  }

  private void assertTheSameOneByOne(List<Path> files, Events events) {
    events.logits.forEach(
        (index, logits) -> {
          PixelBatch alone = classifier.preprocessor().apply(Picture.read(files.get(index)));
          Activation expected = classifier.session().run(alone).get(Graph.LOGITS);
          // Another batch may add up in another order: the logits are of the order of 10.
          assertArrayEquals(expected.toFloats(), logits, 1e-4f, files.get(index).toString());
        });
  }

  @Test
  void goesOnFromAPicture() throws IOException {
    List<Path> files = digits();
    Events events = new Events();
    try (Pipeline pipeline = pipeline(classifier.session())) {
      pipeline.run(files, 8, events);
      pipeline.run(files, 10, events);
    }
    assertEquals(List.of("logits 8", "logits 9", "done 10"), events.order);
    assertTheSameOneByOne(files, events);
  }

  /**
   * A batch is handed on while the next one is computed: each waits for the other here, so that
   * anything else would stand still.
   */
  @Test
  void handsOnABatchWhileTheNextOneIsComputed() throws IOException {
    CyclicBarrier both = new CyclicBarrier(2);
    List<Shape> shapes = new ArrayList<>();
    Session session =
        watched(
            batch -> {
              shapes.add(batch.shape());
              if (shapes.size() > 1) {
                meet(both);
              }
            });
    Events events =
        new Events() {
          @Override
          public void done(int next) {
            super.done(next);
            if (next < 10) {
              meet(both);
            }
          }
        };
    try (Pipeline pipeline = pipeline(session)) {
      pipeline.run(digits(), 0, events);
    }
    assertEquals(10, events.logits.size());
  }

  private static void meet(CyclicBarrier both) {
    try {
      both.await(30, TimeUnit.SECONDS);
    } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
      throw new AssertionError("one of them did not come", e);
    }
  }

  @Test
  void throwsWhatTheDeviceThrows() throws IOException {
    DeviceException lost = new DeviceException("lost", null);
    List<Shape> shapes = new ArrayList<>();
    Session session =
        watched(
            batch -> {
              shapes.add(batch.shape());
              if (shapes.size() == 2) {
                throw lost;
              }
            });
    List<Path> files = digits();
    Events events = new Events();
    try (Pipeline pipeline = pipeline(session)) {
      assertSame(lost, assertThrows(DeviceException.class, () -> pipeline.run(files, 0, events)));
    }
    assertEquals(List.of("logits 0", "logits 1", "logits 2", "done 3"), events.order);
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "3, 3", "8, 8", "9, 5", "16, 8", "17, 6", "121, 8"})
  void fillsBatchesEqually(int pictures, int batch) {
    assertEquals(batch, Pipeline.batch(8, pictures));
  }

  @Test
  void theSlowerStageLimits() {
    // 100 pictures: 2 threads decode for 4 s together (50/s), the device computes for 1 s (100/s).
    StageTimes decoding = new StageTimes(100, 2, 2, 2.5, 4, 1, 0.25, 1.5);
    assertEquals(50, decoding.decodeRate());
    assertEquals(100, decoding.computeRate());
    assertEquals("decoding", decoding.limit());
    assertEquals(0.6, decoding.waiting());
    assertEquals(0.25, decoding.overlapping());
    assertEquals("device", new StageTimes(100, 2, 1, 2.5, 4, 2.4, 0, 0.1).limit());
  }
}
