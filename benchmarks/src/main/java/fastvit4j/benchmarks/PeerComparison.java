package fastvit4j.benchmarks;

import fastvit4j.model.UserException;
import fastvit4j.model.fastvit.Variant;
import fastvit4j.model.io.AtomicFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs our sessions beside ONNX Runtime's, and prints a table with the ratio of their times. */
@Command(
    name = "PeerComparison",
    mixinStandardHelpOptions = true,
    description = {
      "Runs networks on our cpu device and in ONNX Runtime, in turns, on the same threads and"
          + " input, after checking that both compute the same. Prints medians, the times below"
          + " which a tenth of the runs lies, quartiles, and the ratio ours / ONNX Runtime: its"
          + " median over the rounds, its range, and that of the tenths, which other work on the"
          + " machine disturbs least."
    })
public final class PeerComparison implements Callable<Integer> {
  @Option(
      names = "--variants",
      split = ",",
      paramLabel = "NAME",
      description = "Variants (default: all).")
  private List<Variant> variants = List.of(Variant.values());

  @Option(
      names = "--tables",
      split = ",",
      paramLabel = "TABLE",
      description =
          "What to measure: ${COMPLETION-CANDIDATES} (default: models). The roofline is the"
              + " machine's limits; scaling takes the first variant.")
  private List<Table> tables = List.of(Table.MODELS);

  @Option(
      names = "--seconds",
      defaultValue = "1000000",
      paramLabel = "N",
      description = "Begin no measurement after so many seconds (default: no limit).")
  private int seconds;

  @Option(
      names = "--resume",
      description = "Keep the rows that the --json file has, and measure only what is missing.")
  private boolean resume;

  @Option(
      names = "--batches",
      split = ",",
      paramLabel = "N",
      description = "Pictures at a time (default: 1,8).")
  private List<Integer> batches = List.of(1, 8);

  @Option(
      names = "--threads",
      split = ",",
      paramLabel = "N",
      description = "Threads of both, 0 for all cores (default: 1,0).")
  private List<Integer> threads = List.of(1, 0);

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
      defaultValue = "500",
      paramLabel = "MS",
      description = "Milliseconds of a turn (default: ${DEFAULT-VALUE}).")
  private int turn;

  @Option(
      names = "--warmup",
      defaultValue = "5000",
      paramLabel = "MS",
      description = "Milliseconds that each runs before (default: ${DEFAULT-VALUE}).")
  private int warmup;

  @Option(
      names = "--no-spinning",
      negatable = true,
      description =
          "Let ONNX Runtime's threads sleep while they wait: fairer where others want the cores"
              + " too (default: they spin).")
  private boolean spinning = true;

  @Option(
      names = "--launcher",
      defaultValue = "fastvit",
      paramLabel = "FILE",
      description = "The script whose cold start is measured (default: ./${DEFAULT-VALUE}).")
  private Path launcher;

  @Option(
      names = "--processes",
      defaultValue = "20",
      paramLabel = "N",
      description = "Cold starts of each side that count (default: ${DEFAULT-VALUE}).")
  private int processes;

  @Option(names = "--json", paramLabel = "FILE", description = "Write the results as JSON too.")
  private Path json;

  @Option(
      names = "--markdown",
      paramLabel = "FILE",
      description = "Write the results as Markdown too.")
  private Path markdown;

  private PeerComparison() {}

  /** What can be measured. */
  private enum Table {
    ROOFLINE,
    MODELS,
    SCALING,
    OPERATORS,
    COLD
  }

  /** See {@code --help}. */
  public static void main(String[] args) {
    System.exit(run(args));
  }

  /** Runs the command and returns its exit status. */
  public static int run(String... args) {
    return new CommandLine(new PeerComparison())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionExceptionHandler(
            (e, _, _) -> {
              System.err.println("PeerComparison: " + e.getMessage());
              return e instanceof UserException ? 2 : 1;
            })
        .execute(args);
  }

  @Override
  public Integer call() {
    List<Integer> counts = new ArrayList<>(batches);
    counts.addAll(List.of(size, rounds, turn, processes));
    if (counts.stream().anyMatch(count -> count < 1)
        || warmup < 0
        || threads.stream().anyMatch(count -> count < 0)) {
      throw new UserException("batches, size, rounds, turn and processes must be at least 1");
    }
    if (tables.contains(Table.COLD)) {
      ColdStart.requireLauncher(launcher);
    }
    Comparison.Plan plan =
        new Comparison.Plan(
            rounds,
            TimeUnit.MILLISECONDS.toNanos(warmup),
            TimeUnit.MILLISECONDS.toNanos(turn),
            spinning);
    if (resume && json == null) {
      throw new UserException("--resume takes up the rows of a file: give it with --json");
    }
    String title = PeerReport.title();
    Results results = resume ? Results.resume(json, title) : new Results(title);
    Measurement measurement =
        new Measurement(results, plan, System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds));
    List<Integer> cores =
        threads.stream()
            .map(count -> count == 0 ? Runtime.getRuntime().availableProcessors() : count)
            .distinct()
            .toList();
    for (Table table : EnumSet.copyOf(tables)) {
      switch (table) {
        case ROOFLINE -> measurement.roofline(cores);
        case MODELS -> measurement.models(variants, batches, size, cores);
        case SCALING -> measurement.scaling(variants.getFirst(), cores);
        case OPERATORS -> measurement.operators(variants, size, cores);
        case COLD -> measurement.cold(variants, launcher, processes);
      }
    }
    PeerReport report = new PeerReport(results);
    System.out.print(report.toText());
    if (json != null) {
      results.write(json);
    }
    if (markdown != null) {
      AtomicFile.writeString(markdown, report.toMarkdown());
    }
    if (!measurement.complete()) {
      System.err.println("time is up: the same command with --resume measures what is missing");
    }
    return 0;
  }
}
