package fastvit4j.benchmarks;

import fastvit4j.model.UserException;
import fastvit4j.model.fastvit.Variant;
import fastvit4j.model.graph.Graph;
import fastvit4j.model.operator.Shape;
import fastvit4j.runtime.Device;
import fastvit4j.runtime.Devices;
import fastvit4j.runtime.Session;
import fastvit4j.runtime.SessionOptions;
import fastvit4j.runtime.tornado.KernelTable;
import fastvit4j.runtime.tornado.Tuning;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs one network with the kernels that the table chooses, with others, and on the processor. */
@Command(
    name = "KernelChoiceComparison",
    mixinStandardHelpOptions = true,
    description = {
      "Runs a network on the cpu device and on a TornadoVM device, there with the kernels that the"
          + " table chooses, with what `fastvit tune` found if it did, and with others, in turns in"
          + " one process, after checking that all compute the same. Prints medians, the times"
          + " below which a tenth of the runs lies, and quartiles, all in milliseconds, and each"
          + " median by the tuned kernels'."
    })
public final class KernelChoiceComparison implements Callable<Integer> {
  @Option(
      names = "--variant",
      defaultValue = "T8",
      paramLabel = "NAME",
      description = "Variant (default: ${DEFAULT-VALUE}).")
  private Variant variant;

  @Option(
      names = "--device",
      defaultValue = "tornado:opencl:0",
      paramLabel = "DEVICE",
      description = "TornadoVM device (default: ${DEFAULT-VALUE}).")
  private String device;

  @Option(
      names = "--prefer",
      paramLabel = "KERNEL[,KERNEL...]",
      description =
          "Kernels that convolutions and matrix products get wherever they can compute them, see"
              + " `fastvit kernels --all`; again for another measurement (default:"
              + " pointwiseColumns,convolutionColumns and pointwise,convolutionColumns).")
  private List<String> preferred =
      List.of("pointwiseColumns,convolutionColumns", "pointwise,convolutionColumns");

  @Option(
      names = "--size",
      defaultValue = "256",
      paramLabel = "N",
      description = "Height and width of the input (default: ${DEFAULT-VALUE}).")
  private int size;

  @Option(
      names = "--rounds",
      defaultValue = "10",
      paramLabel = "N",
      description = "Turns of each (default: ${DEFAULT-VALUE}).")
  private int rounds;

  @Option(
      names = "--turn",
      defaultValue = "1000",
      paramLabel = "MS",
      description = "Milliseconds of a turn (default: ${DEFAULT-VALUE}).")
  private int turn;

  @Option(
      names = "--warmup",
      defaultValue = "3000",
      paramLabel = "MS",
      description = "Milliseconds that each runs before (default: ${DEFAULT-VALUE}).")
  private int warmup;

  /** The place of the tuned kernels' times. */
  private static final int TUNED = 2;

  private KernelChoiceComparison() {}

  /** See {@code --help}. */
  public static void main(String[] args) {
    System.exit(run(args));
  }

  /** Runs the command and returns its exit status. */
  public static int run(String... args) {
    return new CommandLine(new KernelChoiceComparison())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionExceptionHandler(
            (e, _, _) -> {
              System.err.println("KernelChoiceComparison: " + e.getMessage());
              return e instanceof UserException ? 2 : 1;
            })
        .execute(args);
  }

  @Override
  public Integer call() {
    if (size < 1 || rounds < 1 || turn < 1 || warmup < 0) {
      throw new UserException("size, rounds and turn must be at least 1");
    }
    Map<String, Device> devices = devices();
    Graph graph = Workload.graph(variant);
    int cores = Runtime.getRuntime().availableProcessors();
    Workload workload = Workload.of(variant, graph, 1, size, cores);
    List<Session> sessions = new ArrayList<>();
    try {
      for (Device each : devices.values()) {
        Shape shape = workload.input().shape();
        sessions.add(each.compile(graph, SessionOptions.of(shape).withThreads(cores)));
      }
      print(List.copyOf(devices.keySet()), measure(workload, sessions));
    } finally {
      sessions.forEach(Session::close);
    }
    return 0;
  }

  private Map<String, Device> devices() {
    Map<String, Device> devices = new LinkedHashMap<>();
    devices.put("cpu", Devices.named("cpu"));
    Device tuned = Devices.named(device);
    Device table = Tuning.without(tuned);
    devices.put("the table's", table);
    devices.put("tuned (`fastvit tune`)", tuned);
    try {
      for (String kernels : preferred) {
        devices.put(kernels, KernelTable.preferring(table, List.of(kernels.split(","))));
      }
    } catch (IllegalArgumentException e) {
      throw new UserException(e.getMessage() + ": see `fastvit kernels --all`", e);
    }
    return devices;
  }

  private List<Times> measure(Workload workload, List<Session> sessions) {
    for (Session session : sessions) {
      Comparison.requireSame(
          workload, session.logits(workload.input()), sessions.getFirst().logits(workload.input()));
    }
    List<List<List<Long>>> nanos = new ArrayList<>();
    for (Session session : sessions) {
      Comparison.turn(() -> session.run(workload.input()), TimeUnit.MILLISECONDS.toNanos(warmup));
      nanos.add(new ArrayList<>());
    }
    for (int round = 0; round < rounds; round++) {
      for (int i = 0; i < sessions.size(); i++) {
        Session session = sessions.get(i);
        nanos
            .get(i)
            .add(
                Comparison.turn(
                    () -> session.run(workload.input()), TimeUnit.MILLISECONDS.toNanos(turn)));
      }
    }
    return nanos.stream().map(Times::new).toList();
  }

  private static void print(List<String> names, List<Times> times) {
    System.out.printf(
        "%-40s %8s %8s %18s %6s %8s%n",
        "kernels", "median", "tenth", "quartiles", "runs", "by tuned");
    double base = times.get(TUNED).quantile(0.5);
    for (int i = 0; i < names.size(); i++) {
      Times t = times.get(i);
      System.out.printf(
          Locale.ROOT,
          "%-40s %8.2f %8.2f %8.2f to %6.2f %6d %8.2f%n",
          names.get(i),
          t.quantile(0.5),
          t.quantile(Times.FAST),
          t.quantile(0.25),
          t.quantile(0.75),
          t.runs(),
          t.quantile(0.5) / base);
    }
  }
}
