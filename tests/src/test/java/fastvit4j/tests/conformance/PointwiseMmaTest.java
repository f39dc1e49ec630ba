package fastvit4j.tests.conformance;

import static fastvit4j.tests.conformance.GuardedLaunches.groups;

import fastvit4j.kernels.tornado.Epilogue;
import fastvit4j.kernels.tornado.PointwiseMma;
import fastvit4j.kernels.tornado.PointwiseMmaParts;
import fastvit4j.kernels.tornado.PointwiseParts;
import fastvit4j.model.graph.Graph;
import fastvit4j.model.graph.GraphBuilder;
import fastvit4j.model.operator.Add;
import fastvit4j.model.operator.Conv2d;
import fastvit4j.model.operator.Gelu;
import fastvit4j.model.operator.Shape;
import fastvit4j.model.tensor.Activation;
import fastvit4j.runtime.Precision;
import fastvit4j.runtime.half.HalfKernels;
import fastvit4j.tests.DevicesUnderTest;
import fastvit4j.tests.oracle.Oracle;
import fastvit4j.tests.oracle.Values;
import fastvit4j.tools.verify.ErrorAnalysis;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.TornadoNativeArray;

/**
 * Matrix products on tensor cores, launched by themselves between guard bands, against float64. The
 * last of what is written is a tile's, which has room for rows and columns that y has not.
 */
public final class PointwiseMmaTest {
  private static final int TILE = PointwiseMma.ROWS * PointwiseMma.COLS;

  private final GuardedLaunches launches = new GuardedLaunches();

  /** Launches are on the first device of TornadoVM's, or the emulator's. */
  @BeforeAll
  static void hasTensorCores() {
    boolean has =
        DevicesUnderTest.all().stream()
            .filter(device -> !device.name().startsWith("cpu"))
            .limit(1)
            .anyMatch(device -> Boolean.TRUE.equals(device.properties().get("tensor_cores")));
    Assumptions.assumeTrue(has, "the first device of TornadoVM's has no tensor cores");
  }

  /** One element; less and more than a tile, a step and a pair in each direction; whole ones. */
  @ParameterizedTest
  @CsvSource({
    "1, 1, 1",
    "7, 21, 48",
    "64, 64, 64",
    "65, 16, 130",
    "130, 67, 67",
    "9, 200, 5",
    "63, 33, 65"
  })
  void halvesFromHalves(int rows, int in, int out) {
    Product product = new Product(rows, in, out);
    TornadoNativeArray x = launches.halfInput(product.input.toFloats());
    TornadoNativeArray y = launches.halfOutput(rows * out);
    launch(product, x, launches.halfInput(Randoms.outputLast(product.conv.weight())), y);
    GuardedLaunches.compare(
        "y",
        Oracle.run(product.graph, Values.of(product.input)).get(Graph.LOGITS),
        ErrorAnalysis.run(product.graph, product.input, Precision.FLOAT16).get(Graph.LOGITS),
        y);
  }

  /** What is read as float32 is rounded on the way, and what is written as float32 is not. */
  @ParameterizedTest
  @CsvSource({"5, 3, 7", "70, 40, 40"})
  void floatsFromFloats(int rows, int in, int out) {
    Product product = new Product(rows, in, out);
    TornadoNativeArray x = launches.input(product.input.toFloats());
    TornadoNativeArray y = launches.output(rows * out);
    launch(product, x, launches.halfInput(Randoms.outputLast(product.conv.weight())), y);
    GuardedLaunches.compare(
        "y",
        Oracle.run(product.graph, Values.of(product.input)).get(Graph.LOGITS),
        ErrorAnalysis.run(product.graph, product.input, Precision.FLOAT16).get(Graph.LOGITS),
        y);
  }

  /** Sums in parts of one step of 32 channels to all; the last one shorter. */
  @ParameterizedTest
  @CsvSource({
    "1, 1, 1, 32",
    "7, 21, 48, 32",
    "64, 64, 64, 32",
    "65, 130, 130, 64",
    "130, 67, 67, 96",
    "9, 200, 5, 64",
    "63, 33, 65, 32"
  })
  void parts(int rows, int in, int out, int depth) {
    Product product = new Product(rows, in, out);
    TornadoNativeArray x = launches.halfInput(product.input.toFloats());
    TornadoNativeArray w = launches.halfInput(Randoms.outputLast(product.conv.weight()));
    TornadoNativeArray y = launches.halfOutput(rows * out);
    FloatArray bias = launches.input(Randoms.floats(product.conv.bias()));
    int across = Math.ceilDiv(out, PointwiseMma.COLS);
    int down = Math.ceilDiv(rows, PointwiseMma.ROWS);
    int parts = Math.ceilDiv(in, depth);
    FloatArray partial = launches.output(parts * across * down * TILE);
    Object[] split = {new KernelContext(), x, w, partial, rows, in, out, depth};
    launches.add(
        groups(across, down, parts, PointwiseMma.GROUP, 1),
        (graph, task) -> HalfKernels.add(graph, task, PointwiseMmaParts.class, "split", split));
    Object[] merge = {
      new KernelContext(),
      partial,
      bias,
      x,
      y,
      rows,
      out,
      parts,
      PointwiseMma.COLS,
      in == out ? 1 : 0,
      Epilogue.GELU
    };
    launches.add(
        groups(Math.ceilDiv(rows * out, PointwiseParts.MERGED), 1, 1, PointwiseParts.MERGED, 1),
        (graph, task) -> HalfKernels.add(graph, task, PointwiseParts.class, "merge", merge));
    launches.run();
    GuardedLaunches.compare(
        "y",
        Oracle.run(product.graph, Values.of(product.input)).get(Graph.LOGITS),
        ErrorAnalysis.run(product.graph, product.input, Precision.FLOAT16).get(Graph.LOGITS),
        y);
  }

  private void launch(
      Product product, TornadoNativeArray x, TornadoNativeArray w, TornadoNativeArray y) {
    int across = Math.ceilDiv(product.out, PointwiseMma.COLS);
    int down = Math.ceilDiv(product.rows, PointwiseMma.ROWS);
    FloatArray bias = launches.input(Randoms.floats(product.conv.bias()));
    FloatArray sums = launches.output(across * down * TILE);
    Object[] arguments = {
      new KernelContext(),
      x,
      w,
      bias,
      x,
      y,
      sums,
      product.rows,
      product.in,
      product.out,
      product.in == product.out ? 1 : 0,
      Epilogue.GELU
    };
    launches.add(
        groups(across, down, 1, PointwiseMma.GROUP, 1),
        (graph, task) -> HalfKernels.add(graph, task, PointwiseMma.class, "product", arguments));
    launches.run();
  }

  /** A product with GELU, and with its input as residual where that has the output's shape. */
  private static final class Product {
    final int rows;
    final int in;
    final int out;
    final Conv2d conv;
    final Activation input;
    final Graph graph;

    Product(int rows, int in, int out) {
      this.rows = rows;
      this.in = in;
      this.out = out;
      Randoms random = new Randoms(rows * 31 + in);
      conv = random.dense(in, out, 1, 1);
      input = random.input(new Shape(1, 1, rows, in));
      GraphBuilder b = new GraphBuilder("product");
      String value = b.add("conv", "block", conv, Graph.INPUT);
      if (in == out) {
        value = b.add("add", "block", new Add(), value, Graph.INPUT);
      }
      b.output(Graph.LOGITS, b.add("act", "block", new Gelu(), value));
      graph = b.build();
    }
  }
}
