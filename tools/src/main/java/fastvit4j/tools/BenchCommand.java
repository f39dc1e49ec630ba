package fastvit4j.tools;

import fastvit4j.model.UserException;
import fastvit4j.runtime.Device;
import fastvit4j.tools.bench.Benchmark;
import fastvit4j.tools.bench.Configuration;
import fastvit4j.tools.bench.Environment;
import fastvit4j.tools.bench.Protocol;
import fastvit4j.tools.bench.Result;
import fastvit4j.tools.bench.Results;
import fastvit4j.tools.bench.ResultsFile;
import fastvit4j.tools.preset.Presets;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "bench",
    header = "Compare latencies of models, devices, input sizes, batches and forms.",
    description = {
      "Measures every combination of what the options list, as the paper does: the median of 100"
          + " runs after 100 that do not count, or as many as a time budget allows. The runs are"
          + " spread over rounds that visit all combinations in turn, so that a drift of the"
          + " machine hits all alike. Beside the times stands the largest error of a logit against"
          + " float64.",
      "",
      "Without any option, all variants in their inference form on the best device, within a"
          + " minute. Models without a checkpoint have synthetic weights: the time is the same."
    },
    footer = {
      "",
      "Options with lists take them with commas: --size 224,256,320.",
      "",
      "Examples:",
      "  fastvit bench",
      "  fastvit bench --model t8,sa12 --form train,inference --json results.json",
      "  fastvit bench --model all --device cpu,tornado:opencl:0 --budget 300 --markdown",
      "  fastvit bench --preset table1 --json table1.json",
      "  fastvit bench --resume results.json         go on with what was interrupted"
    })
final class BenchCommand extends Subcommand {
  private static final double QUICK_SECONDS = 60;
  private static final String STANDARD_OUTPUT = "-";

  @Option(
      names = "--model",
      paramLabel = "NAME",
      split = ",",
      description =
          "Models, as `fastvit models` lists them; all for FastViT's variants, peers for the"
              + " paper's competitors, or digits for the bundled model (default: all).")
  private List<String> models;

  @Option(
      names = "--preset",
      paramLabel = "NAME",
      description =
          "The paper's rows instead of --model, each at its own size: table1 (from PoolFormer to"
              + " FastViT), table4 (attention or large kernels), table11 (normalisation and"
              + " activation), table12 (kernel sizes), figure1 (all models), figure3 (RepMixer and"
              + " pooling by input size).")
  private String preset;

  @Option(
      names = "--weights",
      paramLabel = "FILE",
      description = "Checkpoint to measure; without --model, that alone.")
  private Path weights;

  @Mixin private BenchPlan plan;
  @Mixin private TuningOption tuning;

  @Mixin private PublishedOption published;

  @Option(
      names = "--warm-up",
      paramLabel = "N",
      converter = Count.NotNegative.class,
      description = "Runs of each combination that do not count (default: 100).")
  private Integer warmUps;

  @Option(
      names = "--runs",
      paramLabel = "N",
      converter = Count.Positive.class,
      description = "Runs of each combination that count (default: 100).")
  private Integer runs;

  @Option(
      names = "--budget",
      paramLabel = "SECONDS",
      converter = Count.Positive.class,
      description = "Take about so long for everything together, instead of --warm-up and --runs.")
  private Integer budget;

  @Option(
      names = "--json",
      paramLabel = "FILE|-",
      description =
          "Write the results to a file, after every round, for compare and --resume; or to standard"
              + " output.")
  private String json;

  @Option(names = "--csv", description = "Print comma-separated values instead of a table.")
  private boolean csv;

  @Option(names = "--markdown", description = "Print a table in Markdown.")
  private boolean markdown;

  @Option(
      names = "--resume",
      paramLabel = "FILE",
      description = "Go on with the results in a file that --json wrote, as they were planned.")
  private Path resume;

  BenchCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  int run() {
    if ((csv ? 1 : 0) + (markdown ? 1 : 0) + (STANDARD_OUTPUT.equals(json) ? 1 : 0) > 1) {
      throw new UserException(
          "--csv, --markdown and --json - exclude each other: give one of them");
    }
    if (published.isGiven() && preset == null) {
      throw new UserException(
          "--published stands beside the rows of a preset: give --preset, or leave it out");
    }
    PublishedFile figures = published.read();
    Results unfinished = resume == null ? plan() : resumed();
    Path checkpoint = unfinished.weights() == null ? null : Path.of(unfinished.weights());
    Results done;
    try (BenchModels source = new BenchModels(checkpoint);
        BenchProgress progress = new BenchProgress(terminal, file(), unfinished)) {
      done = new Benchmark(source, tuning::device, progress).run(unfinished);
    }
    print(done, figures);
    return done.hasFailures() ? Failures.MACHINE : 0;
  }

  private Results plan() {
    List<String> names = names();
    try (BenchModels source = new BenchModels(weights)) {
      List<String> all =
          weights == null
              ? names
              : Stream.concat(Stream.of(BenchModels.nameOf(weights)), names.stream()).toList();
      List<Configuration> configurations = plan.configurations(all, source);
      return Results.of(
          FastViTCommand.Version.ofBuild(),
          Environment.of(devices(configurations)),
          protocol(),
          weights == null ? null : weights.toAbsolutePath().toString(),
          configurations.stream().map(of -> BenchModels.planned(of, preset)).toList());
    }
  }

  private List<String> names() {
    if (preset != null) {
      if (models != null || weights != null) {
        throw new UserException("--preset brings its own models: leave out --model and --weights");
      }
      return Presets.named(preset).models();
    }
    if (weights != null && models == null) {
      return List.of();
    }
    return BenchModels.names(models == null ? List.of(BenchModels.ALL) : models);
  }

  private Protocol protocol() {
    if (budget != null && (runs != null || warmUps != null)) {
      throw new UserException(
          "--budget decides how many runs there are: leave out --runs and --warm-up");
    }
    boolean quick =
        runs == null && warmUps == null && models == null && weights == null && preset == null;
    if (budget != null || (quick && !plan.isGiven())) {
      return Protocol.ofBudget(budget == null ? QUICK_SECONDS : budget);
    }
    return Protocol.ofRuns(warmUps == null ? 100 : warmUps, runs == null ? 100 : runs);
  }

  private Results resumed() {
    if (models != null
        || preset != null
        || weights != null
        || plan.isGiven()
        || warmUps != null
        || runs != null
        || budget != null) {
      throw new UserException(
          "--resume measures what " + resume + " has planned: leave out what says what to measure");
    }
    Results unfinished = ResultsFile.read(resume);
    if (unfinished.results().stream().anyMatch(r -> r.isUnfinished(unfinished.protocol()))) {
      unfinished.requireSame(
          resume.toString(),
          FastViTCommand.Version.ofBuild(),
          Environment.of(
              devices(unfinished.results().stream().map(Result::configuration).toList())));
    }
    return unfinished;
  }

  private Collection<Device> devices(List<Configuration> configurations) {
    return configurations.stream()
        .map(Configuration::device)
        .distinct()
        .map(tuning::device)
        .toList();
  }

  /** Where the results are kept, or null. */
  private Path file() {
    if (json != null) {
      return json.equals(STANDARD_OUTPUT) ? null : Path.of(json);
    }
    return resume;
  }

  private void print(Results done, PublishedFile figures) {
    BenchReport report = new BenchReport(done);
    if (STANDARD_OUTPUT.equals(json)) {
      terminal.out().print(ResultsFile.text(done));
    } else if (csv) {
      terminal.out().print(report.csv());
    } else if (markdown) {
      terminal.out().print(report.markdown());
    } else {
      report.print(terminal);
      if (preset != null) {
        terminal.out().println();
        new PresetReport(Presets.named(preset), done, figures).print(terminal);
      }
    }
  }
}
