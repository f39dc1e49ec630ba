package fastvit4j.benchmarks;

import fastvit4j.model.graph.Graph;
import fastvit4j.model.graph.Node;
import fastvit4j.model.operator.AvgPool2d;
import fastvit4j.model.operator.Conv2d;
import fastvit4j.model.operator.Operator;
import fastvit4j.model.operator.SelfAttention;
import fastvit4j.model.operator.Shape;
import fastvit4j.model.tensor.Activation;
import fastvit4j.model.tensor.Tensor;
import fastvit4j.runtime.Devices;
import fastvit4j.runtime.Session;
import fastvit4j.runtime.SessionOptions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One operator alone, as a session of one step: RepMixer's depthwise convolution beside the pooling
 * that it replaces, and what else FastViT is made of. Some take microseconds only.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 1,
    jvmArgsAppend = {NetworkState.VECTOR, NetworkState.NATIVE, NetworkState.UNSAFE})
public class OperatorBenchmark {
  private static final int HEAD = 32;
  private static final int QKV = 3;

  /** What is computed. */
  public enum Kind {
    /** RepMixer, folded. */
    DEPTHWISE_3,
    /** The convolution of a ConvFFN. */
    DEPTHWISE_7,
    /** A matrix product at each pixel. */
    POINTWISE,
    /** PoolFormer's token mixer. */
    POOLING_3,
    /** Attention without its projections. */
    ATTENTION
  }

  /** The operator. */
  @Param public Kind operator;

  /** Height and width of the input. */
  @Param({"64", "8"})
  public int size;

  /** Channels, a multiple of 32. */
  @Param("64")
  public int channels;

  /** The device. */
  @Param("cpu")
  public String device;

  private Session session;
  private Activation input;

  /** Compiles the session. */
  @Setup
  public void open() {
    Operator chosen = operator();
    int width = operator == Kind.ATTENTION ? QKV * channels : channels;
    Shape shape = new Shape(1, size, size, width);
    SplittableRandom random = new SplittableRandom(1);
    input = Activation.allocate(shape);
    for (int i = 0; i < shape.elements(); i++) {
      input.set(i, (float) random.nextDouble(-1, 1));
    }
    Graph graph =
        new Graph(
            "operator",
            List.of(new Node("operator", "operator", chosen, List.of(Graph.INPUT))),
            new LinkedHashMap<>(Map.of(Graph.LOGITS, "operator")));
    session = Devices.named(device).compile(graph, SessionOptions.of(shape));
  }

  private Operator operator() {
    return switch (operator) {
      case DEPTHWISE_3 -> convolution(1, 3, channels);
      case DEPTHWISE_7 -> convolution(1, 7, channels);
      case POINTWISE -> convolution(channels, 1, 1);
      case POOLING_3 -> new AvgPool2d(3, 1, 1);
      case ATTENTION -> new SelfAttention(channels / HEAD, HEAD);
    };
  }

  private Conv2d convolution(int inputs, int kernel, int groups) {
    SplittableRandom random = new SplittableRandom(2);
    float[] weight = new float[channels * inputs * kernel * kernel];
    for (int i = 0; i < weight.length; i++) {
      weight[i] = (float) random.nextDouble(-1, 1);
    }
    return new Conv2d(
        Tensor.of("weight", weight, channels, inputs, kernel, kernel), null, 1, kernel / 2, groups);
  }

  /** Frees it. */
  @TearDown
  public void close() {
    session.close();
  }

  /** The operator, once. */
  @Benchmark
  public Activation once() {
    return session.logits(input);
  }
}
