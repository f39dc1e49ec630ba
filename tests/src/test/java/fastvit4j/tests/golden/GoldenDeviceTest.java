package fastvit4j.tests.golden;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import fastvit4j.model.fastvit.Form;
import fastvit4j.model.graph.Graph;
import fastvit4j.model.tensor.Activation;
import fastvit4j.runtime.Device;
import fastvit4j.runtime.Session;
import fastvit4j.runtime.SessionOptions;
import fastvit4j.tests.DevicesUnderTest;
import fastvit4j.tests.oracle.Values;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

/**
 * The nine golden files on every device, train form and inference form: logits to four times
 * PyTorch's own float32 error, and the activations in between.
 */
public final class GoldenDeviceTest {
  private static final List<String> EMULATED = List.of("t8_1x3x256", "sa12_1x3x256");

  @TestFactory
  Stream<DynamicNode> files() {
    return Golden.chosen().stream()
        .map(
            golden ->
                dynamicContainer(
                    golden.file(),
                    Stream.of(Form.TRAIN, Form.INFERENCE)
                        .flatMap(
                            form ->
                                devices(golden).stream()
                                    .map(device -> test(golden, form, device)))));
  }

  /**
   * The emulator, which takes many times as long as others, only for T8 and SA12, unless {@code
   * -Dfastvit.tests.emulator=all} asks for more.
   */
  private static List<Device> devices(Golden golden) {
    boolean all = System.getProperty("fastvit.tests.emulator", "").equals("all");
    boolean small = EMULATED.stream().anyMatch(golden.file()::contains);
    return all || small ? DevicesUnderTest.all() : DevicesUnderTest.forNetworks();
  }

  private static DynamicNode test(Golden golden, Form form, Device device) {
    String name = "%s, %s form".formatted(DevicesUnderTest.title(device), form);
    return dynamicTest(name, () -> check(golden, form, device));
  }

  private static void check(Golden golden, Form form, Device device) {
    Graph graph = Models.graph(golden, form);
    SessionOptions options =
        SessionOptions.of(golden.input())
            .withOutputs(new LinkedHashSet<>(graph.outputs().keySet()));
    Map<String, Activation> outputs;
    try (Session session = device.compile(graph, options)) {
      outputs = session.run(input(golden));
    }
    double logits = logits(golden, outputs.get(Graph.LOGITS));
    double stages = 0;
    for (Map.Entry<String, Golden.Sampled> stage : golden.stages().entrySet()) {
      Values computed = Values.of(outputs.get(stage.getKey()));
      stages = Math.max(stages, stage(golden, stage.getKey(), stage.getValue(), computed));
    }
    System.out.printf(
        "%s, %s, %s: of the error allowed, logits take %.2f, stages %.2f%n",
        golden, form, DevicesUnderTest.title(device), logits, stages);
  }

  /** Returns the largest error, in units of what is allowed. */
  private static double logits(Golden golden, Activation logits) {
    double bound = golden.allowed();
    int classes = logits.shape().c();
    double worst = 0;
    for (int n = 0; n < golden.logits().size(); n++) {
      List<Double> expected = golden.logits().get(n);
      assertEquals(expected.size(), classes);
      for (int k = 0; k < classes; k++) {
        double computed = logits.get(n * classes + k);
        assertEquals(expected.get(k), computed, bound, "logit " + k + " of image " + n);
        worst = Math.max(worst, Math.abs(expected.get(k) - computed));
      }
    }
    return worst / bound;
  }

  /**
   * The file gives PyTorch's float32 error for the logits only. Errors grow from layer to layer, so
   * a stage's, relative to its root mean square, is no larger than the logits'.
   *
   * @return the largest error, in units of what is allowed
   */
  private static double stage(
      Golden golden, String name, Golden.Sampled expected, Values computed) {
    double bound = golden.allowed() / golden.rootMeanSquare() * computed.rootMeanSquare();
    double worst = 0;
    for (Map.Entry<Long, Double> sample : expected.samples().entrySet()) {
      double value = computed.nchw(sample.getKey());
      assertEquals(sample.getValue(), value, bound, name + "@" + sample.getKey());
      worst = Math.max(worst, Math.abs(sample.getValue() - value));
    }
    assertEquals(expected.statistics().get("mean"), computed.mean(), bound, "mean of " + name);
    assertEquals(expected.statistics().get("std"), computed.std(), bound, "deviation of " + name);
    return worst / bound;
  }

  private static Activation input(Golden golden) {
    var in = golden.input();
    return Activation.fromNchw(new Synthetic(golden.seed()).image(in.n(), in.c(), in.h(), in.w()));
  }
}
