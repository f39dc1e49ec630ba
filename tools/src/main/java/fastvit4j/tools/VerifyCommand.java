package fastvit4j.tools;

import fastvit4j.model.KnownModel;
import fastvit4j.model.KnownModels;
import fastvit4j.runtime.Device;
import fastvit4j.tools.verify.Checks;
import fastvit4j.tools.verify.Checks.Result;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "verify",
    header = "Check that a device computes what it should.",
    description = {
      "Runs every operator at a sweep of shapes and models at a small input, and compares"
          + " with float64. An error is given as a fraction of the most that float32 arithmetic"
          + " explains; 1 is too much. Each kernel of several operators, the stem from pictures as"
          + " bytes among them, is tried by itself too. Exit status 1 if anything fails.",
      "",
      "The first thing to run on a new GPU, driver or version of TornadoVM; it takes minutes where"
          + " kernels compile slowly."
    },
    footer = {
      "",
      "Examples:",
      "  fastvit verify --device tornado:opencl:0",
      "  fastvit verify --device cpu --model peers"
    })
final class VerifyCommand extends Subcommand {
  @Mixin private DeviceOptions device;

  @Option(
      names = "--model",
      paramLabel = "NAME",
      split = ",",
      description =
          "Models to try after the operators, as `fastvit models` lists them; all for FastViT's"
              + " variants, which is the default, peers for the paper's competitors.")
  private List<String> models;

  @Mixin private JsonOption json;

  VerifyCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  int run() {
    Device tested = device.device();
    List<Result> results = results(tested);
    List<String> failures = results.stream().flatMap(r -> r.failures().stream()).toList();
    if (json.on()) {
      JsonOption.print(terminal, describe(tested, results, failures.isEmpty()));
    } else {
      print(tested, results, failures);
    }
    return failures.isEmpty() ? 0 : Failures.MACHINE;
  }

  private List<Result> results(Device tested) {
    List<KnownModel> networks =
        models == null
            ? KnownModels.fastViT()
            : BenchModels.known(models).stream().map(KnownModels::named).toList();
    Checks checks = new Checks();
    List<Result> results = new ArrayList<>();
    try (Progress progress =
        new Progress(terminal, "verifying", checks.count() + networks.size())) {
      for (String name : checks.operators()) {
        results.add(checks.operator(name, tested, progress::step));
      }
      for (KnownModel model : networks) {
        results.add(Checks.model(model, tested));
        progress.step();
      }
      progress.wipe();
    }
    return results;
  }

  private void print(Device tested, List<Result> results, List<String> failures) {
    terminal.out().println(terminal.bold(tested.name()) + "  " + tested.description());
    terminal.out().println();
    Table table =
        new Table().text("OPERATOR").number("SHAPES").number("ERROR / BOUND").text("RESULT");
    for (Result result : results) {
      table.row(
          result.name(),
          Integer.toString(result.shapes()),
          Text.number(result.fraction(), 4),
          verdict(result));
    }
    table.print(terminal);
    if (!failures.isEmpty()) {
      terminal.out().println();
      terminal.out().println(terminal.bold("Failed:"));
      failures.forEach(failure -> terminal.out().println("  " + failure));
    }
  }

  private static String verdict(Result result) {
    return result.failures().isEmpty()
        ? "ok"
        : "FAILED (" + result.failures().size() + " of " + result.shapes() + ")";
  }

  private static Map<String, Object> describe(Device tested, List<Result> results, boolean ok) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("device", tested.name());
    map.put("description", tested.description());
    map.put("properties", tested.properties());
    map.put("ok", ok);
    map.put("results", results.stream().map(VerifyCommand::describe).toList());
    return map;
  }

  private static Map<String, Object> describe(Result result) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("name", result.name());
    map.put("shapes", result.shapes());
    // JSON has no infinity.
    map.put("error_fraction", Double.isFinite(result.fraction()) ? result.fraction() : "infinite");
    map.put("failures", result.failures());
    return map;
  }
}
