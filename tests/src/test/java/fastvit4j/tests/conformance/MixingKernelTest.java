package fastvit4j.tests.conformance;

import static fastvit4j.tests.conformance.GuardedLaunches.groups;

import fastvit4j.kernels.tornado.AttentionHead;
import fastvit4j.kernels.tornado.Epilogue;
import fastvit4j.kernels.tornado.Packed;
import fastvit4j.kernels.tornado.PixelStem;
import fastvit4j.kernels.tornado.SqueezeExciteImage;
import fastvit4j.model.graph.Graph;
import fastvit4j.model.graph.GraphBuilder;
import fastvit4j.model.operator.Conv2d;
import fastvit4j.model.operator.Gelu;
import fastvit4j.model.operator.Relu;
import fastvit4j.model.operator.SelfAttention;
import fastvit4j.model.operator.Shape;
import fastvit4j.model.operator.Silu;
import fastvit4j.model.operator.SqueezeExcite;
import fastvit4j.model.tensor.Activation;
import fastvit4j.model.tensor.Tensor;
import fastvit4j.tests.oracle.Oracle;
import fastvit4j.tests.oracle.Values;
import fastvit4j.tools.verify.ErrorAnalysis;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.ByteArray;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Attention, squeeze-excite and the stem as one kernel each, between guard bands. */
public final class MixingKernelTest {
  private final GuardedLaunches launches = new GuardedLaunches();
  private final KernelContext context = new KernelContext();

  @ParameterizedTest
  @CsvSource({
    "1, 1, 1, 1, 1",
    "2, 3, 11, 3, 32",
    "1, 8, 8, 2, 32",
    "1, 5, 13, 1, 64",
    "1, 7, 5, 2, 33"
  })
  void attention(int n, int height, int width, int heads, int headDim) {
    int tokens = height * width;
    GraphBuilder b = new GraphBuilder("attention");
    b.output(Graph.LOGITS, b.add("head", "block", new SelfAttention(heads, headDim), Graph.INPUT));
    Activation input = new Randoms(tokens).input(new Shape(n, height, width, 3 * heads * headDim));
    FloatArray qkv = launches.input(input.toFloats());
    FloatArray y = launches.output(n * tokens * heads * headDim);
    launches.add(
        groups(
            Math.ceilDiv(tokens, AttentionHead.BLOCK),
            heads,
            n,
            AttentionHead.BLOCK,
            AttentionHead.ITEMS),
        (graph, task) ->
            graph.task(
                task,
                AttentionHead::online,
                context,
                qkv,
                y,
                tokens,
                heads,
                headDim,
                (float) (1 / Math.sqrt(headDim))));
    check(b.build(), input, y);
  }

  /** Scores that grow from block to block, so that what was summed is scaled down each time. */
  @ParameterizedTest
  @CsvSource({"1", "-1"})
  void attentionOfScoresThatGrow(int sign) {
    int tokens = 70;
    int dim = 32;
    Activation input = Activation.allocate(new Shape(1, 1, tokens, 3 * dim));
    for (int t = 0; t < tokens; t++) {
      for (int d = 0; d < dim; d++) {
        input.set(t * 3 * dim + d, 1.0f);
        input.set(t * 3 * dim + dim + d, sign * t / 16.0f);
        input.set(t * 3 * dim + 2 * dim + d, (t * 7 + d) % 5 - 2.0f);
      }
    }
    GraphBuilder b = new GraphBuilder("attention");
    b.output(Graph.LOGITS, b.add("head", "block", new SelfAttention(1, dim), Graph.INPUT));
    FloatArray qkv = launches.input(input.toFloats());
    FloatArray y = launches.output(tokens * dim);
    launches.add(
        groups(3, 1, 1, AttentionHead.BLOCK, AttentionHead.ITEMS),
        (graph, task) ->
            graph.task(
                task,
                AttentionHead::online,
                context,
                qkv,
                y,
                tokens,
                1,
                dim,
                (float) (1 / Math.sqrt(dim))));
    check(b.build(), input, y);
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 1, 1, 1", "2, 3, 5, 21, 5", "1, 9, 8, 270, 33", "2, 2, 2, 512, 64"})
  void squeezeExcite(int n, int height, int width, int channels, int reduced) {
    Randoms random = new Randoms(channels);
    SqueezeExcite excite =
        new SqueezeExcite(
            random.tensor(Math.sqrt(channels), reduced, channels, 1, 1),
            random.tensor(2, reduced),
            random.tensor(Math.sqrt(reduced), channels, reduced, 1, 1),
            random.tensor(2, channels));
    GraphBuilder b = new GraphBuilder("squeeze_excite");
    String value = b.add("se", "head", excite, Graph.INPUT);
    b.output(Graph.LOGITS, b.add("gelu", "head", new Gelu(), value));
    Activation input = random.input(new Shape(n, height, width, channels));
    FloatArray x = launches.input(input.toFloats());
    FloatArray w1 = launches.input(Randoms.outputLast(excite.reduceWeight()));
    FloatArray b1 = launches.input(Randoms.floats(excite.reduceBias()));
    FloatArray w2 = launches.input(Randoms.outputLast(excite.expandWeight()));
    FloatArray b2 = launches.input(Randoms.floats(excite.expandBias()));
    FloatArray y = launches.output(n * height * width * channels);
    launches.add(
        groups(n, 1, 1, SqueezeExciteImage.GROUP, 1),
        (graph, task) ->
            graph.task(
                task,
                SqueezeExciteImage::image,
                context,
                x,
                w1,
                b1,
                w2,
                b2,
                y,
                height * width,
                channels,
                reduced,
                Epilogue.GELU));
    check(b.build(), input, y);
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 1, 1", "2, 33, 37, 21", "1, 32, 64, 48", "1, 5, 70, 80"})
  void stem(int n, int height, int width, int channels) {
    byte[] bytes = new byte[n * height * width * 3];
    new Random(height).nextBytes(bytes);
    Randoms random = new Randoms(width);
    // Powers of two, so that the oracle's input, which is float32, is exact.
    float[] normalization = {0x1p-7f, 0x1p-6f, 0x1p-7f, -1, -2, -0.5f};
    Activation input = Activation.allocate(new Shape(n, height, width, 3));
    for (int i = 0; i < bytes.length; i++) {
      input.set(i, (bytes[i] & 0xff) * normalization[i % 3] + normalization[3 + i % 3]);
    }
    Conv2d first = random.dense(3, channels, 3, 2);
    Conv2d depthwise = random.depthwise(channels, 1, 3, 2);
    Conv2d last = random.dense(channels, channels, 1, 1);
    GraphBuilder b = new GraphBuilder("stem");
    String value = b.add("first", "stem", first, Graph.INPUT);
    value = b.add("gelu", "stem", new Gelu(), value);
    value = b.add("depthwise", "stem", depthwise, value);
    value = b.add("relu", "stem", new Relu(), value);
    value = b.add("last", "stem", last, value);
    b.output(Graph.LOGITS, b.add("silu", "stem", new Silu(), value));
    int outHeight = Math.ceilDiv(Math.ceilDiv(height, 2), 2);
    int outWidth = Math.ceilDiv(Math.ceilDiv(width, 2), 2);
    ByteArray x = launches.input(bytes);
    FloatArray norm = launches.input(normalization);
    FloatArray w1 = launches.input(Randoms.outputLast(windowFirst(first, channels)));
    FloatArray b1 = launches.input(Randoms.floats(first.bias()));
    FloatArray w2 = launches.input(Randoms.outputLast(depthwise.weight()));
    FloatArray b2 = launches.input(Randoms.floats(depthwise.bias()));
    FloatArray w3 = launches.input(Randoms.outputLast(last.weight()));
    FloatArray b3 = launches.input(Randoms.floats(last.bias()));
    FloatArray y = launches.output(n * outHeight * outWidth * channels);
    launches.add(
        groups(
            Math.ceilDiv(outWidth, PixelStem.COLUMNS),
            Math.ceilDiv(outHeight, PixelStem.LINES),
            n,
            PixelStem.GROUP,
            PixelStem.GROUP),
        (graph, task) ->
            graph.task(
                task,
                PixelStem::stem,
                context,
                x,
                norm,
                w1,
                b1,
                w2,
                b2,
                w3,
                b3,
                y,
                height,
                width,
                channels,
                Packed.of(Epilogue.GELU, Epilogue.RELU, Epilogue.SILU)));
    check(b.build(), input, y);
  }

  /** The weights [out, 3, 3, in] instead of [out, in, 3, 3]. */
  private static Tensor windowFirst(Conv2d conv, int out) {
    float[] values = Randoms.floats(conv.weight());
    float[] moved = new float[values.length];
    for (int o = 0; o < out; o++) {
      for (int i = 0; i < 3; i++) {
        for (int k = 0; k < 9; k++) {
          moved[(o * 9 + k) * 3 + i] = values[(o * 3 + i) * 9 + k];
        }
      }
    }
    return Tensor.of("moved", moved, out, 3, 3, 3);
  }

  private void check(Graph graph, Activation input, FloatArray y) {
    launches.run();
    GuardedLaunches.compare(
        "y",
        Oracle.run(graph, Values.of(input)).get(Graph.LOGITS),
        ErrorAnalysis.run(graph, input).get(Graph.LOGITS),
        y);
  }
}
