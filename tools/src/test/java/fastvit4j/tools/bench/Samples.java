package fastvit4j.tools.bench;

import fastvit4j.model.fastvit.Form;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;

/** Results of runs whose times are drawn, not measured. */
final class Samples {
  static final int ROUNDS = 10;
  private static final int RUNS_OF_ROUND = 10;

  private Samples() {}

  /** A configuration that only its model tells from others. */
  static Configuration of(String model) {
    return new Configuration(model, "cpu", 256, 256, 1, Configuration.FLOAT32, Form.INFERENCE, 0);
  }

  /** Results of {@code models} configurations. */
  static Results results(int models, SplittableRandom random, double factor) {
    List<Result> results = new ArrayList<>();
    for (int i = 0; i < models; i++) {
      Result result = Result.of(of("model" + i)).prepared(preparation());
      for (int round = 0; round < ROUNDS; round++) {
        result = result.measured(round(random, (10 + i) * factor));
      }
      results.add(result);
    }
    return results(results);
  }

  /** Results with these rows. */
  static Results results(List<Result> results) {
    return new Results(
        "1.2",
        Instant.EPOCH,
        null,
        new LinkedHashMap<>(Map.of("cores", 2L)),
        Protocol.ofRuns(100, ROUNDS * RUNS_OF_ROUND),
        null,
        results);
  }

  static Preparation preparation() {
    return new Preparation(
        3,
        5,
        1.5,
        7,
        new Parity(1e-6, 2, 64, 96),
        List.of(
            new Step("stem.0", "stem", "convolution 3×3", "Conv2d+Gelu", "by strips", 11, 13),
            new Step("head.fc", "head", "Linear", "Linear", "matrix", 17, 19)));
  }

  /**
   * A round as a shared machine gives it: each has its own drift, 2 % of standard deviation, each
   * run its own noise, 3 %, and one run in ten is disturbed, by half as much again on average.
   */
  private static List<Double> round(SplittableRandom random, double ms) {
    double drifted = ms * (1 + 0.02 * random.nextGaussian());
    return DoubleStream.generate(
            () ->
                drifted
                    * (1 + 0.03 * Math.abs(random.nextGaussian()))
                    * (random.nextInt(10) == 0 ? 1 + random.nextDouble() : 1))
        .limit(RUNS_OF_ROUND)
        .boxed()
        .toList();
  }
}
