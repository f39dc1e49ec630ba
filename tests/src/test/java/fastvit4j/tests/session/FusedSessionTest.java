package fastvit4j.tests.session;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
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
import fastvit4j.runtime.tornado.KernelTable;
import fastvit4j.tests.DevicesUnderTest;
import fastvit4j.tests.golden.Parity;
import fastvit4j.tests.golden.Synthetic;
import fastvit4j.tests.oracle.Oracle;
import fastvit4j.tests.oracle.Values;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A whole network with every fusion and every kernel for GPUs that can compute a part of it. */
public final class FusedSessionTest {
  private static final List<String> KERNELS =
      KernelTable.entries().stream()
          .filter(entry -> entry.when().startsWith("GPU"))
          .map(KernelTable.Entry::name)
          .toList();
  private static final Preprocessing IMAGENET = Preprocessing.imageNet(64, 0.9);

  static List<Device> devices() {
    return DevicesUnderTest.all().stream().filter(d -> !d.name().startsWith("cpu")).toList();
  }

  @ParameterizedTest
  @MethodSource("devices")
  void picturesGiveTheOraclesLogits(Device device) {
    Graph train = FastViT.graph(Variant.T8.config(), Form.TRAIN, new Synthetic(1));
    Graph graph = Reparameterization.full().apply(train);
    Shape shape = new Shape(2, 35, 61, 3);
    byte[] bytes = new byte[shape.elements()];
    new Random(1).nextBytes(bytes);
    PixelBatch pictures = new PixelBatch(shape, MemorySegment.ofArray(bytes), IMAGENET);
    Values expected = Oracle.run(graph, Values.of(pictures.normalised())).get(Graph.LOGITS);
    Device fusing = KernelTable.preferring(device, KERNELS);
    SessionOptions options = SessionOptions.of(shape).forPictures(IMAGENET);
    try (Session session = fusing.compile(graph, options)) {
      Activation logits = session.run(pictures).get(Graph.LOGITS);
      double allowed = Parity.allowed(expected.largest());
      assertArrayEquals(expected.data(), Values.of(logits).data(), allowed);
      String kernels = session.steps().stream().map(Session.Step::kernel).toList().toString();
      for (String fused : List.of("pixelStem", "depthwisePair", "pointwisePair")) {
        assertTrue(kernels.contains(fused), kernels);
      }
    }
  }
}
