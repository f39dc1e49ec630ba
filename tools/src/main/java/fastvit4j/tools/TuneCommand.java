package fastvit4j.tools;

import fastvit4j.model.KnownModel;
import fastvit4j.model.KnownModels;
import fastvit4j.model.UserException;
import fastvit4j.model.operator.Shape;
import fastvit4j.runtime.Device;
import fastvit4j.runtime.DeviceException;
import fastvit4j.runtime.tornado.Roof;
import fastvit4j.runtime.tornado.TunedCase;
import fastvit4j.runtime.tornado.Tuning;
import fastvit4j.tools.kernels.ModelCases;
import fastvit4j.tools.kernels.Tuner;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.atomic.AtomicInteger;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "tune",
    header = "Find the fastest kernels of models on a device, for sessions to take.",
    description = {
      "Runs every kernel that can compute a step of the models at its shape, and every fusion"
          + " beside the steps one by one, the stem from pictures as bytes too, in turns, by the"
          + " device's timers, and checks each result against float64. Another kernel than the"
          + " default choice is taken only where it is right, and faster by more than the times"
          + " vary.",
      "",
      "What is found is kept after each step, for this device, driver, TornadoVM and kernels;"
          + " sessions on the device take it from there. Ctrl-C or --budget may end the search at"
          + " any time; the same command goes on with what is missing.",
      "",
      "Status 1 says that some step could not be computed by any kernel."
    },
    footer = {
      "",
      "Environment:",
      "  FASTVIT_TUNING  folder to keep the results in, or none: nothing is kept or taken",
      "",
      "Examples:",
      "  fastvit tune --device tornado:opencl:0 --model t8,sa12",
      "  fastvit tune --device tornado:opencl:0 --model t8 --batch 1,8 --budget 60",
      "  fastvit tune --device tornado:opencl:0 --show"
    })
final class TuneCommand extends Subcommand {
  @Mixin private DeviceOptions device;

  @Option(
      names = "--model",
      split = ",",
      paramLabel = "NAME",
      defaultValue = "t8",
      description =
          "Models whose steps are tuned, as `fastvit models` lists them, or all"
              + " (default: ${DEFAULT-VALUE}).")
  private List<String> models;

  @Option(
      names = "--size",
      paramLabel = "N|HxW",
      converter = InputSize.Converter.class,
      description = "Input size (default: each model's own).")
  private InputSize size;

  @Option(
      names = "--batch",
      split = ",",
      paramLabel = "N",
      defaultValue = "1",
      converter = Count.Positive.class,
      description = "Images at a time, one or several numbers (default: ${DEFAULT-VALUE}).")
  private List<Integer> batches;

  @Option(
      names = "--budget",
      paramLabel = "SECONDS",
      description =
          "Begin with no further step after that time; one is done at least (default: none).")
  private Double budget;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      defaultValue = "0.1",
      description = "How long each kernel of a step is run, in all (default: ${DEFAULT-VALUE}).")
  private double seconds;

  @Option(names = "--again", description = "Measure again what is there already.")
  private boolean again;

  @Option(names = "--show", description = "Show what was found for the device, and end.")
  private boolean show;

  @Option(names = "--clear", description = "Remove what was found for the device, and end.")
  private boolean clear;

  @Mixin private JsonOption json;

  TuneCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  int run() {
    if (!(seconds >= 0 && seconds <= 3600) || (budget != null && !(budget >= 0))) {
      throw new UserException("--seconds must be from 0 to 3600, --budget at least 0");
    }
    Device on = device.device();
    Tuning tuning = Tuning.of(on);
    TuneReport report = new TuneReport(terminal, on, tuning);
    if (clear) {
      boolean there = tuning.clear();
      terminal.err().println(there ? "removed " + tuning.file() : "nothing was tuned here");
      return 0;
    }
    if (show) {
      print(report, tuning.cases(), 0, 0);
      return 0;
    }
    return tune(on, tuning, report);
  }

  private int tune(Device on, Tuning tuning, TuneReport report) {
    SequencedMap<String, TunedCase> found = new LinkedHashMap<>();
    tuning.cases().forEach(one -> found.put(one.text(), one));
    tuning.put(List.of()); // what cannot be kept is not measured
    if (again || !tuning.hasLimits()) {
      Roof.of(on).ifPresent(tuning::put);
    }
    Tuner tuner = new Tuner(on, seconds);
    List<ModelCases.Problem> problems = problems(tuner);
    List<ModelCases.Problem> open =
        problems.stream().filter(one -> again || !found.containsKey(one.key())).toList();
    List<String> hopeless = new ArrayList<>();
    long start = System.nanoTime();
    int done = 0;
    AtomicInteger kept = new AtomicInteger(found.size());
    try (Progress progress = new Progress(terminal, "tuning", open.size());
        Farewell _ = new Farewell(terminal, progress, () -> wayOn(kept.get(), tuning))) {
      for (ModelCases.Problem problem : open) {
        if (budget != null && done > 0 && System.nanoTime() - start >= budget * 1e9) {
          break;
        }
        progress.at(problem.shown().name(), done);
        tuner
            .tune(problem, List.copyOf(found.values()))
            .ifPresentOrElse(
                one -> {
                  tuning.put(List.of(one));
                  found.put(one.text(), one);
                  kept.set(found.size());
                },
                () -> hopeless.add(problem.shown().name()));
        done++;
      }
    }
    List<TunedCase> cases =
        problems.stream().map(one -> found.get(one.key())).filter(one -> one != null).toList();
    print(report, cases, problems.size() - open.size(), open.size() - done);
    if (!hopeless.isEmpty()) {
      throw new DeviceException(
          "no kernel computes " + String.join("; ", hopeless) + " on " + on.name(), null);
    }
    return 0;
  }

  private static String wayOn(int kept, Tuning tuning) {
    String cases = kept == 1 ? "1 case is" : kept + " cases are";
    return cases + " kept in " + tuning.file() + ", and the same command goes on";
  }

  private List<ModelCases.Problem> problems(Tuner tuner) {
    List<KnownModel> known = new ArrayList<>();
    List<Shape> inputs = new ArrayList<>();
    for (String name : BenchModels.known(models)) {
      KnownModel model = KnownModels.named(name);
      InputSize taken = size == null ? new InputSize(model.size(), model.size()) : size;
      for (int batch : batches) {
        known.add(model);
        inputs.add(taken.batch(batch));
      }
    }
    return tuner.problems(known, inputs);
  }

  private void print(TuneReport report, List<TunedCase> cases, int kept, int left) {
    if (json.on()) {
      Map<String, Object> map = report.json(cases);
      map.put("from_before", kept);
      map.put("left", left);
      JsonOption.print(terminal, map);
    } else {
      report.print(cases, kept, left);
    }
  }
}
