package fastvit4j.tools;

import fastvit4j.model.KnownModel;
import fastvit4j.model.KnownModels;
import fastvit4j.model.checkpoint.SyntheticWeights;
import fastvit4j.model.fastvit.Form;
import fastvit4j.model.graph.Graph;
import fastvit4j.model.operator.Shape;
import fastvit4j.reparam.Reparameterization;
import fastvit4j.runtime.Device;
import fastvit4j.runtime.Session;
import fastvit4j.runtime.Session.Step;
import fastvit4j.runtime.SessionOptions;
import fastvit4j.runtime.tornado.GeneratedCode;
import fastvit4j.runtime.tornado.KernelTable;
import fastvit4j.runtime.tornado.Tuning;
import fastvit4j.runtime.tornado.Workbench;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "kernels",
    header = "Show which kernels a network gets on a device.",
    description = {
      "Compiles a variant's inference form for a device and lists, for each of its operators, the"
          + " kernels that the device's description and the shapes lead to, with how many steps"
          + " use them and the first of these. On devices of TornadoVM also the time that the cost"
          + " model expects of all these steps, and of those that one kernel computes together"
          + " also without it (APART): fusions are taken on GPUs where that is longer.",
      "",
      "`fastvit kernels bench` measures them.",
      "",
      "--source prints the code that TornadoVM generates for these kernels: OpenCL C, CUDA C or"
          + " PTX. OpenCL C is kept on disk and is the same whether or not it was there already."
    },
    footer = {
      "",
      "Examples:",
      "  fastvit kernels --all",
      "  fastvit kernels --device cpu --variant sa12",
      "  fastvit kernels --device tornado:opencl:0 --size 64 --source > t8.cl"
    })
final class KernelsCommand extends Subcommand {
  private static final long SEED = 1;

  @Mixin private DeviceOptions device;

  @Option(
      names = "--variant",
      paramLabel = "NAME",
      defaultValue = "t8",
      description = "Model to compile, as `fastvit models` lists them (default: t8).")
  private String variant;

  @Option(
      names = "--size",
      paramLabel = "N|HxW",
      converter = InputSize.Converter.class,
      description = "Input size (default: the model's own).")
  private InputSize size;

  @Option(
      names = "--all",
      description = "List every operator's kernels instead, and when each is chosen.")
  private boolean all;

  @Option(names = "--source", description = "Print the generated source instead of the list.")
  private boolean source;

  @Mixin private JsonOption json;

  KernelsCommand(Terminal terminal) {
    super(terminal);
  }

  /**
   * What the steps of one kind get.
   *
   * @param operators what is computed
   * @param kernel the kernels, in the order in which they are launched
   * @param steps how many steps
   * @param first the first of them
   * @param predicted what the cost model says of them; empty where it says nothing
   */
  private record Choice(
      String operators, String kernel, int steps, Step first, List<KernelTable.Choice> predicted) {
    /** In µs. */
    Optional<Double> expected() {
      return sum(KernelTable.Choice::predictedNanos);
    }

    /** What is expected without the fusion, if it is one. */
    Optional<Double> apart() {
      return predicted.stream().anyMatch(one -> one.operator().contains(">"))
          ? sum(KernelTable.Choice::apartNanos)
          : Optional.empty();
    }

    private Optional<Double> sum(ToDoubleFunction<KernelTable.Choice> nanos) {
      return predicted.isEmpty()
          ? Optional.empty()
          : Optional.of(predicted.stream().mapToDouble(nanos).sum() / 1e3);
    }
  }

  @Override
  int run() {
    if (all) {
      printAll();
      return 0;
    }
    KnownModel of = KnownModels.named(variant);
    Device on = device.device();
    InputSize taken = size == null ? new InputSize(of.size(), of.size()) : size;
    Shape shape = taken.batch(1);
    Graph train = of.architecture().graph(Form.TRAIN, new SyntheticWeights(SEED));
    Graph graph = Reparameterization.full().apply(train);
    SessionOptions options = SessionOptions.of(shape).withThreads(device.threads());
    if (source) {
      printSources(on, GeneratedCode.of(graph, options, on));
      return 0;
    }
    try (Session session = CompileProgress.compile(terminal, on, graph, options)) {
      List<KernelTable.Choice> predicted =
          Workbench.isFor(on) ? KernelTable.choose(graph, shape, on) : List.of();
      print(on, of, taken, choices(session.steps(), predicted), predicted);
    }
    return 0;
  }

  /** The table that kernels are chosen by. */
  private void printAll() {
    if (json.on()) {
      List<Map<String, Object>> rows = new ArrayList<>();
      for (KernelTable.Entry entry : KernelTable.entries()) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("operator", entry.operator());
        row.put("name", entry.name());
        row.put("precision", entry.precision().toString());
        row.put("kernels", entry.kernels());
        row.put("methods", entry.methods());
        row.put("when", entry.when());
        rows.add(row);
      }
      JsonOption.print(terminal, Map.of("operators", rows));
      return;
    }
    Table table =
        new Table()
            .text("OPERATOR")
            .text("KERNELS")
            .text("STORED")
            .text("JAVA METHODS")
            .text("CHOSEN");
    for (KernelTable.Entry entry : KernelTable.entries()) {
      table.row(
          entry.operator(),
          entry.name(),
          entry.precision().toString(),
          String.join(", ", entry.methods()),
          entry.when());
    }
    table.print(terminal);
  }

  private static List<Choice> choices(List<Step> steps, List<KernelTable.Choice> predicted) {
    Map<List<String>, List<Step>> groups = new LinkedHashMap<>();
    for (Step step : steps) {
      groups
          .computeIfAbsent(List.of(step.operators(), step.kernel()), _ -> new ArrayList<>())
          .add(step);
    }
    return groups.values().stream()
        .map(
            group ->
                new Choice(
                    group.getFirst().operators(),
                    group.getFirst().kernel(),
                    group.size(),
                    group.getFirst(),
                    predicted.stream()
                        .filter(p -> group.stream().anyMatch(s -> s.name().equals(p.step())))
                        .toList()))
        .toList();
  }

  private void printSources(Device on, List<GeneratedCode.Source> sources) {
    if (json.on()) {
      List<Map<String, String>> list = new ArrayList<>();
      for (GeneratedCode.Source one : sources) {
        list.add(Map.of("kernel", one.kernel(), "first_step", one.step(), "source", one.code()));
      }
      JsonOption.print(terminal, Map.of("device", on.name(), "sources", list));
      return;
    }
    for (GeneratedCode.Source one : sources) {
      terminal.out().println("// " + one.kernel() + ", first used for " + one.step());
      terminal.out().println(one.code().strip());
      terminal.out().println();
    }
  }

  private void print(
      Device on,
      KnownModel of,
      InputSize taken,
      List<Choice> choices,
      List<KernelTable.Choice> predicted) {
    if (json.on()) {
      Map<String, Object> map = new LinkedHashMap<>();
      map.put("device", on.name());
      map.put("variant", of.name());
      map.put("size", taken.toString());
      Tuning.inUse(on).ifPresent(cases -> map.put("tuned_cases", cases));
      if (!predicted.isEmpty()) {
        map.put("limits", Predictions.describe(KernelTable.limits(on)));
      }
      map.put("kernels", choices.stream().map(KernelsCommand::describe).toList());
      JsonOption.print(terminal, map);
      return;
    }
    terminal.out().println(terminal.bold(on.name()) + "  " + on.description());
    Tuning.inUse(on)
        .filter(cases -> cases > 0)
        .ifPresent(
            cases -> terminal.out().println(cases + " cases tuned: see `fastvit tune --show`"));
    terminal.out().println();
    Table table =
        new Table()
            .text("OPERATORS")
            .text("KERNEL")
            .number("STEPS")
            .text("FIRST STEP")
            .text("OUTPUT");
    if (!predicted.isEmpty()) {
      table.number("MODEL µs").number("APART µs");
    }
    for (Choice choice : choices) {
      List<String> cells =
          new ArrayList<>(
              List.of(
                  choice.operators(),
                  choice.kernel(),
                  Integer.toString(choice.steps()),
                  choice.first().name(),
                  Text.image(choice.first().output())));
      if (!predicted.isEmpty()) {
        cells.add(choice.expected().map(Predictions::number).orElse("–"));
        cells.add(choice.apart().map(Predictions::number).orElse("–"));
      }
      table.row(cells);
    }
    table.print(terminal);
    if (!predicted.isEmpty()) {
      terminal.out().println();
      terminal.out().println(Predictions.sentence(predicted, KernelTable.limits(on)));
    }
  }

  private static Map<String, Object> describe(Choice choice) {
    Shape output = choice.first().output();
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("operators", choice.operators());
    map.put("kernel", choice.kernel());
    map.put("steps", choice.steps());
    map.put("first_step", choice.first().name());
    map.put("output", List.of(output.n(), output.h(), output.w(), output.c()));
    choice.expected().ifPresent(micros -> map.put("predicted_us", micros));
    choice.apart().ifPresent(micros -> map.put("predicted_apart_us", micros));
    return map;
  }
}
