package fastvit4j.runtime.tornado;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fastvit4j.model.graph.Graph;
import fastvit4j.model.graph.GraphBuilder;
import fastvit4j.model.operator.Linear;
import fastvit4j.model.operator.Relu;
import fastvit4j.model.operator.Shape;
import fastvit4j.model.tensor.Tensor;
import fastvit4j.runtime.Device;
import fastvit4j.runtime.Precision;
import fastvit4j.runtime.SessionOptions;
import fastvit4j.runtime.plan.FusedStep;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class KernelTableTest {
  private static Device emulator() {
    return new EmulatorProvider().find().devices().getFirst();
  }

  /** The name of the candidate that a matrix product gets. */
  private static String product(int rows, int in, int out, DeviceTraits traits) {
    Linear linear = new Linear(Tensor.of("w", new float[out * in], out, in), null);
    Problem problem =
        new Problem(
            List.of(new FusedStep("y", "", linear, List.of("x"), null, null, "y")),
            Map.of("x", new Shape(1, 1, rows, in), "y", new Shape(1, 1, rows, out)),
            Set.of("y"),
            null,
            Precision.FLOAT32);
    return KernelRegistry.choose(problem, traits).candidate().name();
  }

  @Test
  void matrixProductsAreChosenByShapeAndDevice() {
    DeviceTraits gpu = new DeviceTraits(true, 1L << 32, 1L << 30, 1 << 15, 256, 20);
    assertEquals("pointwiseWide", product(4096, 64, 192, gpu));
    assertEquals("pointwiseTiled", product(512, 64, 192, gpu));
    assertEquals("pointwiseSplit", product(64, 384, 1152, gpu));
    assertEquals("pointwiseColumns", product(1, 768, 1000, gpu));
    DeviceTraits little = new DeviceTraits(true, 1L << 32, 1L << 30, 1 << 12, 256, 20);
    assertEquals("pointwiseColumns", product(4096, 64, 192, little));
    DeviceTraits cpu = new DeviceTraits(false, 1L << 32, 1L << 30, 1 << 20, 4096, 2);
    assertEquals("pointwiseFourByThree", product(4096, 64, 192, cpu));
    assertEquals("pointwiseSixByTwo", product(4096, 64, 64, cpu));
    assertEquals("pointwiseRows", product(4096, 64, 80, cpu));
    assertEquals("pointwiseColumns", product(4096, 64, 190, cpu));
    assertEquals("pointwiseRow", product(1, 768, 1000, cpu));
  }

  @Test
  void kernelsThatAreAskedForComeFirstWhereTheyCan() {
    DeviceTraits cpu = new DeviceTraits(false, 1L << 32, 1L << 30, 1 << 12, 4096, 2);
    DeviceTraits asked =
        cpu.preferring(List.of("pointwiseTiled", "pointwiseRows", "pointwiseColumns"));
    assertEquals("pointwiseRows", product(1, 768, 992, asked));
    assertEquals("pointwiseColumns", product(1, 768, 1000, asked));
    Device device = emulator();
    assertThrows(
        IllegalArgumentException.class,
        () -> KernelTable.preferring(device, List.of("pointwiseRows", "rows")));
  }

  @Test
  void whatTuningFoundComesBeforeTheTable() {
    DeviceTraits cpu = new DeviceTraits(false, 1L << 32, 1L << 30, 1 << 12, 4096, 2);
    String text = "Linear(1x1x8x16 weight32x16) float32";
    DeviceTraits tuned = cpu.with(new Tuned(Map.of(text, "pointwise")));
    assertEquals("pointwise", product(8, 16, 32, tuned));
    assertEquals("pointwiseSixByTwo", product(9, 16, 32, tuned));
    assertEquals("pointwiseRow", product(8, 16, 32, tuned.preferring(List.of("pointwiseRow"))));
    DeviceTraits unable = cpu.with(new Tuned(Map.of(text, "pointwiseTiled")));
    assertEquals("pointwiseSixByTwo", product(8, 16, 32, unable));
  }

  @Test
  void namesAreUniqueInAnOperator() {
    List<List<Object>> names =
        KernelRegistry.CANDIDATES.stream()
            .map(c -> List.<Object>of(c.operator(), c.precision(), c.name()))
            .toList();
    assertEquals(names.size(), Set.copyOf(names).size());
  }

  @Test
  void anOperatorsKernelsAreTold() {
    GraphBuilder builder = new GraphBuilder("relu");
    builder.output(Graph.LOGITS, builder.add("y", "", new Relu(), Graph.INPUT));
    KernelTable.Choice choice =
        KernelTable.choose(builder.build(), new Shape(1, 3, 5, 7), emulator()).getFirst();
    assertEquals(List.of("activation"), choice.kernels());
    assertTrue(
        KernelTable.entries().stream()
            .anyMatch(e -> e.operator().equals("Relu") && e.kernels().equals(choice.kernels())));
  }

  @Test
  void whatADeviceLacksIsTold() {
    GraphBuilder builder = new GraphBuilder("product");
    Linear linear = new Linear(Tensor.of("w", new float[32 * 16], 32, 16), null);
    builder.output(Graph.LOGITS, builder.add("y", "", linear, Graph.INPUT));
    Graph graph = builder.build();
    SessionOptions options = SessionOptions.of(new Shape(1, 3, 5, 16));
    KernelTable.Entry product =
        KernelTable.entries().stream()
            .filter(e -> e.name().equals("pointwiseMma"))
            .findFirst()
            .orElseThrow();
    TornadoDevice device = (TornadoDevice) emulator();
    Device other =
        device.with(
            new DeviceTraits(true, 1L << 32, 1L << 30, 1 << 15, 256, 2, "PTX", true, false)
                .storing(Precision.FLOAT16)
                .withEdges());
    assertEquals(
        Optional.of("no tensor cores"), KernelTable.lacking(product, graph, options, other));
    Device able = KernelTable.withStoredEdges(device.storing(Precision.FLOAT16));
    assertEquals(Optional.empty(), KernelTable.lacking(product, graph, options, able));
  }

  @Test
  void everyKernelHasAMethodWithItsParameters() {
    List<Kernel> kernels =
        KernelRegistry.CANDIDATES.stream().flatMap(c -> c.kernels().stream()).distinct().toList();
    for (Kernel kernel : kernels) {
      assertTrue(
          List.of(kernel.owner().getMethods()).stream()
              .anyMatch(
                  m ->
                      m.getName().equals(kernel.method())
                          && m.getParameterCount() == kernel.parameters().length()),
          kernel.label());
    }
  }
}
