package fastvit4j.tests.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fastvit4j.model.UserException;
import fastvit4j.model.checkpoint.SyntheticWeights;
import fastvit4j.model.graph.Graph;
import fastvit4j.model.graph.GraphBuilder;
import fastvit4j.model.operator.Add;
import fastvit4j.model.operator.Conv2d;
import fastvit4j.model.operator.Gelu;
import fastvit4j.model.operator.GlobalAveragePool;
import fastvit4j.model.operator.Linear;
import fastvit4j.model.operator.SelfAttention;
import fastvit4j.model.operator.Shape;
import fastvit4j.model.tensor.Activation;
import fastvit4j.runtime.Device;
import fastvit4j.runtime.Precision;
import fastvit4j.runtime.Session;
import fastvit4j.runtime.SessionOptions;
import fastvit4j.runtime.tornado.KernelTable;
import fastvit4j.tests.DevicesUnderTest;
import fastvit4j.tools.verify.Bounded;
import fastvit4j.tools.verify.ErrorAnalysis;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** 256 images at once, on every device in every precision that it has, against one at a time. */
public final class LargeBatchTest {
  private static final int BATCH = 256;
  private static final Shape ONE = new Shape(1, 5, 7, 3);
  private static final Graph GRAPH = graph();

  /** The kernels of GPUs, which wherever they are run compute the same. */
  private static final List<String> FOR_GPUS =
      List.of(
          "depthwiseHalving",
          "pointwiseMma",
          "pointwiseSplit",
          "attentionHead",
          "convolutionColumns");

  static List<Device> devices() {
    List<Device> devices = new ArrayList<>();
    for (Device device : DevicesUnderTest.all()) {
      devices.add(device);
      if (!device.name().startsWith("cpu")) {
        try {
          devices.add(device.storing(Precision.FLOAT16));
        } catch (UserException e) {
          assertTrue(e.getMessage().contains("does not compute with float16"), e.getMessage());
        }
      }
    }
    devices.stream()
        .filter(device -> device.name().equals("emulator"))
        .map(device -> KernelTable.preferring(device, FOR_GPUS))
        .toList()
        .forEach(devices::add);
    return devices;
  }

  /** Convolution of stride 2, depthwise, attention with its skip, mean, classifier. */
  private static Graph graph() {
    SyntheticWeights weights = new SyntheticWeights(5);
    GraphBuilder b = new GraphBuilder("small");
    String y = b.add("stem", "", conv(weights, "stem", 3, 8, 3, 2, 1), Graph.INPUT);
    y = b.add("gelu", "", new Gelu(), y);
    y = b.add("down", "", conv(weights, "down", 8, 16, 7, 2, 8), y);
    String qkv = b.add("qkv", "", conv(weights, "qkv", 16, 48, 1, 1, 1), y);
    String mixed = b.add("attention", "", new SelfAttention(2, 8), qkv);
    mixed = b.add("proj", "", conv(weights, "proj", 16, 16, 1, 1, 1), mixed);
    y = b.add("mean", "", new GlobalAveragePool(), b.add("add", "", new Add(), y, mixed));
    Linear fc = new Linear(weights.tensor("fc.weight", 5, 16), weights.tensor("fc.bias", 5));
    b.output(Graph.LOGITS, b.add("fc", "", fc, y));
    return b.build();
  }

  private static Conv2d conv(
      SyntheticWeights weights, String name, int in, int out, int kernel, int stride, int groups) {
    return new Conv2d(
        weights.tensor(name + ".weight", out, in / groups, kernel, kernel),
        weights.tensor(name + ".bias", out),
        stride,
        kernel / 2,
        groups);
  }

  @ParameterizedTest
  @MethodSource("devices")
  void aLargeBatchGivesWhatItsImagesGiveAlone(Device device) {
    Activation batch = Activation.allocate(new Shape(BATCH, ONE.h(), ONE.w(), ONE.c()));
    for (int i = 0; i < batch.shape().elements(); i++) {
      batch.set(i, (float) Math.sin(0.37 * i + 0.01 * i * i));
    }
    Bounded exact = ErrorAnalysis.run(GRAPH, batch, device.precision()).get(Graph.LOGITS);
    double[] value = exact.value().data();
    double[] bound = exact.error().data();
    Activation together;
    try (Session session = device.compile(GRAPH, SessionOptions.of(batch.shape()))) {
      together = session.logits(batch);
    }
    assertEquals(new Shape(BATCH, 1, 1, 5), together.shape());
    for (int i = 0; i < value.length; i++) {
      check(device, i, value[i], together.get(i), bound[i]);
    }
    try (Session session = device.compile(GRAPH, SessionOptions.of(ONE))) {
      for (int image = 0; image < BATCH; image += 17) {
        Activation alone = session.logits(image(batch, image));
        for (int c = 0; c < 5; c++) {
          int i = 5 * image + c;
          check(device, i, value[i], alone.get(c), bound[i]);
          check(device, i, alone.get(c), together.get(i), 2 * bound[i]);
        }
      }
    }
  }

  private static void check(Device device, int i, double expected, double actual, double bound) {
    assertTrue(
        Math.abs(actual - expected) <= bound,
        () ->
            String.format(
                Locale.ROOT,
                "%s: logits[%d] is %s, not %s: allowed is %.3g",
                DevicesUnderTest.title(device),
                i,
                actual,
                expected,
                bound));
  }

  private static Activation image(Activation batch, int image) {
    Activation one = Activation.allocate(ONE);
    for (int i = 0; i < ONE.elements(); i++) {
      one.set(i, batch.get(image * ONE.elements() + i));
    }
    return one;
  }
}
