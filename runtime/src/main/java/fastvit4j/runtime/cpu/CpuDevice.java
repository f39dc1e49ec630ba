package fastvit4j.runtime.cpu;

import fastvit4j.kernels.cpu.CpuKernels;
import fastvit4j.model.graph.Graph;
import fastvit4j.runtime.Device;
import fastvit4j.runtime.Session;
import fastvit4j.runtime.SessionOptions;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/** The processor's cores, with one set of kernels. */
public final class CpuDevice implements Device {
  static final String NAME = "cpu";

  private final CpuKernels kernels;

  /** The processor with the given kernels; {@link CpuDeviceProvider} takes the best ones. */
  public CpuDevice(CpuKernels kernels) {
    this.kernels = kernels;
  }

  /** The width of the vectors that the kernels use, in bits; 32 without vectors. */
  int vectorBits() {
    return kernels.vectorBits();
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String description() {
    int cores = Runtime.getRuntime().availableProcessors();
    return Processor.model()
        + ", "
        + cores
        + (cores == 1 ? " core, " : " cores, ")
        + kernels.name();
  }

  @Override
  public boolean isGpu() {
    return false;
  }

  @Override
  public SequencedMap<String, Object> properties() {
    SequencedMap<String, Object> properties = new LinkedHashMap<>();
    properties.put("hardware", Processor.model());
    properties.put("architecture", System.getProperty("os.arch"));
    properties.put("cores", Runtime.getRuntime().availableProcessors());
    properties.put("kernels", kernels.name());
    properties.put("vector_bits", kernels.vectorBits());
    Processor.memory().ifPresent(bytes -> properties.put("memory_bytes", bytes));
    properties.put("java_heap_limit_bytes", Runtime.getRuntime().maxMemory());
    properties.put("java", System.getProperty("java.vm.name") + " " + Runtime.version());
    return properties;
  }

  @Override
  public Session compile(Graph graph, SessionOptions options) {
    return CpuSession.compile(this, kernels, graph, options);
  }
}
