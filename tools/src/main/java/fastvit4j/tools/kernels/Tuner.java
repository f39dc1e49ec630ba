package fastvit4j.tools.kernels;

import fastvit4j.model.KnownModel;
import fastvit4j.model.operator.Shape;
import fastvit4j.runtime.Device;
import fastvit4j.runtime.tornado.TunedCase;
import fastvit4j.runtime.tornado.Tuning;
import fastvit4j.runtime.tornado.Workbench;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * Finds the fastest kernels of problems on a device: runs all that can compute one in turns, drops
 * what is not as exact as it must be, and takes another than the table's choice only where three
 * quarters of its runs are faster than three quarters of that one's.
 */
public final class Tuner {
  private static final double LOW = 0.25;
  private static final double HIGH = 0.75;

  private final Device device;
  private final double seconds;

  /**
   * For a device.
   *
   * @param seconds how long each way to compute a problem is run, in all
   */
  public Tuner(Device device, double seconds) {
    this.device = Tuning.without(device);
    this.seconds = seconds;
  }

  /**
   * The problems of models between whose candidates there is a choice: each once, single steps
   * before neighbouring ones that can be computed together.
   */
  public List<ModelCases.Problem> problems(List<KnownModel> models, List<Shape> inputs) {
    Map<String, ModelCases.Problem> problems = new LinkedHashMap<>();
    for (int i = 0; i < models.size(); i++) {
      for (ModelCases.Problem problem : ModelCases.of(models.get(i), inputs.get(i), device)) {
        if (problem.fused() || problem.candidates().size() > 1) {
          problems.putIfAbsent(problem.key(), problem);
        }
      }
    }
    return problems.values().stream()
        .sorted(Comparator.comparingInt(ModelCases.Problem::steps))
        .toList();
  }

  /**
   * Tunes a problem.
   *
   * @param found what was found before: the single steps of a sequence take their fastest
   * @return empty if no candidate can be used
   */
  public Optional<TunedCase> tune(ModelCases.Problem problem, List<TunedCase> found) {
    List<String> ways = new ArrayList<>(problem.candidates());
    if (problem.fused()) {
      ways.add(Workbench.UNFUSED);
    }
    KernelMeasurement measurement =
        new KernelMeasurement(
            Tuning.with(device, found),
            Optional.empty(),
            seconds,
            0,
            KernelMeasurement.Purpose.CHOICE);
    return judge(problem, measurement.of(problem.shown(), ways));
  }

  /** The verdict on what was measured. */
  static Optional<TunedCase> judge(ModelCases.Problem problem, List<KernelRow> rows) {
    SequencedMap<String, String> failures = new LinkedHashMap<>();
    for (KernelRow row : rows) {
      if (!row.isRight()) {
        failures.put(row.way(), reason(row));
      }
    }
    Optional<KernelRow> standard = rows.stream().filter(KernelRow::chosen).findFirst();
    Optional<KernelRow> fastest =
        rows.stream()
            .filter(row -> row.isRight() && row.median().isPresent())
            .min(Comparator.comparingDouble(row -> row.median().getAsDouble()));
    if (fastest.isEmpty()) {
      return Optional.empty();
    }
    boolean keep =
        standard.isPresent()
            && standard.get().isRight()
            && !(fastest.get().quantile(HIGH).getAsDouble()
                < standard.get().quantile(LOW).getAsDouble());
    KernelRow winner = keep ? standard.get() : fastest.get();
    return Optional.of(
        new TunedCase(
            problem.key(),
            problem.shown().name(),
            standard.map(KernelRow::way).orElse("-"),
            standard.map(row -> row.median().orElse(0)).orElse(0.0),
            winner.way(),
            winner.median().getAsDouble(),
            failures));
  }

  private static String reason(KernelRow row) {
    return row.failure() != null
        ? row.failure()
        : String.format(
            Locale.ROOT, "wrong: its error is %.3g times what is allowed", row.fraction());
  }
}
