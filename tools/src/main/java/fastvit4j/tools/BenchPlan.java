package fastvit4j.tools;

import fastvit4j.model.Model;
import fastvit4j.model.Nearest;
import fastvit4j.model.UserException;
import fastvit4j.model.fastvit.Form;
import fastvit4j.runtime.Device;
import fastvit4j.runtime.Devices;
import fastvit4j.runtime.Precision;
import fastvit4j.tools.bench.Configuration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.SequencedSet;
import java.util.TreeMap;
import picocli.CommandLine.Option;

/** What to measure: every combination of what these options list. */
final class BenchPlan {
  private static final List<String> PRECISIONS =
      Arrays.stream(Precision.values()).map(Precision::toString).toList();

  private static final int GPU_BATCH = 8;
  private static final int MOST_THREADS_OF_CORE = 4;
  private static final String LIST = ",";

  @Option(
      names = "--device",
      paramLabel = "DEVICE",
      split = LIST,
      description =
          "Devices, as `fastvit devices` lists them; auto, which is what is taken if none is given,"
              + " is the best.")
  private List<String> devices;

  @Option(
      names = "--size",
      paramLabel = "N|HxW",
      split = LIST,
      converter = InputSize.Converter.class,
      description = "Input sizes (default: each model's own).")
  private List<InputSize> sizes;

  @Option(
      names = "--batch",
      paramLabel = "N",
      split = LIST,
      converter = Count.Positive.class,
      description = "Images computed at once (default: 8 on GPUs, else 1, as in the paper).")
  private List<Integer> batches;

  @Option(
      names = "--precision",
      paramLabel = "P",
      split = LIST,
      description =
          "How weights and activations are stored: float32, which is the default, or, on GPUs that"
              + " can, float16.")
  private List<String> precisions;

  @Option(
      names = "--form",
      paramLabel = "F",
      split = LIST,
      description =
          "Forms of the networks: train, published (as the public code folds them), inference (all"
              + " folded, the default).")
  private List<String> forms;

  @Option(
      names = "--threads",
      paramLabel = "N",
      split = LIST,
      converter = Count.NotNegative.class,
      description = "Cores to use at most, 0 for all, the default.")
  private List<Integer> threads;

  /** Whether anything was given. */
  boolean isGiven() {
    return devices != null
        || sizes != null
        || batches != null
        || precisions != null
        || forms != null
        || threads != null;
  }

  /**
   * The combinations, device by device and model by model.
   *
   * @throws UserException if there is no such device, precision or form, or a model cannot take a
   *     size
   */
  List<Configuration> configurations(List<String> names, BenchModels models) {
    if (precisions != null) {
      precisions.forEach(p -> require("precision", p, PRECISIONS));
    }
    if (threads != null) {
      threads.forEach(BenchPlan::requireCores);
    }
    SequencedSet<Device> found = new LinkedHashSet<>();
    for (String name : devices == null ? List.of("auto") : devices) {
      Device device = Devices.named(name);
      stored().forEach(precision -> device.storing(Precision.named(precision)));
      found.add(device);
    }
    List<Form> wanted =
        forms == null ? List.of(Form.INFERENCE) : forms.stream().map(this::form).toList();
    SequencedSet<Configuration> plan = new LinkedHashSet<>();
    for (Device device : found) {
      for (String name : names) {
        for (Form form : wanted) {
          Model model = models.model(name, form);
          for (InputSize size : sizes(model)) {
            for (int batch : batches(device)) {
              for (String precision : stored()) {
                Configuration configuration =
                    new Configuration(
                        name,
                        device.name(),
                        size.height(),
                        size.width(),
                        batch,
                        precision,
                        form,
                        0);
                model.graph().shapes(configuration.input());
                for (int count : threads == null ? List.of(0) : threads) {
                  plan.add(configuration.withThreads(count));
                }
              }
            }
          }
        }
      }
    }
    return new ArrayList<>(plan);
  }

  private List<String> stored() {
    return precisions == null ? List.of(Configuration.FLOAT32) : precisions;
  }

  private List<InputSize> sizes(Model model) {
    return sizes != null
        ? sizes
        : List.of(new InputSize(model.preprocessing().height(), model.preprocessing().width()));
  }

  private List<Integer> batches(Device device) {
    return batches != null ? batches : List.of(device.isGpu() ? GPU_BATCH : 1);
  }

  private Form form(String name) {
    TreeMap<String, Form> known = new TreeMap<>();
    Arrays.stream(Form.values())
        .forEach(form -> known.put(form.name().toLowerCase(Locale.ROOT), form));
    require("form", name, List.copyOf(known.keySet()));
    return known.get(name);
  }

  /** So many threads that they hardly ever run together make a run last for minutes. */
  private static void requireCores(int threads) {
    int cores = Runtime.getRuntime().availableProcessors();
    if (threads > MOST_THREADS_OF_CORE * cores) {
      throw new UserException(
          threads
              + " threads are more than "
              + MOST_THREADS_OF_CORE
              + " for each of the "
              + cores
              + " cores here: take fewer, or 0 for all cores");
    }
  }

  private static void require(String what, String name, List<String> known) {
    if (!known.contains(name)) {
      throw new UserException("no " + what + " " + name + ": " + Nearest.hint(name, known));
    }
  }
}
