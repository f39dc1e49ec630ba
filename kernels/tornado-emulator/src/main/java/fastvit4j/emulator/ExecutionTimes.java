package fastvit4j.emulator;

import java.util.LinkedHashMap;
import java.util.Map;

/** What an execution took, in nanoseconds and bytes. */
public final class ExecutionTimes {
  private final long start = System.nanoTime();
  private final Map<String, Map<KernelTask, Long>> tasks = new LinkedHashMap<>();
  private long total;
  private long kernels;
  private long writing;
  private long reading;
  private long bytesIn;
  private long bytesOut;
  private long memory;

  void copiedIn(long bytes, long nanos) {
    bytesIn += bytes;
    writing += nanos;
  }

  void copiedOut(long bytes, long nanos) {
    bytesOut += bytes;
    reading += nanos;
  }

  void ran(String graph, KernelTask task, long nanos) {
    tasks.computeIfAbsent(graph, g -> new LinkedHashMap<>()).merge(task, nanos, Long::sum);
    kernels += nanos;
  }

  void allocated(long bytes) {
    memory += bytes;
  }

  void end() {
    total = System.nanoTime() - start;
  }

  /** From begin to end. */
  public long total() {
    return total;
  }

  /** Running kernels. */
  public long kernels() {
    return kernels;
  }

  /** Copying to the device. */
  public long writing() {
    return writing;
  }

  /** Copying to the host. */
  public long reading() {
    return reading;
  }

  /** Bytes copied to the device. */
  public long bytesIn() {
    return bytesIn;
  }

  /** Bytes copied to the host. */
  public long bytesOut() {
    return bytesOut;
  }

  /** Bytes of device memory that the executed graphs had. */
  public long memory() {
    return memory;
  }

  /** As JSON, in the form of TornadoVM's profiler. */
  public String json() {
    StringBuilder json = new StringBuilder("{\n");
    String between = "";
    for (Map.Entry<String, Map<KernelTask, Long>> graph : tasks.entrySet()) {
      json.append(between).append("    \"").append(graph.getKey()).append("\": {\n");
      field(json, 8, "TOTAL_TASK_GRAPH_TIME", total, ",");
      field(json, 8, "TOTAL_KERNEL_TIME", kernels, ",");
      field(json, 8, "COPY_IN_TIME", writing, ",");
      field(json, 8, "COPY_OUT_TIME", reading, "");
      graph.getValue().forEach((task, nanos) -> task(json, task, nanos));
      json.append("\n    }");
      between = ",\n";
    }
    return json.append("\n}\n").toString();
  }

  private static void task(StringBuilder json, KernelTask task, long nanos) {
    json.append(",\n        \"").append(task.name()).append("\": {\n");
    field(json, 12, "BACKEND", EmulatedDevice.DEVICE.getTornadoVMBackend(), ",");
    field(json, 12, "METHOD", task.kernelName(), ",");
    field(json, 12, "DEVICE", EmulatedDevice.DEVICE.getDeviceName(), ",");
    field(json, 12, "TASK_KERNEL_TIME", nanos, "");
    json.append("        }");
  }

  private static void field(StringBuilder json, int indent, String name, Object value, String end) {
    json.append(" ".repeat(indent)).append('"').append(name).append("\": \"").append(value);
    json.append('"').append(end).append(end.isEmpty() && indent == 8 ? "" : "\n");
  }
}
