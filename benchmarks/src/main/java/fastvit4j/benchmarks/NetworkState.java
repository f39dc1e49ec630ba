package fastvit4j.benchmarks;

import fastvit4j.model.fastvit.Variant;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** The parameters that all benchmarks of whole networks share. */
@State(Scope.Benchmark)
public abstract class NetworkState {
  /** The JVM flags that the project's code is run with. */
  static final String VECTOR = "--add-modules=jdk.incubator.vector";

  static final String UNSAFE = "--sun-misc-unsafe-memory-access=allow";

  static final String NATIVE = "--enable-native-access=ALL-UNNAMED";

  /** The variant. */
  @Param public Variant variant;

  /** Pictures at a time. */
  @Param({"1", "8"})
  public int batch;

  /** Cores to use, 0 for all. */
  @Param({"1", "0"})
  public int threads;

  /** Height and width of the input. */
  @Param("256")
  public int size;

  final Workload workload() {
    int cores = threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
    return Workload.of(variant, Workload.graph(variant), batch, size, cores);
  }
}
