package fastvit4j.tests.browser;

import fastvit4j.model.Published;
import fastvit4j.model.fastvit.Form;
import fastvit4j.tools.bench.Breakdown;
import fastvit4j.tools.bench.Configuration;
import fastvit4j.tools.bench.Parity;
import fastvit4j.tools.bench.Preparation;
import fastvit4j.tools.bench.Protocol;
import fastvit4j.tools.bench.Result;
import fastvit4j.tools.bench.Results;
import fastvit4j.tools.bench.Step;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SplittableRandom;

/** Results that every chart has something to draw of; their times are drawn by lot. */
final class DrawnResults {
  /** A model whose name is markup. */
  static final String NASTY = "<b id=nasty>bold</b>&amp;\"'";

  private static final List<String> FEW =
      List.of("t8", "s12", "sa12", "poolformer_s12", "poolformer_s24", NASTY);

  private final List<String> models;

  private final SplittableRandom random = new SplittableRandom(1);
  private final List<Result> results = new ArrayList<>();

  private DrawnResults(List<String> models) {
    this.models = models;
  }

  static Results make() {
    DrawnResults made = new DrawnResults(FEW);
    for (String device : List.of("cpu", "tornado:opencl:0")) {
      for (String model : FEW) {
        for (Form form : List.of(Form.TRAIN, Form.INFERENCE)) {
          made.add(model, device, 256, 1, form, 0);
        }
      }
    }
    for (String model : List.of("t8", "poolformer_s12")) {
      for (int size : new int[] {224, 384, 512, 768}) {
        made.add(model, "cpu", size, 1, Form.INFERENCE, 0);
      }
      for (int batch : new int[] {2, 4, 8}) {
        made.add(model, "cpu", 256, batch, Form.INFERENCE, 0);
      }
      made.add(model, "cpu", 256, 1, Form.INFERENCE, 1);
      made.add(model, "cpu", 256, 1, Form.INFERENCE, 2);
    }
    made.results.add(
        new Result(
            new Configuration("ma36", "cpu", 256, 256, 1, "float32", Form.INFERENCE, 0),
            null,
            null,
            null,
            List.of(),
            List.of(),
            List.of(),
            "the device is lost"));
    return made.results();
  }

  /**
   * Models whose times and accuracies are close, some of them the same.
   *
   * @param close how many
   * @param grown how many of them were measured at two sizes
   */
  static Results crowded(int close, int grown) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < close; i++) {
      names.add(List.of("sa", "poolformer_m", "convnext_", "mobileone_s").get(i % 4) + (10 + i));
    }
    DrawnResults made = new DrawnResults(names);
    for (int i = 0; i < close; i++) {
      double ms = 10 + i / 3 + 3 * made.random.nextDouble();
      made.add(names.get(i), "cpu", 256, 1, Form.INFERENCE, 0, ms, 80 + i / 8);
      if (i < grown) {
        made.add(names.get(i), "cpu", 288, 1, Form.INFERENCE, 0, 1.3 * ms, 0);
      }
    }
    return made.results();
  }

  private Results results() {
    return new Results(
        "1.2",
        Instant.EPOCH,
        Instant.EPOCH.plusSeconds(60),
        new LinkedHashMap<>(
            Map.of(
                "cores",
                4L,
                "devices",
                Map.of("cpu", Map.of("description", "a processor with four cores")))),
        Protocol.ofRuns(100, 100),
        null,
        results);
  }

  private void add(String model, String device, int size, int batch, Form form, int threads) {
    int number = models.indexOf(model);
    double ms =
        (8 + 5 * number)
            * (form == Form.TRAIN ? 1.5 : 1)
            * (device.equals("cpu") ? 1 : 0.3)
            * size
            / 256
            * size
            / 256
            * batch
            / (threads == 1 ? 1 : 1.8);
    add(model, device, size, batch, form, threads, ms, 75 + 1.5 * number);
  }

  private void add(
      String model,
      String device,
      int size,
      int batch,
      Form form,
      int threads,
      double ms,
      double top1) {
    int number = models.indexOf(model);
    List<List<Double>> rounds = new ArrayList<>();
    List<Breakdown> breakdowns = new ArrayList<>();
    for (int round = 0; round < 10; round++) {
      rounds.add(List.of(ms * (1 + 0.1 * random.nextDouble()), ms * (1 + random.nextDouble())));
      breakdowns.add(
          new Breakdown(
              List.of(0.2 * ms, 0.5 * ms, 0.3 * ms),
              device.equals("cpu") ? OptionalDouble.empty() : OptionalDouble.of(0.1 * ms)));
    }
    Preparation preparation =
        new Preparation(
            4_000_000L * (number + 1),
            700_000_000L * (number + 1),
            300,
            20_000_000L,
            new Parity(1e-6, 2, 64, 64),
            List.of(
                new Step("stem.0", "stem", "convolution 3×3", "Conv2d+Gelu", "strips", 900, 800),
                new Step("stages.0", "stage 1", "pointwise 1×1", "Conv2d", "matrix", 9000, 80),
                new Step("head.fc", "head", "Linear", "Linear", "matrix", 90, 8)));
    Published published =
        size == 256
            ? new Published("a paper", 256, 3.6, 0.7, 1.7 + number, null, top1, null)
            : null;
    results.add(
        new Result(
            new Configuration(model, device, size, size, batch, "float32", form, threads),
            null,
            published,
            preparation,
            rounds,
            List.of(),
            breakdowns,
            null));
  }
}
