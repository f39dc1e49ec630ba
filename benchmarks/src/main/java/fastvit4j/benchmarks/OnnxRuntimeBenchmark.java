package fastvit4j.benchmarks;

import ai.onnxruntime.OnnxTensor;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** The same forward pass in ONNX Runtime, on our own export. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(
    value = 1,
    jvmArgsAppend = {NetworkState.VECTOR, NetworkState.NATIVE, NetworkState.UNSAFE})
public class OnnxRuntimeBenchmark extends NetworkState {
  private OnnxRuntimeSession session;
  private OnnxTensor input;

  /** Loads the model. */
  @Setup
  public void open() {
    Workload workload = workload();
    session = workload.onnxRuntime(/* spinning= */ true);
    input = session.tensor(workload.input());
  }

  /** Frees it. */
  @TearDown
  public void close() {
    input.close();
    session.close();
  }

  /** One forward pass. */
  @Benchmark
  public void forward() {
    session.run(input);
  }
}
