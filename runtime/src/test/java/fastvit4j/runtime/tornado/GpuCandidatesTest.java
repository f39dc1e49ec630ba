package fastvit4j.runtime.tornado;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fastvit4j.model.graph.Graph;
import fastvit4j.model.graph.GraphBuilder;
import fastvit4j.model.operator.Add;
import fastvit4j.model.operator.Conv2d;
import fastvit4j.model.operator.Gelu;
import fastvit4j.model.operator.Shape;
import fastvit4j.model.tensor.Tensor;
import fastvit4j.runtime.DeviceException;
import fastvit4j.runtime.Precision;
import fastvit4j.runtime.SessionOptions;
import java.util.List;
import org.junit.jupiter.api.Test;

class GpuCandidatesTest {
  private static final int UNITS = 100;

  private static DeviceTraits gpu(int localBytes) {
    return new DeviceTraits(true, 1L << 32, 1L << 30, localBytes, 1024, UNITS);
  }

  private static TornadoDevice emulator() {
    return (TornadoDevice) new EmulatorProvider().find().devices().getFirst();
  }

  private static Conv2d conv(int in, int out, int kernel, int groups) {
    int fan = in / groups;
    return new Conv2d(
        Tensor.of("w", new float[out * fan * kernel * kernel], out, fan, kernel, kernel),
        null,
        1,
        kernel / 2,
        groups);
  }

  /** What a block in its inference form gets: RepMixer's 3×3, the ConvFFN and its residual. */
  private static List<String> block(Shape shape, int ratio, DeviceTraits traits) {
    int c = shape.c();
    GraphBuilder b = new GraphBuilder("block");
    String mixed = b.add("mixer", "block", conv(c, c, 3, c), Graph.INPUT);
    String y = b.add("dw", "block", conv(c, c, 7, c), mixed);
    y = b.add("fc1", "block", conv(c, ratio * c, 1, 1), y);
    y = b.add("act", "block", new Gelu(), y);
    y = b.add("fc2", "block", conv(ratio * c, c, 1, 1), y);
    b.output(Graph.LOGITS, b.add("add", "block", new Add(), mixed, y));
    return KernelTable.choose(b.build(), shape, emulator().with(traits)).stream()
        .map(KernelTable.Choice::name)
        .toList();
  }

  @Test
  void fusesWhatSavesMoreBytesThanItComputesTwice() {
    DeviceTraits large = gpu(48 * 1024);
    assertEquals(
        List.of("depthwisePair", "pointwisePair"), block(new Shape(4, 64, 64, 64), 4, large));
    // The second layer's two column tiles would each compute the first layer.
    assertEquals(
        List.of("depthwisePair", "pointwiseWide", "pointwiseWide"),
        block(new Shape(16, 32, 32, 128), 4, large));
  }

  private static DeviceTraits cuda(boolean tensorCores) {
    return new DeviceTraits(
        true, 1L << 32, 1L << 30, 48 * 1024, 1024, UNITS, "CUDA", true, tensorCores);
  }

  @Test
  void tensorCoresGetTheProductsOfFloat16() {
    Shape shape = new Shape(4, 64, 64, 64);
    DeviceTraits with = cuda(true);
    assertEquals(List.of("depthwisePair", "pointwisePair"), block(shape, 4, with));
    DeviceTraits half = with.storing(Precision.FLOAT16);
    assertEquals(List.of("depthwisePair", "pointwiseMma", "pointwiseMma"), block(shape, 4, half));
    assertEquals(
        List.of("depthwisePair", "pointwisePair"),
        block(shape, 4, cuda(false).storing(Precision.FLOAT16)));
    // Four rows and 8 channels are less than a warp multiplies at once.
    assertFalse(block(new Shape(1, 2, 2, 64), 4, half).contains("pointwiseMma"));
    assertFalse(block(new Shape(4, 64, 64, 8), 1, half).contains("pointwiseMma"));
  }

  /** The products of T8's last stage, 8×8 pixels, and of the one before it. */
  @Test
  void tensorCoresSumInPartsWhereTilesAreFewerThanProcessors() {
    DeviceTraits half = cuda(true).storing(Precision.FLOAT16);
    assertEquals(
        List.of("depthwiseThree", "depthwiseSeven", "pointwiseMmaSplit", "pointwiseMmaSplit"),
        block(new Shape(1, 8, 8, 384), 3, half));
    // Four rows of tiles and nine columns are few, but 192 channels are six steps only.
    assertEquals(
        List.of("depthwiseThree", "depthwiseSeven", "pointwiseMma", "pointwiseMmaSplit"),
        block(new Shape(1, 16, 16, 192), 3, half));
    // 16 images have 16 rows of tiles: 96 tiles of six columns, 288 of eighteen.
    assertEquals(
        List.of("depthwisePair", "pointwiseMma", "pointwiseMmaSplit"),
        block(new Shape(16, 8, 8, 384), 3, half));
    assertEquals(
        List.of("depthwiseThree", "depthwiseSeven", "pointwiseSplit", "pointwiseSplit"),
        block(new Shape(1, 8, 8, 384), 3, cuda(false).storing(Precision.FLOAT16)));
  }

  @Test
  void theNetworksInputIsNotRoundedForTensorCores() {
    GraphBuilder b = new GraphBuilder("product");
    b.output(Graph.LOGITS, b.add("fc", "block", conv(64, 64, 1, 1), Graph.INPUT));
    Shape shape = new Shape(1, 64, 64, 64);
    DeviceTraits half = cuda(true).storing(Precision.FLOAT16);
    assertEquals(
        "pointwiseTiled",
        KernelTable.choose(b.build(), shape, emulator().with(half)).getFirst().name());
    assertEquals(
        "pointwiseMma",
        KernelTable.choose(b.build(), shape, emulator().with(half.withEdges())).getFirst().name());
  }

  @Test
  void fusesOnlyWhereGroupsFillTheDevice() {
    assertEquals(
        List.of("depthwiseThree", "depthwiseSeven", "pointwiseTiled", "pointwiseSplit"),
        block(new Shape(1, 16, 16, 64), 3, gpu(48 * 1024)));
  }

  @Test
  void takesOnlyWhatLocalMemoryHolds() {
    assertEquals(
        List.of("depthwiseThree", "convolutionColumns", "pointwiseWide", "pointwiseTiled"),
        block(new Shape(4, 64, 64, 64), 4, gpu(13 * 1024)));
  }

  private static String depthwise(
      int kernel, int stride, int multiplier, int channels, DeviceTraits traits) {
    Tensor weight =
        Tensor.of(
            "w",
            new float[channels * multiplier * kernel * kernel],
            channels * multiplier,
            1,
            kernel,
            kernel);
    GraphBuilder b = new GraphBuilder("depthwise");
    Conv2d conv = new Conv2d(weight, null, stride, kernel / 2, channels);
    b.output(Graph.LOGITS, b.add("dw", "block", conv, Graph.INPUT));
    Shape shape = new Shape(1, 32, 32, channels);
    return KernelTable.choose(b.build(), shape, emulator().with(traits)).getFirst().name();
  }

  @Test
  void depthwiseWindowsAreChosenByStrideAndSize() {
    DeviceTraits large = gpu(48 * 1024);
    assertEquals("depthwiseThree", depthwise(3, 1, 1, 48, large));
    assertEquals("depthwiseSeven", depthwise(7, 1, 1, 48, large));
    for (int kernel : List.of(5, 9, 11)) {
      assertEquals("depthwiseRows", depthwise(kernel, 1, 1, 48, large));
    }
    // The head's, which doubles the channels.
    assertEquals("depthwiseRows", depthwise(3, 1, 2, 384, large));
    for (int kernel : List.of(3, 7, 9)) {
      assertEquals("depthwiseHalving", depthwise(kernel, 2, 1, 48, large));
      assertEquals("depthwiseHalving", depthwise(kernel, 2, 2, 48, large));
    }
    assertEquals("depthwiseHalving", depthwise(11, 2, 2, 48, large));
    assertEquals("depthwiseTiled", depthwise(11, 2, 1, 48, large));
    assertEquals("depthwiseTiled", depthwise(3, 3, 1, 48, large));
    assertEquals("convolutionColumns", depthwise(21, 1, 1, 48, large));
    assertEquals("convolutionColumns", depthwise(5, 1, 1, 8, large));
    assertEquals("depthwiseTiled", depthwise(9, 1, 1, 48, gpu(32 * 1024 - 512)));
  }

  @Test
  void aProcessorGetsNoneOfThem() {
    DeviceTraits cpu = new DeviceTraits(false, 1L << 32, 1L << 30, 1 << 20, 4096, 2);
    assertEquals(
        List.of(
            "depthwiseVectors", "depthwiseVectorsSeven", "pointwiseSixByTwo", "pointwiseSixByTwo"),
        block(new Shape(4, 16, 16, 64), 4, cpu));
  }

  @Test
  void refusesGridsThatCudaDoesNotTake() {
    DeviceTraits traits =
        new DeviceTraits(true, 1L << 32, 1L << 30, 48 * 1024, 1024, UNITS, "PTX", true, false);
    TornadoDevice device = emulator().with(traits);
    GraphBuilder b = new GraphBuilder("stem");
    b.output(Graph.LOGITS, b.add("conv", "stem", conv(3, 8, 3, 1), Graph.INPUT));
    Graph graph = b.build();
    // A line of each picture is a group in the third direction.
    device.compile(graph, SessionOptions.of(new Shape(65_535, 1, 1, 3))).close();
    SessionOptions large = SessionOptions.of(new Shape(65_536, 1, 1, 3));
    DeviceException refused =
        assertThrows(DeviceException.class, () -> device.compile(graph, large));
    assertTrue(refused.getMessage().contains("smaller batch"), refused::getMessage);
  }
}
