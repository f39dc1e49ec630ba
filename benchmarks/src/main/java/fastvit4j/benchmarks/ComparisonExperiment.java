package fastvit4j.benchmarks;

import fastvit4j.model.Labels;
import fastvit4j.model.Model;
import fastvit4j.model.fastvit.FastViTConfig;
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
 * equal, and one of a network that really takes longer, slower. Each benchmark is a process of its
 * own.
 */
@Command(
    name = "ComparisonExperiment",
    mixinStandardHelpOptions = true,
    exitCodeOnExecutionException = 3,
    description = {
      "Measures one build again and again, each time in a process of its own, and compares the"
          + " second of each two measurements with the first; then measures networks with more"
          + " blocks beside it, in turns with those pairs. Prints how often a comparison was right,"
          + " and how many measurements it took."
    })
public final class ComparisonExperiment implements Callable<Integer> {
  private static final double PERCENT = 100;
  private static final double NANOS_PER_SECOND = 1e9;

  /** What a process takes beside its budget. */
  private static final double STARTING_SECONDS = 2;

  private static final int OWN_SIZE = 256;
  private static final int CLASSES = 1000;

  @Option(
      names = "--variants",
      split = ",",
      paramLabel = "NAME",
      description = "Variants, measured in turns in each process (default: t8).")
  private List<Variant> variants = List.of(Variant.T8);

  @Option(
      names = "--size",
      defaultValue = "256",
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
      names = "--slower",
      defaultValue = "10",
      paramLabel = "N",
      description = "Comparisons with a slower network (default: ${DEFAULT-VALUE}).")
  private int slower;

  @Option(
      names = "--attempts",
      defaultValue = "4",
      paramLabel = "N",
      description =
          "Measure both of a pair again, as fastvit compare advises, while a comparison leaves"
              + " something open: so often at most, the first time included (default:"
              + " ${DEFAULT-VALUE}).")
  private int attempts;

  @Option(
      names = "--blocks",
      defaultValue = "1",
      paramLabel = "N",
      description =
          "Blocks that a slower network has more in its first stage: one takes T8 about 10 %%"
              + " longer (default: ${DEFAULT-VALUE}).")
  private int blocks;

  @Option(
      names = "--threshold",
      defaultValue = "5",
      paramLabel = "PERCENT",
      description = "As that of fastvit compare (default: ${DEFAULT-VALUE}).")
  private double threshold;

  @Option(
      names = "--budget",
      defaultValue = "8",
      paramLabel = "SECONDS",
      description = "As that of fastvit bench, for one measurement (default: ${DEFAULT-VALUE}).")
  private double budget;

  @Option(
      names = "--seconds",
      defaultValue = "0",
      paramLabel = "N",
      description =
          "Begin no measurement that would end after so many seconds; 0 for no limit (default:"
              + " ${DEFAULT-VALUE}).")
  private double seconds;

  @Option(
      names = "--device",
      defaultValue = "cpu",
      paramLabel = "DEVICE",
      description = "Device (default: ${DEFAULT-VALUE}).")
  private String device;

  @Option(
      names = "--keep",
      paramLabel = "DIR",
      description = "Keep all results there, and take those that are there as measured.")
  private Path keep;

  @Option(names = "--measure", hidden = true, description = "Measure once, into this file.")
  private Path measure;

  private final long start = System.nanoTime();

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
      ResultsFile.write(measure, measured(blocks));
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

  /** Whether all comparisons were right; those whose measurements are missing do not count. */
  private boolean compare(Path directory) throws IOException, InterruptedException {
    Tally same = new Tally(Verdict.EQUAL);
    Tally more = new Tally(Verdict.SLOWER);
    for (int i = 1; i <= Math.max(pairs, slower); i++) {
      if (i <= pairs) {
        compare(directory.resolve("same-" + i), 0, same);
      }
      if (i <= slower) {
        compare(directory.resolve("slower-" + i), blocks, more);
      }
    }
    System.out.printf(
        Locale.ROOT,
        "The same build: %s%nWith %d more in the first stage: %s%n",
        same,
        blocks,
        more);
    return same.right == same.count && more.right == more.count;
  }

  /** Compares a network with itself, or with a slower one, until the comparison says something. */
  private void compare(Path files, int more, Tally tally) throws IOException, InterruptedException {
    for (int attempt = 1; attempt <= attempts; attempt++) {
      Results before = inProcess(Path.of("%s-%d-a.json".formatted(files, attempt)), 0);
      Results after = inProcess(Path.of("%s-%d-b.json".formatted(files, attempt)), more);
      if (before == null || after == null) {
        return;
      }
      Comparison comparison = Comparison.of(before, after, threshold / PERCENT);
      if (tally.add(files.getFileName() + "-" + attempt, comparison, attempt == attempts)) {
        return;
      }
    }
  }

  /** How often comparisons were right. */
  private static final class Tally {
    private final Verdict expected;
    private int count;
    private int right;
    private int open;
    private int worse;
    private int measured;

    Tally(Verdict expected) {
      this.expected = expected;
    }

    /** Counts a comparison, unless it left something open and can be made again; whether it did. */
    boolean add(String what, Comparison comparison, boolean last) {
      boolean isRight = all(comparison, expected);
      boolean isOpen = isOpen(comparison);
      tell(what, comparison, isRight ? "" : isOpen ? "  (open)" : "  (wrong)");
      measured++;
      worse += comparison.isWorse() ? 1 : 0;
      if (isOpen && !last) {
        return false;
      }
      count++;
      right += isRight ? 1 : 0;
      open += isOpen ? 1 : 0;
      return true;
    }

    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "of %d comparisons, %d found all %s, %d left something open; the pairs were measured %d"
              + " times, and %d times the exit status of fastvit compare was 1",
          count,
          right,
          expected.name().toLowerCase(Locale.ROOT),
          open,
          measured,
          worse);
    }
  }

  private static boolean all(Comparison comparison, Verdict verdict) {
    return comparison.rows().stream().allMatch(row -> row.verdict() == verdict);
  }

  /** Whether nothing wrong was said, but something was left open. */
  private static boolean isOpen(Comparison comparison) {
    return comparison.rows().stream()
        .anyMatch(row -> row.verdict() == Verdict.UNSTEADY || row.verdict() == Verdict.UNCLEAR);
  }

  private static void tell(String what, Comparison comparison, String end) {
    StringBuilder line = new StringBuilder(what);
    for (Comparison.Row row : comparison.rows()) {
      line.append(
          String.format(
              Locale.ROOT,
              "  %s %.3f ms, %+.1f %%, host %+.1f %% (parts %.1f; rounds %d, %d), %s",
              row.configuration().model(),
              row.after().median(),
              PERCENT * (row.ratio() - 1),
              row.speed() == null ? Double.NaN : PERCENT * (row.speed().change() - 1),
              row.speed() == null ? Double.NaN : PERCENT * row.speed().difference(),
              row.speed() == null ? 0 : row.speed().before().size(),
              row.speed() == null ? 0 : row.speed().after().size(),
              row.verdict().name().toLowerCase(Locale.ROOT)));
    }
    System.out.println(line.append(end));
  }

  /** One benchmark in a process like this one, unless it was kept; null if there is no time. */
  private Results inProcess(Path file, int more) throws IOException, InterruptedException {
    if (Files.exists(file)) {
      return ResultsFile.read(file);
    }
    double elapsed = (System.nanoTime() - start) / NANOS_PER_SECOND;
    if (seconds > 0 && elapsed + budget + STARTING_SECONDS > seconds) {
      return null;
    }
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElseThrow());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(ComparisonExperiment.class.getName());
    command.addAll(List.of("--measure", file.toString(), "--blocks", Integer.toString(more)));
    command.addAll(List.of("--device", device, "--size", Integer.toString(size)));
    command.addAll(List.of("--budget", Double.toString(budget), "--variants"));
    command.add(String.join(",", variants.stream().map(Variant::name).toList()));
    int status = new ProcessBuilder(command).inheritIO().start().waitFor();
    if (status != 0) {
      throw new IllegalStateException("a measurement ended with status " + status);
    }
    return ResultsFile.read(file);
  }

  private Results measured(int more) {
    Device timed = Devices.named(device);
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
    return new Benchmark((name, form) -> model(name, form, more), _ -> timed, nobody)
        .run(
            Results.of(
                "experiment",
                Environment.of(List.of(timed)),
                Protocol.ofBudget(budget),
                null,
                plan));
  }

  private static Model model(String name, Form form, int more) {
    Variant variant = Variant.valueOf(name.toUpperCase(Locale.ROOT));
    return new Model(
        Workload.graph(withBlocks(variant.config(), more)),
        form,
        Preprocessing.imageNet(OWN_SIZE, variant.crop()),
        Labels.numbered(CLASSES));
  }

  /** With more blocks in the first stage. */
  private static FastViTConfig withBlocks(FastViTConfig config, int more) {
    List<Integer> depths = new ArrayList<>(config.depths());
    depths.set(0, depths.getFirst() + more);
    return new FastViTConfig(
        config.name(),
        config.embedDims(),
        depths,
        config.mlpRatios(),
        config.mixers(),
        config.positionalEncodings(),
        config.convFfnKernel(),
        config.patchEmbeddingKernel(),
        config.factorized(),
        config.overparameterized(),
        config.normalization(),
        config.activation(),
        config.headRatio(),
        config.classes());
  }
}
