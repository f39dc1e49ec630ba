package fastvit4j.runtime.tornado;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fastvit4j.model.graph.Graph;
import fastvit4j.model.graph.GraphBuilder;
import fastvit4j.model.operator.Conv2d;
import fastvit4j.model.operator.Gelu;
import fastvit4j.model.operator.LayerScale;
import fastvit4j.model.operator.Linear;
import fastvit4j.model.operator.Shape;
import fastvit4j.model.tensor.Tensor;
import fastvit4j.runtime.Device;
import fastvit4j.runtime.Precision;
import fastvit4j.runtime.SessionOptions;
import java.util.List;
import org.junit.jupiter.api.Test;

class CostModelTest {
  private static final int ROWS = 7;
  private static final int IN = 24;
  private static final int OUT = 32;
  private static final DeviceTraits PROCESSOR =
      new DeviceTraits(false, 1L << 32, 1L << 30, 1 << 15, 256, 2);
  private static final DeviceTraits GPU =
      new DeviceTraits(true, 1L << 32, 1L << 30, 48 << 10, 1024, 20);

  private static Device emulator() {
    return new EmulatorProvider().find().devices().getFirst();
  }

  /** given: LayerScale; fc: Linear; gelu. */
  private static Graph graph() {
    GraphBuilder b = new GraphBuilder("linear");
    LayerScale scale = new LayerScale(Tensor.of("gamma", new float[IN], IN, 1, 1));
    Linear linear =
        new Linear(
            Tensor.of("weight", new float[OUT * IN], OUT, IN),
            Tensor.of("bias", new float[OUT], OUT));
    String given = b.add(Workbench.GIVEN + 0, "", scale, Graph.INPUT);
    String fc = b.add("fc", "", linear, given);
    b.output("fc", fc);
    b.output("gelu", b.add("gelu", "", new Gelu(), fc));
    return b.build();
  }

  private static Workbench bench(String kernel, String... outputs) {
    Device device = KernelTable.preferring(emulator(), List.of(kernel));
    return new Workbench(
        graph(), SessionOptions.of(new Shape(1, 1, ROWS, IN)).withOutputs(outputs), device);
  }

  @Test
  void operationsAndBytesAreThoseOfTheStepsThatAreMeasured() {
    long macs = (long) ROWS * IN * OUT;
    long fused = 4L * (ROWS * IN + IN * OUT + OUT + ROWS * OUT);
    Workbench together = bench("pointwise", "gelu");
    assertEquals(2 * macs + ROWS * OUT, together.operations());
    assertEquals(fused, together.leastBytes());
    assertEquals(fused, together.cost().bytes());
    assertEquals(1, together.cost().launches());
    Workbench apart = bench("pointwise", "fc", "gelu");
    assertEquals(2, apart.cost().launches());
    assertEquals(fused + 2 * 4L * ROWS * OUT, apart.cost().bytes());
  }

  @Test
  void tensorCoresDoTheProductsOfFloat16() {
    long products = 2L * ROWS * IN * OUT;
    assertEquals(0, bench("pointwise", "gelu").matrixOperations());
    Device half = emulator().storing(Precision.FLOAT16);
    Shape shape = new Shape(1, 1, ROWS, IN);
    for (String kernel : List.of("pointwiseMma", "pointwiseColumns")) {
      Device device = KernelTable.preferring(half, List.of(kernel));
      Workbench bench =
          new Workbench(graph(), SessionOptions.of(shape).withOutputs("gelu"), device);
      assertEquals(products, bench.matrixOperations());
      assertEquals(products + ROWS * OUT, bench.cost().operations());
      assertEquals(
          kernel.equals("pointwiseMma") ? products : 0, bench.cost().matrixOperations(), kernel);
    }
  }

  /** 100 rows, 256 channels to 40 columns: two tiles, of which 20 processors want 40 parts. */
  @Test
  void partsOfSumsAreFloat32AndWrittenAndRead() {
    GraphBuilder b = new GraphBuilder("linear");
    LayerScale scale = new LayerScale(Tensor.of("gamma", new float[256], 256, 1, 1));
    Linear linear = new Linear(Tensor.of("weight", new float[40 * 256], 40, 256), null);
    String given = b.add(Workbench.GIVEN + 0, "", scale, Graph.INPUT);
    b.output("fc", b.add("fc", "", linear, given));
    Graph graph = b.build();
    DeviceTraits half =
        new DeviceTraits(true, 1L << 32, 1L << 30, 48 << 10, 1024, 20, "CUDA", true, true)
            .storing(Precision.FLOAT16);
    TornadoDevice device = ((TornadoDevice) emulator()).with(half);
    Shape shape = new Shape(1, 1, 100, 256);
    Cost whole = cost(graph, shape, device, "pointwiseMma");
    Cost parts = cost(graph, shape, device, "pointwiseMmaSplit");
    long once = 2L * (100 * 256 + 256 * 40 + 100 * 40);
    long tile = 4L * 64 * 64;
    assertEquals(once + 2 * tile, whole.bytes());
    assertEquals(once + 2 * 4 * 2 * tile, parts.bytes());
    assertEquals(2, whole.groups());
    assertEquals(Math.max(2 * 4, Math.ceilDiv(100 * 40, 256)), parts.groups());
    assertEquals(1, whole.launches());
    assertEquals(2, parts.launches());
    assertEquals(2L * 100 * 256 * 40, parts.matrixOperations());
    long loads = 2L * (100 * 256 + 2 * 256 * 40 + 100 * 40);
    assertEquals(loads + 2 * 4 * 2 * tile, parts.loadedBytes());
  }

  /** 7×7 of stride 2 from 32×16 pixels of 24 channels to 16×8 of 48. */
  @Test
  void aDepthwiseTileLoadsWhatLiesUnderIt() {
    GraphBuilder b = new GraphBuilder("embedding");
    LayerScale scale = new LayerScale(Tensor.of("gamma", new float[24], 24, 1, 1));
    Tensor weight = Tensor.of("weight", new float[48 * 49], 48, 1, 7, 7);
    String given = b.add(Workbench.GIVEN + 0, "", scale, Graph.INPUT);
    b.output("fc", b.add("dw", "", new Conv2d(weight, null, 2, 3, 24), given));
    Cost cost = cost(b.build(), new Shape(1, 32, 16, 24), emulator(), "depthwiseHalving");
    int elements = 16 * 8 * 48;
    assertEquals(2L * 49 * elements, cost.operations());
    // Two tiles of 8×8 outputs in each of two slices of 32 channels.
    assertEquals(2 * 2, cost.groups());
    assertEquals(4L * (elements * 21 * 21 / (8 * 8 * 2) + elements), cost.loadedBytes());
  }

  private static Cost cost(Graph graph, Shape shape, Device device, String kernel) {
    Device preferring = KernelTable.preferring(device, List.of(kernel));
    return new Workbench(graph, SessionOptions.of(shape).withOutputs("fc"), preferring).cost();
  }

  @Test
  void tilesInRegistersLoadLess() {
    long plain = bench("pointwise", "gelu").cost().loadedBytes();
    assertEquals(8L * ROWS * IN * OUT, plain);
    assertTrue(bench("pointwiseColumns", "gelu").cost().loadedBytes() < plain);
    assertTrue(
        bench("pointwiseRows", "gelu").cost().loadedBytes()
            < bench("pointwiseColumns", "gelu").cost().loadedBytes());
  }

  @Test
  void whatCouldComputeAStepIsTold() {
    Workbench bench = bench("pointwise", "gelu");
    assertTrue(
        bench.candidates().containsAll(List.of("pointwiseRows", "pointwiseRow", "pointwise")));
    assertFalse(bench.candidates().contains("affine"), "what is given is not measured");
    assertEquals("pointwise", bench.chosen());
  }

  @Test
  void aLastWaveOfFewGroupsLeavesTheRestIdle() {
    assertEquals(1, CostModel.filled(cost(8, 1, 0), PROCESSOR));
    assertEquals(0.75, CostModel.filled(cost(3, 1, 0), PROCESSOR));
    // A unit holds 8 groups of 256, and one keeps it busy: 20 units, 161 groups, a 9th time.
    assertEquals(1, CostModel.filled(cost(160, 256, 0), GPU));
    assertEquals(161.0 / 180, CostModel.filled(cost(161, 256, 0), GPU));
    assertEquals(3.0 / 20, CostModel.filled(cost(3, 256, 0), GPU));
  }

  @Test
  void localMemoryKeepsGroupsOut() {
    // 48 KiB hold one group of 32 KiB; of 64 work-items it leaves a unit three quarters idle.
    assertEquals(1, CostModel.filled(cost(20, 256, 32 << 10), GPU));
    assertEquals(0.25, CostModel.filled(cost(20, 64, 32 << 10), GPU));
    assertEquals(0.75, CostModel.filled(cost(60, 64, 16 << 10), GPU));
    assertEquals(1, CostModel.filled(cost(80, 64, 12 << 10), GPU));
  }

  @Test
  void timeIsThatOfTheTightestLimit() {
    AssumedLimits limits = AssumedLimits.of(GPU.withClock(1000));
    // 20 units of 64 lanes: 2.56 TFLOP/s, 160 GB/s, from caches 480 GB/s up to 1.25 MiB.
    assertEquals(2.56e12, limits.operationsPerSecond());
    assertEquals(160e9, limits.bytesPerSecond(1L << 30));
    assertEquals(480e9, limits.bytesPerSecond(1 << 20));
    long groups = 20;
    assertEquals(1000 + 2500, nanos(new Cost(2_560_000, 0, 1, 1, 0, groups, 256, 1), limits), 1e-6);
    assertEquals(
        100_000 + 2 * 2500, nanos(new Cost(1, 0, 16_000_000, 1, 0, groups, 256, 2), limits), 1e-6);
    assertEquals(
        100_000 + 2500, nanos(new Cost(1, 0, 1, 48_000_000, 0, groups, 256, 1), limits), 1e-6);
    // Half the units have a group: all takes twice as long.
    assertEquals(200_000 + 2500, nanos(new Cost(1, 0, 16_000_000, 1, 0, 10, 256, 1), limits), 1e-6);
  }

  private static double nanos(Cost cost, AssumedLimits limits) {
    return CostModel.nanos(cost, GPU, limits);
  }

  private static Cost cost(long groups, long items, long local) {
    return new Cost(1, 0, 1, 1, local, groups, items, 1);
  }

  @Test
  void costsAddUpWithWhatTensorCoresDo() {
    Cost cost = new Cost(100, 0, 2, 3, 4, 5, 6, 1).onMatrices(90);
    assertEquals(new Cost(100, 90, 2, 3, 4, 5, 6, 1), cost);
    assertEquals(new Cost(200, 90, 4, 6, 4, 5, 6, 2), cost.plus(cost.onMatrices(0)));
  }

  @Test
  void theEmulatorHasNoRoof() {
    assertTrue(Roof.of(emulator()).isEmpty());
  }
}
