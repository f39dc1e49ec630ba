package fastvit4j.tools;

import fastvit4j.model.UserException;
import fastvit4j.model.io.AtomicFile;
import fastvit4j.tools.bench.ResultsFile;
import fastvit4j.tools.report.ReportPage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "report",
    header = "Draw the results of benchmarks on one page.",
    description = {
      "Writes results of `fastvit bench --json` as an HTML page that needs nothing else: accuracy"
          + " against latency, latency against input size, train form beside inference form, where"
          + " time goes, how batches and threads scale, devices side by side, whichever of these"
          + " the results have something for, each with its table.",
      "",
      "Several files, for example of several machines, are drawn together."
    },
    footer = {
      "",
      "Example:",
      "  fastvit bench --model all --form train,inference --json results.json",
      "  fastvit report results.json -o report.html"
    })
final class ReportCommand extends Subcommand {
  @Parameters(
      paramLabel = "FILE.json",
      arity = "1..*",
      description = "Results that `fastvit bench --json` has written.")
  private List<Path> files;

  @Option(
      names = {"-o", "--output"},
      required = true,
      paramLabel = "FILE.html",
      description = "Where the page goes.")
  private Path out;

  @Option(
      names = "--title",
      paramLabel = "TEXT",
      defaultValue = "FastViT latencies",
      description = "Its title (default: ${DEFAULT-VALUE}).")
  private String title;

  ReportCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  int run() {
    List<ReportPage.Named> named = new ArrayList<>();
    for (Path file : files) {
      String name = nameOf(file);
      if (named.stream().anyMatch(other -> other.name().equals(name))) {
        throw new UserException(file + " is given twice: give each file once");
      }
      named.add(new ReportPage.Named(name, ResultsFile.read(file)));
    }
    AtomicFile.writeString(out, ReportPage.of(title, named));
    return 0;
  }

  /** The file's name, or its path where another file has the same name. */
  private String nameOf(Path file) {
    String last = String.valueOf(file.getFileName());
    boolean alone =
        files.stream().filter(f -> String.valueOf(f.getFileName()).equals(last)).count() == 1;
    return alone ? last : file.normalize().toString();
  }
}
