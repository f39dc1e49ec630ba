package fastvit4j.tests.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fastvit4j.model.checkpoint.SyntheticWeights;
import fastvit4j.model.fastvit.FastViT;
import fastvit4j.model.fastvit.FastViTConfig;
import fastvit4j.model.fastvit.Form;
import fastvit4j.model.fastvit.Mixer;
import fastvit4j.model.graph.Graph;
import fastvit4j.model.operator.Shape;
import fastvit4j.model.tensor.Activation;
import fastvit4j.reparam.Reparameterization;
import fastvit4j.runtime.Device;
import fastvit4j.runtime.Session;
import fastvit4j.runtime.SessionOptions;
import fastvit4j.tests.DevicesUnderTest;
import fastvit4j.tests.golden.Parity;
import fastvit4j.tests.oracle.Oracle;
import fastvit4j.tests.oracle.Values;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A small FastViT as a backbone, on every device there is. */
final class FeatureMapsTest {
  private static final Shape INPUT = new Shape(2, 64, 32, 3);
  private static final String[] STAGES = {"stages.0", "stages.1", "stages.2", "stages.3"};

  static List<Device> devices() {
    return DevicesUnderTest.all();
  }

  @ParameterizedTest
  @MethodSource("devices")
  void areThoseOfTheOracleAndNeedNoHead(Device device) {
    FastViTConfig config =
        FastViTConfig.of("small", List.of(8, 16, 16, 32), List.of(1, 1, 1, 1), 2, Mixer.ATTENTION)
            .withClasses(5);
    Graph graph =
        Reparameterization.full()
            .apply(FastViT.graph(config, Form.TRAIN, new SyntheticWeights(4)))
            .withOutput("pooled", "head.global_pool");
    Activation input = Activation.fromNchw(new SyntheticWeights(4).image(2, 3, 64, 32));
    Map<String, Values> exact = Oracle.run(graph, Values.of(input));
    SessionOptions maps = SessionOptions.of(INPUT).withOutputs(STAGES);
    try (Session session = device.compile(graph, maps)) {
      Map<String, Activation> outputs = session.run(input);
      assertEquals(List.of(STAGES), List.copyOf(outputs.keySet()));
      outputs.forEach((name, map) -> agree(name, exact.get(name), map));
      assertTrue(
          session.steps().stream()
              .noneMatch(s -> s.name().startsWith("head") || s.name().startsWith("final_conv")),
          session.steps().toString());
    }
    SessionOptions both = SessionOptions.of(INPUT).withOutputs("pooled", "stages.1");
    try (Session session = device.compile(graph, both)) {
      session.run(input).forEach((name, map) -> agree(name, exact.get(name), map));
    }
  }

  /** Four times what the golden files say of PyTorch's own error, by the largest element. */
  private static void agree(String name, Values expected, Activation actual) {
    assertEquals(expected.shape(), actual.shape(), name);
    double allowed = Parity.allowed(expected.largest());
    double[] data = expected.data();
    for (int i = 0; i < data.length; i++) {
      assertEquals(data[i], actual.get(i), allowed, name + "[" + i + "]");
    }
  }
}
