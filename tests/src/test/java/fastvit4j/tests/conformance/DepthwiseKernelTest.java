package fastvit4j.tests.conformance;

import static fastvit4j.tests.conformance.GuardedLaunches.groups;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import fastvit4j.kernels.tornado.Depthwise;
import fastvit4j.kernels.tornado.DepthwiseTiles;
import fastvit4j.kernels.tornado.DepthwiseTwofold;
import fastvit4j.kernels.tornado.DepthwiseVectors;
import fastvit4j.kernels.tornado.Epilogue;
import fastvit4j.kernels.tornado.Lanes;
import fastvit4j.kernels.tornado.Packed;
import fastvit4j.model.graph.Graph;
import fastvit4j.model.graph.GraphBuilder;
import fastvit4j.model.operator.Add;
import fastvit4j.model.operator.Conv2d;
import fastvit4j.model.operator.Gelu;
import fastvit4j.model.operator.Shape;
import fastvit4j.model.tensor.Activation;
import fastvit4j.tests.oracle.Oracle;
import fastvit4j.tests.oracle.Values;
import fastvit4j.tools.verify.ErrorAnalysis;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.WorkerGrid;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * The depthwise convolutions for GPUs and processors, each launched by itself between guard bands.
 */
public final class DepthwiseKernelTest {
  private final GuardedLaunches launches = new GuardedLaunches();
  private final KernelContext context = new KernelContext();
  private int hasResidual;
  private FloatArray x;

  /** The same as x, for kernels that read both as vectors. */
  private FloatArray same;

  private FloatArray w;
  private FloatArray bias;
  private FloatArray y;

  @ParameterizedTest
  @CsvSource({
    "3, 1, 1, 1, 1",
    "3, 2, 9, 17, 33",
    "3, 1, 8, 8, 32",
    "7, 1, 1, 1, 1",
    "7, 2, 5, 11, 33",
    "7, 1, 8, 8, 64",
    "7, 1, 13, 3, 5"
  })
  void fixedWindows(int kernel, int n, int height, int width, int channels) {
    check(
        kernel,
        1,
        1,
        new Shape(n, height, width, channels),
        () ->
            launches.add(
                groups(
                    Math.ceilDiv(channels, Depthwise.LANES),
                    Math.ceilDiv(width, Depthwise.SIDE),
                    n * Math.ceilDiv(height, Depthwise.SIDE),
                    Depthwise.LANES,
                    Depthwise.SIDE),
                (graph, task) -> {
                  if (kernel == 3) {
                    graph.task(
                        task,
                        Depthwise::three,
                        context,
                        x,
                        w,
                        bias,
                        x,
                        y,
                        height,
                        width,
                        channels,
                        hasResidual,
                        Epilogue.GELU);
                  } else {
                    graph.task(
                        task,
                        Depthwise::seven,
                        context,
                        x,
                        w,
                        bias,
                        x,
                        y,
                        height,
                        width,
                        channels,
                        hasResidual,
                        Epilogue.GELU);
                  }
                }));
  }

  @ParameterizedTest
  @CsvSource({
    "3, 2, 1, 1, 1, 1, 1",
    "3, 2, 1, 2, 9, 17, 33",
    "3, 1, 2, 1, 5, 9, 17",
    "5, 1, 1, 1, 6, 11, 7",
    "5, 2, 2, 1, 11, 6, 20",
    "7, 2, 2, 2, 9, 13, 24",
    "7, 2, 1, 1, 10, 7, 33",
    "9, 1, 1, 1, 7, 10, 5",
    "9, 2, 2, 1, 9, 17, 6",
    "11, 1, 1, 1, 7, 9, 34",
    "11, 2, 1, 1, 12, 7, 3",
    "11, 2, 4, 1, 9, 9, 9"
  })
  void anyWindow(
      int kernel, int stride, int multiplier, int n, int height, int width, int channels) {
    int out = channels * multiplier;
    int tile = DepthwiseTiles.tile(kernel, stride, multiplier);
    assertNotEquals(0, tile);
    int lines = Packed.middle(tile);
    int strips = Packed.low(tile);
    int outHeight = (height - 1) / stride + 1;
    int outWidth = (width - 1) / stride + 1;
    check(
        kernel,
        stride,
        multiplier,
        new Shape(n, height, width, channels),
        () ->
            launches.add(
                groups(
                    Math.ceilDiv(out, DepthwiseTiles.LANES),
                    Math.ceilDiv(outWidth, DepthwiseTiles.OUTPUTS * strips),
                    n * Math.ceilDiv(outHeight, lines),
                    DepthwiseTiles.LANES,
                    lines * strips),
                (graph, task) ->
                    graph.task(
                        task,
                        DepthwiseTiles::tiled,
                        context,
                        x,
                        w,
                        bias,
                        x,
                        y,
                        height,
                        width,
                        channels,
                        out,
                        multiplier,
                        Packed.of(0, kernel, stride),
                        kernel / 2,
                        tile,
                        Packed.of(0, hasResidual, Epilogue.GELU))));
  }

  @ParameterizedTest
  @CsvSource({
    "3, 1, 1, 1, 1, 1, 16",
    "3, 1, 1, 2, 9, 17, 48",
    "3, 2, 1, 2, 9, 7, 32",
    "7, 2, 1, 1, 6, 11, 16",
    "3, 1, 2, 1, 5, 9, 16",
    "7, 2, 2, 2, 9, 13, 48",
    "7, 2, 2, 1, 1, 1, 16"
  })
  void vectors(int kernel, int stride, int multiplier, int n, int height, int width, int channels) {
    int outHeight = (height - 1) / stride + 1;
    int outWidth = (width - 1) / stride + 1;
    check(
        kernel,
        stride,
        multiplier,
        new Shape(n, height, width, channels),
        () -> {
          FloatArray weights = multiplier == 1 ? w : launches.input(evenThenOdd(channels, kernel));
          launches.add(
              lanes(outWidth, DepthwiseVectors.OUTPUTS, n * outHeight, channels),
              (graph, task) ->
                  graph.task(
                      task,
                      multiplier == 1 ? DepthwiseVectors::single : DepthwiseTwofold::twofold,
                      context,
                      x,
                      weights,
                      bias,
                      same,
                      y,
                      height,
                      width,
                      channels,
                      Packed.of(kernel, kernel, stride),
                      kernel / 2,
                      Packed.of(0, hasResidual, Epilogue.GELU)));
        });
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 1, 16", "2, 5, 11, 48", "1, 8, 8, 32", "1, 13, 17, 16"})
  void sevenOfVectors(int n, int height, int width, int channels) {
    check(
        7,
        1,
        1,
        new Shape(n, height, width, channels),
        () ->
            launches.add(
                lanes(width, DepthwiseVectors.OUTPUTS_OF_SEVEN, n * height, channels),
                (graph, task) ->
                    graph.task(
                        task,
                        DepthwiseVectors::seven,
                        context,
                        x,
                        w,
                        bias,
                        same,
                        y,
                        height,
                        width,
                        channels,
                        hasResidual,
                        Epilogue.GELU)));
  }

  private static WorkerGrid lanes(int outWidth, int outputs, int lines, int channels) {
    return groups(Math.ceilDiv(outWidth, outputs), lines, channels / Lanes.COUNT, 1, 1);
  }

  /** The weights with the even output channels of sixteen inputs before their odd ones. */
  private float[] evenThenOdd(int channels, int kernel) {
    float[] split = new float[kernel * kernel * 2 * channels];
    for (int i = 0; i < split.length; i++) {
      int panel = i / 32 * 32;
      split[i] = w.get(panel + i % 32 / 16 + i % 16 * 2);
    }
    return split;
  }

  @Test
  void saysWhichWindowsHaveNoTile() {
    assertEquals(0, DepthwiseTiles.tile(7, 1, 3));
    assertEquals(0, DepthwiseTiles.tile(31, 2, 1));
  }

  /** A convolution with GELU, and its input as residual where that has the output's shape. */
  private void check(int kernel, int stride, int multiplier, Shape shape, Runnable launch) {
    Randoms random = new Randoms(kernel * 31 + shape.c());
    Conv2d conv = random.depthwise(shape.c(), multiplier, kernel, stride);
    Activation input = random.input(shape);
    GraphBuilder b = new GraphBuilder("depthwise");
    String value = b.add("conv", "block", conv, Graph.INPUT);
    hasResidual = stride == 1 && multiplier == 1 ? 1 : 0;
    if (hasResidual == 1) {
      value = b.add("add", "block", new Add(), value, Graph.INPUT);
    }
    b.output(Graph.LOGITS, b.add("act", "block", new Gelu(), value));
    Graph graph = b.build();
    x = launches.input(input.toFloats());
    same = launches.input(input.toFloats());
    w = launches.input(Randoms.outputLast(conv.weight()));
    bias = launches.input(Randoms.floats(conv.bias()));
    y = launches.output(conv.infer(List.of(shape)).elements());
    launch.run();
    launches.run();
    GuardedLaunches.compare(
        "y",
        Oracle.run(graph, Values.of(input)).get(Graph.LOGITS),
        ErrorAnalysis.run(graph, input).get(Graph.LOGITS),
        y);
  }
}
