package fastvit4j.benchmarks;

import fastvit4j.model.Labels;
import fastvit4j.model.Model;
import fastvit4j.model.fastvit.Form;
import fastvit4j.model.fastvit.Variant;
import fastvit4j.model.image.Preprocessing;
import fastvit4j.runtime.Device;
import fastvit4j.runtime.Devices;
import fastvit4j.tools.bench.Benchmark;
import fastvit4j.tools.bench.Comparison;
import fastvit4j.tools.bench.Comparison.Verdict;
import fastvit4j.tools.bench.Configuration;
import fastvit4j.tools.bench.Environment;
import fastvit4j.tools.bench.Protocol;
import fastvit4j.tools.bench.Result;
import fastvit4j.tools.bench.Results;
import fastvit4j.tools.bench.ResultsFile;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Finds out how often {@link Comparison} is right: whether it calls two benchmarks of one build
 * equal, and one of a build that is really slower, slower. Each benchmark is a process of its own.
 */
@Command(
    name = "ComparisonExperiment",
    mixinStandardHelpOptions = true,
    exitCodeOnExecutionException = 3,
    description = {
      "Measures one build again and again, each time in a process of its own, and compares every"
          + " measurement with the one before; then measures it with a real delay after each run,"
          + " and compares that with the undelayed ones. Prints how often a comparison was right."
    })
public final class ComparisonExperiment implements Callable<Integer> {
  private static final double PERCENT = 100;
  private static final int OWN_SIZE = 256;
  private static final int CLASSES = 1000;

  @Option(
      names = "--variants",
      split = ",",
      paramLabel = "NAME",
      description = "Variants, measured in turns in each process (default: t8,sa12).")
  private List<Variant> variants = List.of(Variant.T8, Variant.SA12);

  @Option(
      names = "--size",
      defaultValue = "128",
      paramLabel = "N",
      description = "Height and width of the input (default: ${DEFAULT-VALUE}).")
  private int size;

  @Option(
      names = "--pairs",
      defaultValue = "20",
      paramLabel = "N",
      description = "Comparisons of the same build (default: ${DEFAULT-VALUE}).")
  private int pairs;

  @Option(
      names = "--delayed",
      defaultValue = "10",
      paramLabel = "N",
      description = "Comparisons with a delayed one (default: ${DEFAULT-VALUE}).")
  private int delayed;

  @Option(
      names = "--delay",
      defaultValue = "10",
      paramLabel = "PERCENT",
      description = "Delay after each run, of the time that it took (default: ${DEFAULT-VALUE}).")
  private double delay;

  @Option(
      names = "--threshold",
      defaultValue = "5",
      paramLabel = "PERCENT",
      description = "As that of fastvit compare (default: ${DEFAULT-VALUE}).")
  private double threshold;

  @Option(
      names = "--runs",
      defaultValue = "100",
      paramLabel = "N",
      description = "Runs that count, after as many that do not (default: ${DEFAULT-VALUE}).")
  private int runs;

  @Option(
      names = "--device",
      defaultValue = "cpu",
      paramLabel = "DEVICE",
      description = "Device (default: ${DEFAULT-VALUE}).")
  private String device;

  @Option(names = "--keep", paramLabel = "DIR", description = "Keep all results there.")
  private Path keep;

  @Option(names = "--measure", hidden = true, description = "Measure once, into this file.")
  private Path measure;

  private int measured;

  /** Runs the program. */
  public static void main(String[] args) {
    System.exit(run(args));
  }

  /** Runs the program and returns its exit status: 1 if a comparison was wrong. */
  public static int run(String... args) {
    return new CommandLine(new ComparisonExperiment())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .execute(args);
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (measure != null) {
      ResultsFile.write(measure, measured(new DelayedDevice(Devices.named(device), delay / 100)));
      return 0;
    }
    if (keep != null) {
      return compare(Files.createDirectories(keep)) ? 0 : 1;
    }
    Path directory = Files.createTempDirectory("fastvit-comparison");
    try {
      return compare(directory) ? 0 : 1;
    } finally {
      try (var files = Files.list(directory)) {
        for (Path file : files.toList()) {
          Files.delete(file);
        }
      }
      Files.delete(directory);
    }
  }

  private boolean compare(Path directory) throws IOException, InterruptedException {
    List<Results> same = new ArrayList<>(List.of(inProcess(directory, 0)));
    int equal = 0;
    int open = 0;
    for (int i = 0; i < pairs; i++) {
      same.add(inProcess(directory, 0));
      Comparison comparison = Comparison.of(same.get(i), same.get(i + 1), threshold / PERCENT);
      boolean right = all(comparison, Verdict.EQUAL);
      equal += right ? 1 : 0;
      open += isOpen(comparison) ? 1 : 0;
      tell("same build", comparison, right);
    }
    int slower = 0;
    int delayedOpen = 0;
    for (int i = 0; i < delayed; i++) {
      Comparison comparison =
          Comparison.of(
              same.get(i % same.size()), inProcess(directory, delay), threshold / PERCENT);
      boolean right = all(comparison, Verdict.SLOWER);
      slower += right ? 1 : 0;
      delayedOpen += isOpen(comparison) ? 1 : 0;
      tell("delayed", comparison, right);
    }
    System.out.printf(
        Locale.ROOT,
        "%d of %d comparisons of the same build found all equal, %d were unclear; %d of %d found"
            + " all that was delayed by %.0f %% slower, %d were unclear%n",
        equal,
        pairs,
        open,
        slower,
        delayed,
        delay,
        delayedOpen);
    return equal == pairs && slower == delayed;
  }

  private static boolean all(Comparison comparison, Verdict verdict) {
    return comparison.rows().stream().allMatch(row -> row.verdict() == verdict);
  }

  /** Whether nothing wrong was said, but something was left open. */
  private static boolean isOpen(Comparison comparison) {
    return comparison.rows().stream()
        .anyMatch(row -> row.verdict() == Verdict.UNSTEADY || row.verdict() == Verdict.UNCLEAR);
  }

  private static void tell(String what, Comparison comparison, boolean right) {
    StringBuilder line = new StringBuilder(what);
    for (Comparison.Row row : comparison.rows()) {
      line.append(
          String.format(
              Locale.ROOT,
              "  %s %.3f ms, %+.1f %%, host %+.1f %% (parts %.1f, within %.1f), %s",
              row.configuration().model(),
              row.after().median(),
              PERCENT * (row.ratio() - 1),
              row.speed() == null ? Double.NaN : PERCENT * (row.speed().change() - 1),
              row.speed() == null ? Double.NaN : PERCENT * row.speed().difference(),
              row.speed() == null ? Double.NaN : PERCENT * row.speed().variation(),
              row.verdict().name().toLowerCase(Locale.ROOT)));
    }
    System.out.println(line.append(right ? "" : "  (wrong)"));
  }

  /** One benchmark in a process like this one. */
  private Results inProcess(Path directory, double percent)
      throws IOException, InterruptedException {
    Path file =
        directory.resolve("%s-%d.json".formatted(percent > 0 ? "delayed" : "same", ++measured));
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElseThrow());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(ComparisonExperiment.class.getName());
    command.addAll(List.of("--measure", file.toString(), "--delay", Double.toString(percent)));
    command.addAll(List.of("--device", device, "--size", Integer.toString(size)));
    command.addAll(List.of("--runs", Integer.toString(runs), "--variants"));
    command.add(String.join(",", variants.stream().map(Variant::name).toList()));
    int status = new ProcessBuilder(command).inheritIO().start().waitFor();
    if (status != 0) {
      throw new IllegalStateException("a measurement ended with status " + status);
    }
    return ResultsFile.read(file);
  }

  private Results measured(Device timed) {
    List<Result> plan =
        variants.stream()
            .map(
                variant ->
                    new Configuration(
                        variant.name().toLowerCase(Locale.ROOT),
                        device,
                        size,
                        size,
                        1,
                        Configuration.FLOAT32,
                        Form.INFERENCE,
                        0))
            .map(Result::of)
            .toList();
    Benchmark.Watcher nobody =
        new Benchmark.Watcher() {
          @Override
          public void at(String what, double seconds, double left) {
            // Nobody looks at it.
          }

          @Override
          public void keep(Results results) {
            // It is kept when it is done.
          }
        };
    return new Benchmark(ComparisonExperiment::model, _ -> timed, nobody)
        .run(
            Results.of(
                "experiment",
                Environment.of(List.of(timed)),
                Protocol.ofRuns(runs, runs),
                null,
                plan));
  }

  private static Model model(String name, Form form) {
    Variant variant = Variant.valueOf(name.toUpperCase(Locale.ROOT));
    return new Model(
        Workload.graph(variant),
        form,
        Preprocessing.imageNet(OWN_SIZE, variant.crop()),
        Labels.numbered(CLASSES));
  }
}
