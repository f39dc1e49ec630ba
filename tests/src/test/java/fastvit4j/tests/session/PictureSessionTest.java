package fastvit4j.tests.session;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fastvit4j.model.fastvit.FastViT;
import fastvit4j.model.fastvit.Form;
import fastvit4j.model.fastvit.Variant;
import fastvit4j.model.graph.Graph;
import fastvit4j.model.image.PixelBatch;
import fastvit4j.model.image.Preprocessing;
import fastvit4j.model.operator.Shape;
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
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Pictures given to a session as bytes. */
public final class PictureSessionTest {
  private static final Preprocessing IMAGENET = Preprocessing.imageNet(64, 0.9);
  private static final Preprocessing OTHER =
      new Preprocessing(64, 64, 1, List.of(0.5f, 0.4f, 0.3f), List.of(0.5f, 0.25f, 0.125f));
  private static final Graph GRAPH = graph();

  static List<Device> devices() {
    return DevicesUnderTest.all();
  }

  /** The same as for the batch normalised on the host, within what float32 allows of both. */
  @ParameterizedTest
  @MethodSource("devices")
  void picturesGiveTheLogitsOfTheirNormalisedBatch(Device device) {
    Shape compiled = new Shape(1, 32, 32, 3);
    SessionOptions options = SessionOptions.of(compiled).forPictures(IMAGENET);
    try (Session session = device.compile(GRAPH, options)) {
      check(session, pictures(compiled, IMAGENET, 1));
      check(session, pictures(new Shape(2, 19, 37, 3), IMAGENET, 2));
      check(session, pictures(new Shape(1, 1, 1, 3), IMAGENET, 3));
      check(session, pictures(compiled, OTHER, 4));
    }
  }

  private static void check(Session session, PixelBatch pictures) {
    Activation normalised = pictures.normalised();
    Values expected = Oracle.run(GRAPH, Values.of(normalised)).get(Graph.LOGITS);
    double allowed = Parity.allowed(expected.largest());
    float[] bytes = session.run(pictures).get(Graph.LOGITS).toFloats();
    assertArrayEquals(
        expected.data(), Values.of(session.run(pictures).get(Graph.LOGITS)).data(), allowed);
    assertArrayEquals(bytes, session.run(pictures).get(Graph.LOGITS).toFloats(), "again");
    assertArrayEquals(session.logits(normalised).toFloats(), bytes, (float) (2 * allowed));
  }

  /** The bytes go up, the logits come down; with a few bytes for each launch, nothing else. */
  @ParameterizedTest
  @MethodSource("devices")
  void aByteASampleGoesUp(Device device) {
    Shape shape = new Shape(1, 64, 48, 3);
    PixelBatch pictures = pictures(shape, IMAGENET, 5);
    try (Session session = device.compile(GRAPH, SessionOptions.of(shape).forPictures(IMAGENET))) {
      session.run(pictures); // weights go up
      Session.Profile profile = session.profile(pictures);
      if (profile.transferBytes().isEmpty()) {
        assertTrue(device.name().startsWith("cpu"), device.name());
        return;
      }
      long logits = 4L * GRAPH.shapes(shape).get(GRAPH.outputs().get(Graph.LOGITS)).elements();
      long extra = profile.transferBytes().getAsLong() - shape.elements() - logits;
      assertTrue(extra >= 0 && extra <= 64L * (session.steps().size() + 8), "bytes more: " + extra);
    }
  }

  @Test
  void picturesHaveThreeChannels() {
    SessionOptions grey = SessionOptions.of(new Shape(1, 32, 32, 1));
    assertEquals(
        "pictures have 3 channels, not those of " + grey.input(),
        assertThrows(IllegalArgumentException.class, () -> grey.forPictures(IMAGENET))
            .getMessage());
  }

  private static PixelBatch pictures(Shape shape, Preprocessing preprocessing, long seed) {
    byte[] bytes = new byte[shape.elements()];
    new Random(seed).nextBytes(bytes);
    return new PixelBatch(shape, MemorySegment.ofArray(bytes), preprocessing);
  }

  private static Graph graph() {
    Graph train = FastViT.graph(Variant.T8.config(), Form.TRAIN, new Synthetic(1));
    return Reparameterization.full().apply(train);
  }
}
