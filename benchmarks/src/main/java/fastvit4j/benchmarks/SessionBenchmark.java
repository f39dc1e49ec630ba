package fastvit4j.benchmarks;

import fastvit4j.model.tensor.Activation;
import fastvit4j.runtime.Session;
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

/** A forward pass on the {@code cpu} device. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(
    value = 1,
    jvmArgsAppend = {NetworkState.VECTOR, NetworkState.NATIVE, NetworkState.UNSAFE})
public class SessionBenchmark extends NetworkState {
  private Session session;
  private Activation input;

  /** Compiles the session. */
  @Setup
  public void open() {
    Workload workload = workload();
    input = workload.input();
    session = workload.session();
  }

  /** Frees it. */
  @TearDown
  public void close() {
    session.close();
  }

  /** One forward pass. */
  @Benchmark
  public Activation forward() {
    return session.logits(input);
  }
}
