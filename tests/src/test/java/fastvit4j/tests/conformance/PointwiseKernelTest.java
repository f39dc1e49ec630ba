package fastvit4j.tests.conformance;

import static fastvit4j.tests.conformance.GuardedLaunches.groups;

import fastvit4j.kernels.tornado.Epilogue;
import fastvit4j.kernels.tornado.Pointwise;
import fastvit4j.kernels.tornado.PointwiseParts;
import fastvit4j.kernels.tornado.PointwiseTiles;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** The matrix products for GPUs, each launched by itself between guard bands, against float64. */
public final class PointwiseKernelTest {

  private final GuardedLaunches launches = new GuardedLaunches();
  private final KernelContext context = new KernelContext();
  private int hasResidual;
  private FloatArray x;
  private FloatArray w;
  private FloatArray bias;
  private FloatArray y;

  @ParameterizedTest
  @CsvSource({"1, 1, 1", "7, 21, 48", "64, 64, 64", "65, 16, 130", "130, 67, 67", "9, 200, 5"})
  void tiled(int rows, int in, int out) {
    check(
        rows,
        in,
        out,
        () ->
            launches.add(
                groups(ceil(out, 64), ceil(rows, 64), 1, Pointwise.GROUP, Pointwise.GROUP),
                (graph, task) ->
                    graph.task(
                        task,
                        Pointwise::tiled,
                        context,
                        x,
                        w,
                        bias,
                        x,
                        y,
                        rows,
                        in,
                        out,
                        hasResidual,
                        Epilogue.GELU)));
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 1", "7, 21, 48", "64, 64, 64", "65, 16, 130", "130, 67, 67", "9, 200, 5"})
  void wide(int rows, int in, int out) {
    check(
        rows,
        in,
        out,
        () ->
            launches.add(
                groups(
                    ceil(out, PointwiseTiles.COLS),
                    ceil(rows, PointwiseTiles.ROWS),
                    1,
                    PointwiseTiles.GROUP,
                    PointwiseTiles.GROUP),
                (graph, task) ->
                    graph.task(
                        task,
                        PointwiseTiles::wide,
                        context,
                        x,
                        w,
                        bias,
                        x,
                        y,
                        rows,
                        in,
                        out,
                        hasResidual,
                        Epilogue.GELU)));
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1, 1, 16",
    "7, 21, 48, 16",
    "64, 64, 64, 32",
    "65, 16, 130, 64",
    "130, 67, 67, 48",
    "9, 200, 5, 80"
  })
  void split(int rows, int in, int out, int depth) {
    int parts = ceil(in, depth);
    FloatArray partial = launches.output(parts * rows * out);
    check(
        rows,
        in,
        out,
        () -> {
          launches.add(
              groups(
                  ceil(out, PointwiseParts.COLS),
                  ceil(rows, PointwiseParts.ROWS),
                  parts,
                  PointwiseParts.GROUP,
                  PointwiseParts.GROUP),
              (graph, task) ->
                  graph.task(
                      task, PointwiseParts::split, context, x, w, partial, rows, in, out, depth));
          launches.add(
              groups(ceil(rows * out, PointwiseParts.MERGED), 1, 1, PointwiseParts.MERGED, 1),
              (graph, task) ->
                  graph.task(
                      task,
                      PointwiseParts::merge,
                      context,
                      partial,
                      bias,
                      x,
                      y,
                      rows,
                      out,
                      parts,
                      1,
                      hasResidual,
                      Epilogue.GELU));
        });
  }

  /** A product with GELU, and with its input as residual where that has the output's shape. */
  private void check(int rows, int in, int out, Runnable launch) {
    Randoms random = new Randoms(rows * 31 + in);
    Conv2d conv = random.dense(in, out, 1, 1);
    Activation input = random.input(new Shape(1, 1, rows, in));
    GraphBuilder b = new GraphBuilder("product");
    String value = b.add("conv", "block", conv, Graph.INPUT);
    hasResidual = in == out ? 1 : 0;
    if (in == out) {
      value = b.add("add", "block", new Add(), value, Graph.INPUT);
    }
    b.output(Graph.LOGITS, b.add("act", "block", new Gelu(), value));
    Graph graph = b.build();
    x = launches.input(input.toFloats());
    w = launches.input(Randoms.outputLast(conv.weight()));
    bias = launches.input(Randoms.floats(conv.bias()));
    y = launches.output(rows * out);
    launch.run();
    launches.run();
    GuardedLaunches.compare(
        "y",
        Oracle.run(graph, Values.of(input)).get(Graph.LOGITS),
        ErrorAnalysis.run(graph, input).get(Graph.LOGITS),
        y);
  }

  private static int ceil(int n, int tile) {
    return Math.ceilDiv(n, tile);
  }
}
