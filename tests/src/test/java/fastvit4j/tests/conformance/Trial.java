package fastvit4j.tests.conformance;

import fastvit4j.model.graph.Graph;
import fastvit4j.model.graph.GraphBuilder;
import fastvit4j.model.image.PixelBatch;
import fastvit4j.model.image.Preprocessing;
import fastvit4j.model.operator.BatchNorm;
import fastvit4j.model.operator.Gelu;
import fastvit4j.model.operator.Operator;
import fastvit4j.model.operator.Relu;
import fastvit4j.model.operator.Shape;
import fastvit4j.model.operator.Silu;
import fastvit4j.model.tensor.Activation;
import fastvit4j.model.tensor.Tensor;
import fastvit4j.runtime.Precision;
import fastvit4j.runtime.Session;
import fastvit4j.runtime.SessionOptions;
import fastvit4j.tests.oracle.Oracle;
import fastvit4j.tests.oracle.Values;
import fastvit4j.tools.verify.Bounded;
import fastvit4j.tools.verify.Case;
import fastvit4j.tools.verify.ErrorAnalysis;
import fastvit4j.tools.verify.RandomTensors;
import fastvit4j.tools.verify.Sweep;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

/**
 * A network to run on a device, and what it must give: a case of the sweep, or the beginning of a
 * network that is given pictures as bytes.
 *
 * @param name for the test report
 * @param graph what the device computes
 * @param options what the session must be able to do
 * @param pictures what it is given, or null where it is given {@code input}
 * @param exact what the oracle computes; of pictures their bytes are normalised here
 * @param input the oracle's input
 */
record Trial(
    String name,
    Graph graph,
    SessionOptions options,
    PixelBatch pictures,
    Graph exact,
    Activation input) {
  private static final Preprocessing PREPROCESSING =
      new Preprocessing(8, 8, 1, List.of(0.485f, 0.456f, 0.406f), List.of(0.229f, 0.224f, 0.225f));

  /** All of them. */
  static List<Trial> all() {
    return Stream.concat(Sweep.cases().stream().map(Trial::of), ofPictures().stream()).toList();
  }

  private static Trial of(Case c) {
    return new Trial(c.name(), c.graph(), options(c.graph(), c), null, c.graph(), c.input());
  }

  private static SessionOptions options(Graph graph, Case c) {
    return options(graph, c.input().shape());
  }

  private static SessionOptions options(Graph graph, Shape shape) {
    return SessionOptions.of(shape)
        .withOutputs(new LinkedHashSet<>(graph.outputs().keySet()))
        .withCudaGraphs(false);
  }

  private static List<Trial> ofPictures() {
    List<Trial> trials = new ArrayList<>();
    trials.add(stem(new Shape(2, 13, 35, 3), 21, new Gelu()));
    trials.add(stem(new Shape(1, 1, 1, 3), 1, new Relu()));
    trials.add(stem(new Shape(1, 30, 9, 3), 48, new Silu()));
    return trials;
  }

  private static Trial stem(Shape shape, int channels, Operator activation) {
    RandomTensors random = new RandomTensors(shape.elements());
    List<Operator> operators =
        List.of(
            random.conv(3, channels, 3, 2, 1, 1, true),
            activation,
            random.depthwise(channels, 1, 3, 2),
            activation,
            random.pointwise(channels, channels),
            activation);
    byte[] bytes = new byte[shape.elements()];
    new Random(channels).nextBytes(bytes);
    Activation input = Activation.allocate(shape);
    for (int i = 0; i < bytes.length; i++) {
      input.set(i, bytes[i] & 0xff);
    }
    Graph graph = chain(operators);
    return new Trial(
        "a stem of " + channels + " channels from pictures of " + shape,
        graph,
        options(graph, shape).forPictures(PREPROCESSING),
        new PixelBatch(shape, MemorySegment.ofArray(bytes), PREPROCESSING),
        chain(Stream.concat(Stream.of(normalization()), operators.stream()).toList()),
        input);
  }

  private static Graph chain(List<Operator> operators) {
    GraphBuilder b = new GraphBuilder("stem");
    String value = Graph.INPUT;
    for (int i = 0; i < operators.size(); i++) {
      value = b.add("node" + i, "stem", operators.get(i), value);
    }
    b.output(Graph.LOGITS, value);
    return b.build();
  }

  /** (byte / 255 − mean) / std. */
  private static BatchNorm normalization() {
    double[] mean = PREPROCESSING.mean().stream().mapToDouble(m -> 255.0 * m).toArray();
    double[] variance =
        PREPROCESSING.std().stream().mapToDouble(s -> 255.0 * s * 255.0 * s).toArray();
    return new BatchNorm(
        Tensor.of("weight", new double[] {1, 1, 1}, 3),
        Tensor.of("bias", new double[3], 3),
        Tensor.of("mean", mean, 3),
        Tensor.of("variance", variance, 3),
        0);
  }

  /** What the oracle gives. */
  Map<String, Values> expected() {
    return Oracle.run(exact, Values.of(input));
  }

  /** How far a device may be off that stores values so. */
  Map<String, Bounded> bounds(Precision precision) {
    return ErrorAnalysis.run(exact, input, precision);
  }

  /** What a session gives. */
  Map<String, Activation> run(Session session) {
    return pictures == null ? session.run(input) : session.run(pictures);
  }
}
