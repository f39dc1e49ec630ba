package fastvit4j.benchmarks;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import fastvit4j.model.graph.Graph;
import fastvit4j.model.operator.Shape;
import fastvit4j.model.tensor.Activation;
import fastvit4j.model.tensor.Tensor;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A network that we exported, in ONNX Runtime on the processor: all optimisations, nodes one after
 * the other, as many threads within a node as asked for.
 */
public final class OnnxRuntimeSession implements AutoCloseable {
  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final OrtSession session;

  private interface Loader {
    OrtSession load(OrtEnvironment environment, OrtSession.SessionOptions options)
        throws OrtException;
  }

  private OnnxRuntimeSession(int threads, boolean spinning, Loader loader) {
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
      options.setExecutionMode(OrtSession.SessionOptions.ExecutionMode.SEQUENTIAL);
      options.setIntraOpNumThreads(threads);
      options.setInterOpNumThreads(1);
      options.addConfigEntry("session.intra_op.allow_spinning", spinning ? "1" : "0");
      session = loader.load(environment, options);
    } catch (OrtException e) {
      throw failed(e);
    }
  }

  /** Loads a model from its bytes, to run on so many threads. */
  public static OnnxRuntimeSession of(byte[] model, int threads) {
    return of(model, threads, true);
  }

  /**
   * The same, where threads that wait need not spin (ONNX Runtime's default): spinning is faster on
   * cores of one's own and much slower on cores that others want too.
   */
  public static OnnxRuntimeSession of(byte[] model, int threads, boolean spinning) {
    return new OnnxRuntimeSession(
        threads, spinning, (environment, options) -> environment.createSession(model, options));
  }

  /** Loads a model from a file, and from what lies beside it, to run on so many threads. */
  public static OnnxRuntimeSession open(Path model, int threads) {
    return new OnnxRuntimeSession(
        threads,
        true,
        (environment, options) -> environment.createSession(model.toString(), options));
  }

  /** ONNX Runtime's version. */
  public static String version() {
    return OrtEnvironment.getEnvironment().getVersion();
  }

  /** An input, NCHW, which its owner closes. */
  public OnnxTensor tensor(Activation input) {
    Shape shape = input.shape();
    FloatBuffer values = FloatBuffer.wrap(input.toNchw(Graph.INPUT).toFloats());
    try {
      return OnnxTensor.createTensor(
          environment, values, new long[] {shape.n(), shape.c(), shape.h(), shape.w()});
    } catch (OrtException e) {
      throw failed(e);
    }
  }

  /** Computes all outputs and forgets them. */
  public void run(OnnxTensor input) {
    try (OrtSession.Result result = session.run(Map.of(Graph.INPUT, input))) {
      if (result.size() == 0) {
        throw new IllegalStateException("the model has no outputs");
      }
    } catch (OrtException e) {
      throw failed(e);
    }
  }

  /** Computes all outputs, by name. */
  public Map<String, Activation> run(Activation input) {
    try (OnnxTensor tensor = tensor(input);
        OrtSession.Result result = session.run(Map.of(Graph.INPUT, tensor))) {
      Map<String, Activation> outputs = new LinkedHashMap<>();
      for (Map.Entry<String, OnnxValue> output : result) {
        outputs.put(output.getKey(), activation(output.getKey(), (OnnxTensor) output.getValue()));
      }
      return outputs;
    } catch (OrtException e) {
      throw failed(e);
    }
  }

  /** What the model says of itself besides its graph. */
  public Map<String, String> metadata() {
    try {
      return session.getMetadata().getCustomMetadata();
    } catch (OrtException e) {
      throw failed(e);
    }
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw failed(e);
    }
  }

  /** A vector [N, C] is an activation of one pixel. */
  private static Activation activation(String name, OnnxTensor value) {
    long[] extents = value.getInfo().getShape();
    int[] shape = {(int) extents[0], (int) extents[1], 1, 1};
    for (int i = 2; i < extents.length; i++) {
      shape[i] = (int) extents[i];
    }
    FloatBuffer buffer = value.getFloatBuffer();
    float[] values = new float[buffer.remaining()];
    buffer.get(values);
    return Activation.fromNchw(Tensor.of(name, values, shape));
  }

  private static IllegalStateException failed(OrtException e) {
    return new IllegalStateException("ONNX Runtime: " + e.getMessage(), e);
  }
}
