package fastvit4j.benchmarks;

import fastvit4j.model.checkpoint.SyntheticWeights;
import fastvit4j.model.fastvit.FastViT;
import fastvit4j.model.fastvit.FastViTConfig;
import fastvit4j.model.fastvit.Form;
import fastvit4j.model.fastvit.Variant;
import fastvit4j.model.graph.Graph;
import fastvit4j.model.operator.Gelu;
import fastvit4j.model.operator.Shape;
import fastvit4j.model.tensor.Activation;
import fastvit4j.reparam.Reparameterization;
import fastvit4j.runtime.Devices;
import fastvit4j.runtime.Session;
import fastvit4j.runtime.SessionOptions;
import fastvit4j.tools.onnx.OnnxExport;
import fastvit4j.tools.onnx.OnnxOptions;
import java.util.Locale;
import java.util.Map;

/**
 * What is computed: a graph, of a whole network or of one operator, on an input; and the sessions
 * that compute it.
 *
 * @param name for people
 * @param graph the graph, whose output is {@link Graph#LOGITS}
 * @param input its input
 * @param threads cores to use at most
 */
record Workload(String name, Graph graph, Activation input, int threads) {
  private static final long SEED = 1;
  private static final int RGB = 3;

  /** A variant's inference form with synthetic weights. */
  static Graph graph(Variant variant) {
    return graph(variant.config());
  }

  /** The same of another architecture. */
  static Graph graph(FastViTConfig config) {
    Graph train = FastViT.graph(config, Form.TRAIN, new SyntheticWeights(SEED));
    return Reparameterization.full().apply(train);
  }

  /** That on a batch of synthetic pictures. */
  static Workload of(Variant variant, Graph graph, int batch, int size, int threads) {
    return of(
        variant.name().toLowerCase(Locale.ROOT), graph, new Shape(batch, size, size, RGB), threads);
  }

  /** A graph on a synthetic input. */
  static Workload of(String name, Graph graph, Shape shape, int threads) {
    Activation input =
        Activation.fromNchw(
            new SyntheticWeights(SEED).image(shape.n(), shape.c(), shape.h(), shape.w()));
    return new Workload(name, graph, input, threads);
  }

  /** Our session on the processor. */
  Session session() {
    SessionOptions options = SessionOptions.of(input.shape()).withThreads(threads);
    return Devices.named("cpu").compile(graph, options);
  }

  /** ONNX Runtime's, of the same graph exported. */
  OnnxRuntimeSession onnxRuntime(boolean spinning) {
    Shape shape = input.shape();
    return OnnxRuntimeSession.of(OnnxExport.bytes(graph, OnnxOptions.of(shape)), threads, spinning);
  }

  /** Multiply-accumulate operations. */
  long macs() {
    return graph.macs(input.shape());
  }

  /** Elements of which GELU is computed. */
  long gelus() {
    Map<String, Shape> shapes = graph.shapes(input.shape());
    return graph.nodes().stream()
        .filter(node -> node.operator() instanceof Gelu)
        .mapToLong(node -> shapes.get(node.name()).elements())
        .sum();
  }

  /** Bytes that must be read and written at least: input, weights, output. */
  long bytes() {
    long weights = graph.tensors().values().stream().mapToLong(t -> t.elements()).sum();
    long output = graph.shapes(input.shape()).get(graph.outputs().get(Graph.LOGITS)).elements();
    return 4 * (input.shape().elements() + weights + output);
  }
}
