package fastvit4j.runtime.tornado;

import fastvit4j.model.UserException;
import fastvit4j.model.graph.Graph;
import fastvit4j.model.operator.Shape;
import fastvit4j.runtime.Device;
import fastvit4j.runtime.DeviceException;
import fastvit4j.runtime.SessionOptions;
import fastvit4j.runtime.plan.FusedStep;
import fastvit4j.runtime.plan.Fusion;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The code that TornadoVM generates for a network's kernels: OpenCL C, CUDA C or PTX. */
public final class GeneratedCode {
  private GeneratedCode() {}

  /**
   * The code of one kernel.
   *
   * @param kernel the kernel's name
   * @param step the first step that it is used in
   * @param code the code, as the driver gets it
   */
  public record Source(String kernel, String step, String code) {}

  /**
   * Each different code that a session would run, in the order of its first use. It is the code
   * that is kept on disk where there is one, else it is generated now.
   *
   * @throws UserException if the device generates none
   * @throws DeviceException if a kernel does not compile
   */
  public static List<Source> of(Graph graph, SessionOptions options, Device device) {
    if (!(device instanceof TornadoDevice tornado) || !TornadoRuntimes.isReal()) {
      throw new UserException(
          device.name() + " generates no source: take a device tornado:..., see `fastvit devices`");
    }
    List<FusedStep> steps = Fusion.fuse(graph, options.outputs());
    PlanInput input = PlanInput.of(options);
    Map<String, Shape> shapes = graph.shapes(options.input());
    Set<String> outputs =
        options.outputs().stream().map(graph.outputs()::get).collect(Collectors.toSet());
    List<LoweredTask> tasks =
        Lowering.lower(steps, shapes, input, outputs, new WeightStore(), tornado.traits());
    KernelSources sources = new KernelSources(tornado.handle(), KernelCache.standard());
    Set<Object> seen = new HashSet<>();
    List<Source> list = new ArrayList<>();
    for (LoweredTask task : tasks) {
      boolean kept = KernelSources.areSupported(tornado.handle());
      Object identity = kept ? sources.key(task) : List.of(task.kernel(), task.numbers());
      if (seen.add(identity)) {
        String code = code(sources, task, kept);
        list.add(new Source(task.kernel().label(), steps.get(task.step()).name(), code));
      }
    }
    return list;
  }

  private static String code(KernelSources sources, LoweredTask task, boolean kept) {
    try {
      Optional<String> code =
          kept ? sources.code(task) : Optional.of(sources.generate(task, false));
      return code.orElseThrow(() -> new IOException("TornadoVM does not show what it generates"));
    } catch (IOException e) {
      throw new DeviceException(
          "the code of " + task.kernel().label() + " cannot be read: " + e.getMessage(), e);
    }
  }
}
