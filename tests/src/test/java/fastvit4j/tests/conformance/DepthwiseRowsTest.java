package fastvit4j.tests.conformance;

import static fastvit4j.tests.conformance.GuardedLaunches.groups;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import fastvit4j.kernels.tornado.DepthwiseRows;
import fastvit4j.kernels.tornado.Epilogue;
import fastvit4j.kernels.tornado.Packed;
import fastvit4j.model.UserException;
import fastvit4j.model.graph.Graph;
import fastvit4j.model.graph.GraphBuilder;
import fastvit4j.model.operator.Add;
import fastvit4j.model.operator.Conv2d;
import fastvit4j.model.operator.Gelu;
import fastvit4j.model.operator.Shape;
import fastvit4j.model.tensor.Activation;
import fastvit4j.runtime.Device;
import fastvit4j.runtime.Precision;
import fastvit4j.runtime.half.HalfKernels;
import fastvit4j.tests.DevicesUnderTest;
import fastvit4j.tests.oracle.Oracle;
import fastvit4j.tests.oracle.Values;
import fastvit4j.tools.verify.ErrorAnalysis;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.TornadoNativeArray;

/**
 * The depthwise convolutions of any window and stride 1 or 2, launched by themselves between guard
 * bands, against float64.
 */
public final class DepthwiseRowsTest {
  private final GuardedLaunches launches = new GuardedLaunches();

  /**
   * One pixel; odd sizes; whole tiles; fewer and more than eight columns, a group's lines and 32
   * channels; windows larger than the image; even ones; no padding, and more than "same".
   */
  @ParameterizedTest
  @CsvSource({
    "3, 1, 1, 1, 1, 1, 1, 1",
    "3, 1, 2, 1, 5, 9, 17, 1",
    "5, 1, 1, 2, 6, 11, 33, 2",
    "5, 1, 1, 1, 8, 8, 32, 2",
    "5, 1, 1, 1, 9, 7, 6, 0",
    "7, 1, 4, 1, 9, 10, 9, 3",
    "9, 1, 1, 1, 9, 17, 5, 4",
    "11, 1, 1, 1, 7, 9, 34, 5",
    "11, 1, 1, 2, 2, 3, 7, 5",
    "11, 1, 2, 1, 13, 17, 20, 5",
    "3, 2, 1, 1, 1, 1, 1, 1",
    "3, 2, 1, 2, 9, 17, 33, 1",
    "3, 2, 2, 1, 8, 32, 24, 1",
    "5, 2, 2, 1, 11, 6, 20, 2",
    "7, 2, 1, 1, 10, 7, 33, 3",
    "7, 2, 2, 2, 9, 13, 24, 3",
    "7, 2, 2, 1, 16, 33, 16, 3",
    "7, 2, 2, 1, 12, 9, 5, 0",
    "9, 2, 1, 1, 9, 17, 6, 4",
    "11, 2, 4, 1, 9, 9, 9, 5",
    "1, 1, 1, 1, 3, 9, 4, 0",
    "1, 2, 1, 1, 3, 9, 4, 0",
    "2, 2, 1, 1, 6, 5, 7, 0",
    "4, 1, 2, 1, 6, 5, 7, 1",
    "4, 2, 1, 1, 9, 10, 7, 3"
  })
  void floats(
      int kernel,
      int stride,
      int multiplier,
      int n,
      int height,
      int width,
      int channels,
      int padding) {
    Shape shape = new Shape(n, height, width, channels);
    Problem problem = new Problem(kernel, stride, multiplier, shape, padding);
    TornadoNativeArray x = launches.input(problem.input.toFloats());
    TornadoNativeArray w = launches.input(Randoms.outputLast(problem.conv.weight()));
    check(problem, x, w, launches.output(problem.output.elements()), Precision.FLOAT32);
  }

  @ParameterizedTest
  @CsvSource({
    "5, 1, 1, 2, 6, 11, 33, 2",
    "11, 1, 1, 1, 7, 9, 34, 5",
    "3, 2, 1, 2, 9, 17, 33, 1",
    "7, 2, 2, 2, 9, 13, 24, 3"
  })
  void halves(
      int kernel,
      int stride,
      int multiplier,
      int n,
      int height,
      int width,
      int channels,
      int padding) {
    Device device =
        DevicesUnderTest.all().stream()
            .filter(one -> !one.name().startsWith("cpu"))
            .findFirst()
            .orElseThrow();
    try {
      device.storing(Precision.FLOAT16);
    } catch (UserException e) {
      Assumptions.abort(e.getMessage());
    }
    Shape shape = new Shape(n, height, width, channels);
    Problem problem = new Problem(kernel, stride, multiplier, shape, padding);
    TornadoNativeArray x = launches.halfInput(problem.input.toFloats());
    TornadoNativeArray w = launches.halfInput(Randoms.outputLast(problem.conv.weight()));
    check(problem, x, w, launches.halfOutput(problem.output.elements()), Precision.FLOAT16);
  }

  private void check(
      Problem problem,
      TornadoNativeArray x,
      TornadoNativeArray w,
      TornadoNativeArray y,
      Precision precision) {
    Conv2d conv = problem.conv;
    Shape in = problem.input.shape();
    Shape out = problem.output;
    int multiplier = out.c() / in.c();
    int lines = DepthwiseRows.lines(conv.kernelHeight(), conv.stride(), multiplier);
    assertNotEquals(0, lines);
    FloatArray bias = launches.input(Randoms.floats(conv.bias()));
    Object[] arguments = {
      new KernelContext(),
      x,
      w,
      bias,
      x,
      y,
      in.h(),
      in.w(),
      in.c(),
      out.c(),
      multiplier,
      Packed.of(0, conv.kernelHeight(), conv.padding()),
      lines,
      Packed.of(0, problem.hasResidual ? 1 : 0, Epilogue.GELU)
    };
    String method = conv.stride() == 1 ? "everyPixel" : "everySecond";
    launches.add(
        groups(
            Math.ceilDiv(out.c(), DepthwiseRows.LANES),
            Math.ceilDiv(out.w(), DepthwiseRows.OUTPUTS),
            out.n() * Math.ceilDiv(out.h(), lines),
            DepthwiseRows.LANES,
            lines),
        (graph, task) -> {
          if (precision == Precision.FLOAT16) {
            HalfKernels.add(graph, task, DepthwiseRows.class, method, arguments);
          } else {
            graph.task(
                task,
                conv.stride() == 1 ? DepthwiseRows::everyPixel : DepthwiseRows::everySecond,
                (KernelContext) arguments[0],
                (FloatArray) x,
                (FloatArray) w,
                bias,
                (FloatArray) x,
                (FloatArray) y,
                in.h(),
                in.w(),
                in.c(),
                out.c(),
                multiplier,
                (Integer) arguments[11],
                lines,
                (Integer) arguments[13]);
          }
        });
    launches.run();
    GuardedLaunches.compare(
        "y",
        Oracle.run(problem.graph, Values.of(problem.input)).get(Graph.LOGITS),
        ErrorAnalysis.run(problem.graph, problem.input, precision).get(Graph.LOGITS),
        y);
  }

  @Test
  void saysWhichWindowsItHolds() {
    assertEquals(8, DepthwiseRows.lines(9, 1, 1));
    assertEquals(4, DepthwiseRows.lines(11, 1, 1));
    assertEquals(4, DepthwiseRows.lines(3, 2, 1));
    assertEquals(2, DepthwiseRows.lines(7, 2, 1));
    assertEquals(8, DepthwiseRows.lines(7, 2, 2));
    assertEquals(0, DepthwiseRows.lines(7, 1, 3));
    assertEquals(2, DepthwiseRows.lines(12, 1, 1));
    assertEquals(0, DepthwiseRows.lines(13, 1, 1));
    assertEquals(2, DepthwiseRows.lines(9, 2, 1));
    assertEquals(0, DepthwiseRows.lines(10, 2, 1));
    assertEquals(0, DepthwiseRows.lines(3, 3, 1));
  }

  /** A convolution with GELU, and with its input as residual where that has the output's shape. */
  private static final class Problem {
    final Conv2d conv;
    final Activation input;
    final Shape output;
    final boolean hasResidual;
    final Graph graph;

    Problem(int kernel, int stride, int multiplier, Shape shape, int padding) {
      Randoms random = new Randoms(kernel * 31 + shape.c());
      Conv2d same = random.depthwise(shape.c(), multiplier, kernel, stride);
      conv = new Conv2d(same.weight(), same.bias(), stride, padding, shape.c());
      input = random.input(shape);
      output = conv.infer(List.of(shape));
      hasResidual = output.equals(shape);
      GraphBuilder b = new GraphBuilder("depthwise");
      String value = b.add("conv", "block", conv, Graph.INPUT);
      if (hasResidual) {
        value = b.add("add", "block", new Add(), value, Graph.INPUT);
      }
      b.output(Graph.LOGITS, b.add("act", "block", new Gelu(), value));
      graph = b.build();
    }
  }
}
