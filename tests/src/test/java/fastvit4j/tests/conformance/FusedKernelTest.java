package fastvit4j.tests.conformance;

import static fastvit4j.tests.conformance.GuardedLaunches.groups;

import fastvit4j.kernels.tornado.DepthwisePair;
import fastvit4j.kernels.tornado.DepthwisePointwise;
import fastvit4j.kernels.tornado.Epilogue;
import fastvit4j.kernels.tornado.Packed;
import fastvit4j.kernels.tornado.PointwisePair;
import fastvit4j.model.graph.Graph;
import fastvit4j.model.graph.GraphBuilder;
import fastvit4j.model.operator.Add;
import fastvit4j.model.operator.Conv2d;
import fastvit4j.model.operator.Gelu;
import fastvit4j.model.operator.Relu;
import fastvit4j.model.operator.Shape;
import fastvit4j.model.tensor.Activation;
import fastvit4j.tests.oracle.Oracle;
import fastvit4j.tests.oracle.Values;
import fastvit4j.tools.verify.Bounded;
import fastvit4j.tools.verify.ErrorAnalysis;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Kernels that compute several operators, each launched by itself between guard bands. */
public final class FusedKernelTest {
  private static final String MIXED = "mixed";

  private final GuardedLaunches launches = new GuardedLaunches();
  private final KernelContext context = new KernelContext();

  @ParameterizedTest
  @CsvSource({"1, 1, 1, 1", "9, 5, 65, 5", "64, 64, 128, 64", "67, 70, 21, 130"})
  void pointwisePair(int rows, int in, int hidden, int out) {
    Randoms random = new Randoms(rows);
    Conv2d first = random.dense(in, hidden, 1, 1);
    Conv2d second = random.dense(hidden, out, 1, 1);
    GraphBuilder b = new GraphBuilder("pair");
    String value = b.add("first", "block", first, Graph.INPUT);
    value = b.add("gelu", "block", new Gelu(), value);
    value = b.add("second", "block", second, value);
    int hasResidual = in == out ? 1 : 0;
    if (hasResidual == 1) {
      value = b.add("add", "block", new Add(), value, Graph.INPUT);
    }
    b.output(Graph.LOGITS, b.add("relu", "block", new Relu(), value));
    Activation input = random.input(new Shape(1, 1, rows, in));
    FloatArray x = launches.input(input.toFloats());
    FloatArray w1 = weight(first);
    FloatArray b1 = bias(first);
    FloatArray w2 = weight(second);
    FloatArray b2 = bias(second);
    FloatArray y = launches.output(rows * out);
    launches.add(
        groups(
            Math.ceilDiv(out, PointwisePair.TILE),
            Math.ceilDiv(rows, PointwisePair.TILE),
            1,
            PointwisePair.GROUP,
            PointwisePair.GROUP),
        (graph, task) ->
            graph.task(
                task,
                PointwisePair::pair,
                context,
                x,
                w1,
                b1,
                w2,
                b2,
                x,
                y,
                rows,
                in,
                hidden,
                out,
                hasResidual,
                Packed.of(0, Epilogue.GELU, Epilogue.RELU)));
    check(b.build(), input, Map.of(Graph.LOGITS, y));
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 1, 1, 1", "2, 9, 13, 21, 67", "1, 8, 8, 64, 64", "1, 3, 10, 80, 5"})
  void depthwisePointwise(int n, int height, int width, int in, int out) {
    Randoms random = new Randoms(height);
    Conv2d depthwise = random.depthwise(in, 1, 7, 1);
    Conv2d pointwise = random.dense(in, out, 1, 1);
    GraphBuilder b = new GraphBuilder("depthwise_pointwise");
    String value = b.add("dw", "block", depthwise, Graph.INPUT);
    value = b.add("pw", "block", pointwise, value);
    b.output(Graph.LOGITS, b.add("gelu", "block", new Gelu(), value));
    Activation input = random.input(new Shape(n, height, width, in));
    FloatArray x = launches.input(input.toFloats());
    FloatArray dwWeight = weight(depthwise);
    FloatArray dwBias = bias(depthwise);
    FloatArray w = weight(pointwise);
    FloatArray bias = bias(pointwise);
    FloatArray y = launches.output(n * height * width * out);
    launches.add(
        groups(
            Math.ceilDiv(width, DepthwisePointwise.SIDE),
            Math.ceilDiv(height, DepthwisePointwise.SIDE),
            n,
            DepthwisePointwise.GROUP,
            DepthwisePointwise.GROUP),
        (graph, task) ->
            graph.task(
                task,
                DepthwisePointwise::sevenPointwise,
                context,
                x,
                dwWeight,
                dwBias,
                w,
                bias,
                y,
                height,
                width,
                in,
                out,
                Epilogue.GELU));
    check(b.build(), input, Map.of(Graph.LOGITS, y));
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 1, 1", "2, 9, 11, 17", "1, 8, 8, 32", "1, 17, 3, 5"})
  void depthwisePair(int n, int height, int width, int channels) {
    Randoms random = new Randoms(height);
    Conv2d three = random.depthwise(channels, 1, 3, 1);
    Conv2d seven = random.depthwise(channels, 1, 7, 1);
    GraphBuilder b = new GraphBuilder("depthwise_pair");
    String value = b.add("three", "block", three, Graph.INPUT);
    b.output(MIXED, value);
    b.output(Graph.LOGITS, b.add("seven", "block", seven, value));
    Activation input = random.input(new Shape(n, height, width, channels));
    FloatArray x = launches.input(input.toFloats());
    FloatArray w3 = weight(three);
    FloatArray b3 = bias(three);
    FloatArray w7 = weight(seven);
    FloatArray b7 = bias(seven);
    FloatArray mixed = launches.output(n * height * width * channels);
    FloatArray y = launches.output(n * height * width * channels);
    launches.add(
        groups(
            Math.ceilDiv(channels, DepthwisePair.LANES),
            Math.ceilDiv(width, DepthwisePair.SIDE),
            n * Math.ceilDiv(height, DepthwisePair.SIDE),
            DepthwisePair.LANES,
            DepthwisePair.ITEMS),
        (graph, task) ->
            graph.task(
                task,
                DepthwisePair::threeSeven,
                context,
                x,
                w3,
                b3,
                w7,
                b7,
                mixed,
                y,
                height,
                width,
                channels));
    check(b.build(), input, Map.of(MIXED, mixed, Graph.LOGITS, y));
  }

  private FloatArray weight(Conv2d conv) {
    return launches.input(Randoms.outputLast(conv.weight()));
  }

  private FloatArray bias(Conv2d conv) {
    return launches.input(Randoms.floats(conv.bias()));
  }

  private void check(Graph graph, Activation input, Map<String, FloatArray> outputs) {
    launches.run();
    Map<String, Values> exact = Oracle.run(graph, Values.of(input));
    Map<String, Bounded> bounds = ErrorAnalysis.run(graph, input);
    outputs.forEach(
        (name, y) -> GuardedLaunches.compare(name, exact.get(name), bounds.get(name), y));
  }
}
