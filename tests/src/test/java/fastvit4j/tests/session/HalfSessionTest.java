package fastvit4j.tests.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fastvit4j.model.UserException;
import fastvit4j.model.checkpoint.DampedWeights;
import fastvit4j.model.checkpoint.SyntheticWeights;
import fastvit4j.model.fastvit.FastViT;
import fastvit4j.model.fastvit.Form;
import fastvit4j.model.fastvit.Variant;
import fastvit4j.model.graph.Graph;
import fastvit4j.model.graph.GraphBuilder;
import fastvit4j.model.operator.Conv2d;
import fastvit4j.model.operator.Linear;
import fastvit4j.model.operator.Relu;
import fastvit4j.model.operator.Shape;
import fastvit4j.model.tensor.Activation;
import fastvit4j.model.tensor.Tensor;
import fastvit4j.reparam.Reparameterization;
import fastvit4j.runtime.Device;
import fastvit4j.runtime.Devices;
import fastvit4j.runtime.Precision;
import fastvit4j.runtime.Session;
import fastvit4j.runtime.SessionOptions;
import fastvit4j.runtime.tornado.KernelTable;
import fastvit4j.tools.verify.Checks;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Sessions that store float16, on the emulator, which rounds to nearest even as IEEE 754 does. What
 * each is to give can be said exactly.
 */
final class HalfSessionTest {
  private static final Device EMULATOR = Devices.named("emulator");
  private static final Shape INPUT = new Shape(1, 1, 3, 2);

  /** Two products of 2 columns, the first with these weights, the second the unit matrix. */
  private static Graph products(float... weights) {
    GraphBuilder b = new GraphBuilder("two products");
    Tensor unit = Tensor.of("unit", new float[] {1, 0, 0, 1}, 2, 2);
    Linear first = new Linear(Tensor.of("first.weight", weights, 2, 2), null);
    b.add("first", "block", first, Graph.INPUT);
    b.output(Graph.LOGITS, b.add("second", "block", new Linear(unit, null), "first"));
    return b.build();
  }

  /** Two convolutions that multiply each value by 1. */
  private static Graph copies() {
    GraphBuilder b = new GraphBuilder("two copies");
    Conv2d copy = new Conv2d(Tensor.of("ones", new float[] {1, 1}, 2, 1, 1, 1), null, 1, 0, 2);
    b.add("first", "block", copy, Graph.INPUT);
    b.output(Graph.LOGITS, b.add("second", "block", copy, "first"));
    return b.build();
  }

  private static Activation input(float... values) {
    Activation input = Activation.allocate(INPUT);
    for (int i = 0; i < values.length; i++) {
      input.set(i, values[i]);
    }
    return input;
  }

  private static List<Float> run(Device device, Graph graph, Activation input) {
    try (Session session = device.compile(graph, SessionOptions.of(INPUT))) {
      float[] logits = session.logits(input).toFloats();
      return IntStream.range(0, logits.length).mapToObj(i -> logits[i]).toList();
    }
  }

  /**
   * Next to 1, float16 numbers are 2⁻¹⁰ apart. Of the values between the products the ties go to
   * the even neighbour, 1 and 1 + 2⁻⁹; infinity and what is not a number stay so; what is beyond
   * 65504 by half of a step is infinity. The input is float32: 1 + 2⁻¹¹ comes in as it is.
   */
  @Test
  void valuesBetweenKernelsAreRoundedToNearestEven() {
    Device half = EMULATOR.storing(Precision.FLOAT16);
    float tie = 1 + 0x1p-11f;
    float next = 1 + 3 * 0x1p-11f;
    assertEquals(
        List.of(1f, 1 + 0x1p-9f, 65504f, Float.POSITIVE_INFINITY, 0x1p-24f, 0f),
        run(half, copies(), input(tie, next, 65519f, 65520f, 0x1p-24f, 0x1p-26f)));
  }

  @Test
  void weightsAreRoundedOnceAndSumsAreFloat32() {
    Device half = EMULATOR.storing(Precision.FLOAT16);
    GraphBuilder b = new GraphBuilder("one product");
    Tensor weight = Tensor.of("w", new float[] {1 + 0x1p-11f, 0x1p-12f, 2049, 1}, 2, 2);
    b.output(Graph.LOGITS, b.add("product", "block", new Linear(weight, null), Graph.INPUT));
    assertEquals(
        List.of(1 + 0x1p-12f, 2049f, 1f, 2048f, 0x1p-12f, 1f),
        run(half, b.build(), input(1, 1, 1, 0, 0, 1)));
  }

  @Test
  void memoryIsHalved() {
    Graph graph = products(1, 2, 3, 4);
    Device device = KernelTable.preferring(EMULATOR, List.of("pointwiseColumns"));
    Device half = device.storing(Precision.FLOAT16);
    try (Session full = device.compile(graph, SessionOptions.of(INPUT));
        Session stored = half.compile(graph, SessionOptions.of(INPUT))) {
      // The weights, beside a bias of zeros; the value between, beside the logits.
      assertEquals(full.memory().weights() - 16, stored.memory().weights());
      assertEquals(full.memory().activations() - 12, stored.memory().activations());
      assertEquals(Precision.FLOAT16, stored.device().precision());
    }
  }

  @Test
  void weightsThatAreTooLargeAreRefusedByName() {
    Device half = EMULATOR.storing(Precision.FLOAT16);
    UserException e =
        assertThrows(
            UserException.class,
            () -> half.compile(products(1, 2, -65520, 4), SessionOptions.of(INPUT)));
    assertEquals(
        "tensor first.weight has the value -65520.0, which is too large for float16: take"
            + " --precision float32",
        e.getMessage());
  }

  @Test
  void aDeviceThatCannotSaysSo() {
    Device cpu = Devices.named("cpu");
    assertEquals(Precision.FLOAT32, cpu.storing(Precision.FLOAT32).precision());
    UserException e = assertThrows(UserException.class, () -> cpu.storing(Precision.FLOAT16));
    assertTrue(
        e.getMessage().startsWith("cpu does not compute with float16: take --precision float32"),
        e.getMessage());
  }

  @Test
  void whatHasNoFormForFloat16StaysFloat32() {
    GraphBuilder b = new GraphBuilder("alone");
    b.output(Graph.LOGITS, b.add("relu", "block", new Relu(), Graph.INPUT));
    float third = 1f / 3;
    assertEquals(
        List.of(third, 0f, third, 0f, third, 0f),
        run(
            EMULATOR.storing(Precision.FLOAT16),
            b.build(),
            input(third, -1, third, -1, third, -1)));
  }

  /**
   * T8 with the kernels that GPUs get, matrix products on tensor cores or without, against float64.
   * What the logits may be off by is what they move by when each node's result is moved at random
   * within its own bound, of which the roundings to float16 are nearly all: 2⁻¹¹ of each weight and
   * each value, sums being float32 (Networks, ErrorAnalysis).
   */
  @ParameterizedTest
  @ValueSource(strings = {"pointwiseTiled", "pointwiseMma", "pointwiseMmaSplit"})
  void aNetworkIsWithinWhatRoundingExplains(String products) {
    Device half =
        KernelTable.preferring(
            EMULATOR.storing(Precision.FLOAT16),
            List.of(
                "depthwisePair",
                "depthwiseSeven",
                "depthwiseHalving",
                "depthwiseRows",
                "squeezeExciteImage",
                products));
    Graph train = FastViT.graph(Variant.T8.config(), Form.TRAIN, new DampedWeights(1));
    Graph graph = Reparameterization.full().apply(train);
    Activation image = Activation.fromNchw(new SyntheticWeights(1).image(1, 3, 33, 40));
    long taken =
        KernelTable.choose(graph, image.shape(), half).stream()
            .filter(choice -> choice.name().equals(products))
            .count();
    assertTrue(taken > 20, taken + " products");
    Checks.Result result = Checks.network(graph, image, half);
    assertEquals(List.of(), result.failures());
    // Float32 in its place would be some thousand times nearer.
    assertTrue(result.fraction() > 0.001, result.toString());
  }

  /** Tensor cores would round what comes in, which is float32. */
  @Test
  void theInputIsNotRounded() {
    Device half =
        KernelTable.preferring(EMULATOR.storing(Precision.FLOAT16), List.of("pointwiseMma"));
    List<String> names =
        KernelTable.choose(products(1, 2, 3, 4), INPUT, half).stream()
            .map(KernelTable.Choice::name)
            .toList();
    assertEquals("pointwiseMma", names.get(1));
    assertNotEquals("pointwiseMma", names.get(0));
    float near = 1 + 0x1p-11f;
    // Rounded to float16, it would be 1, and the difference 0.
    assertEquals(
        List.of(0x1p-11f, -1f, 0x1p-11f, -1f, 0x1p-11f, -1f),
        run(half, products(1, 1, 0, 1), input(near, -1, near, -1, near, -1)));
  }
}
