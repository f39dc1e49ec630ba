package fastvit4j.benchmarks;

import fastvit4j.model.checkpoint.SyntheticWeights;
import fastvit4j.model.fastvit.FastViT;
import fastvit4j.model.fastvit.Form;
import fastvit4j.model.fastvit.Variant;
import fastvit4j.model.graph.Graph;
import fastvit4j.model.operator.Shape;
import fastvit4j.model.tensor.Activation;
import fastvit4j.reparam.Reparameterization;
import fastvit4j.runtime.Devices;
import fastvit4j.runtime.Session;
import fastvit4j.runtime.SessionOptions;
import fastvit4j.tools.onnx.OnnxExport;
import fastvit4j.tools.onnx.OnnxOptions;

/**
 * What is computed: a variant's inference form with synthetic weights, on a batch of synthetic
 * pictures; and the sessions that compute it.
 *
 * @param variant the variant
 * @param graph its inference form
 * @param input the batch
 * @param threads cores to use at most
 */
record Workload(Variant variant, Graph graph, Activation input, int threads) {
  private static final long SEED = 1;
  private static final int RGB = 3;

  static Graph graph(Variant variant) {
    Graph train = FastViT.graph(variant.config(), Form.TRAIN, new SyntheticWeights(SEED));
    return Reparameterization.full().apply(train);
  }

  static Workload of(Variant variant, Graph graph, int batch, int size, int threads) {
    Activation input =
        Activation.fromNchw(new SyntheticWeights(SEED).image(batch, RGB, size, size));
    return new Workload(variant, graph, input, threads);
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
}
