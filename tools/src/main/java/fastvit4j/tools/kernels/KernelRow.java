package fastvit4j.tools.kernels;

import fastvit4j.runtime.Precision;
import fastvit4j.tools.bench.Statistics;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What was measured of one way to compute a case.
 *
 * @param way what was asked for: a candidate's name, {@code unfused} or {@code separate}
 * @param kernels what was run, joined
 * @param stored how it stores values and weights; two precisions where parts of it differ, none
 *     where that is not known
 * @param chosen whether the device gets it where nothing is asked for
 * @param nanos each run's time; none where the device has no clock
 * @param operations floating point operations, a multiply-add counted as two
 * @param bytes bytes that its launches read and write
 * @param leastBytes bytes that the case cannot do without
 * @param roofNanos what the device's peak or memory allows for these; NaN where it is not measured
 * @param predictedNanos what the cost model says; NaN where the device has no roof
 * @param choiceNanos what it says with the limits by which sessions choose fusions; NaN where there
 *     is no such choice
 * @param filled the part of the device that its work-groups fill, estimated; NaN likewise
 * @param localBytes local memory of a work-group
 * @param launches kernels launched one after the other; 0 where it is not known
 * @param error the largest distance from float64
 * @param fraction the largest error as a fraction of what the error analysis allows
 * @param apart the largest distance from each other way's result, by its name
 * @param failure why it could not be run, one line; null if it could
 */
public record KernelRow(
    String way,
    String kernels,
    Set<Precision> stored,
    boolean chosen,
    List<Double> nanos,
    long operations,
    long bytes,
    long leastBytes,
    double roofNanos,
    double predictedNanos,
    double choiceNanos,
    double filled,
    long localBytes,
    int launches,
    double error,
    double fraction,
    Map<String, Double> apart,
    String failure) {
  /** Copies the times. */
  public KernelRow {
    stored = Collections.unmodifiableSortedSet(new TreeSet<>(stored));
    nanos = List.copyOf(nanos);
  }

  /** The way in which every operator is computed by itself. */
  public static final String SEPARATE = "separate";

  /** By their medians; what has none comes last. */
  public static final Comparator<KernelRow> FASTEST_FIRST =
      Comparator.comparingDouble(row -> row.median().orElse(Double.MAX_VALUE));

  /** What could not be run. */
  static KernelRow failed(String way, String reason) {
    return new KernelRow(
        way,
        "",
        Set.of(),
        false,
        List.of(),
        0,
        0,
        0,
        Double.NaN,
        Double.NaN,
        Double.NaN,
        Double.NaN,
        0,
        0,
        Double.NaN,
        Double.NaN,
        Map.of(),
        reason);
  }

  /** Whether it was run, and is as exact as it must be. */
  public boolean isRight() {
    return failure == null && fraction <= 1;
  }

  /** The median time, ns; empty where there is no clock. */
  public OptionalDouble median() {
    return quantile(0.5);
  }

  /** The time below which a part of the runs lies, ns; between two runs linear. */
  public OptionalDouble quantile(double part) {
    return nanos.isEmpty()
        ? OptionalDouble.empty()
        : OptionalDouble.of(
            Statistics.quantile(part, nanos.stream().mapToDouble(time -> time).toArray()));
  }

  /** Operations a nanosecond: GFLOP/s. */
  public OptionalDouble gigaflops() {
    return rate(operations);
  }

  /** Bytes a nanosecond: GB/s. */
  public OptionalDouble gigabytes() {
    return rate(bytes);
  }

  private OptionalDouble rate(long what) {
    return median().isPresent()
        ? OptionalDouble.of(what / median().getAsDouble())
        : OptionalDouble.empty();
  }

  /** The part of what the roof allows. */
  public OptionalDouble ofRoof() {
    return median().isPresent() && !Double.isNaN(roofNanos)
        ? OptionalDouble.of(roofNanos / median().getAsDouble())
        : OptionalDouble.empty();
  }

  /** The largest distance from any other way's result. */
  public OptionalDouble mostApart() {
    return apart.values().stream().mapToDouble(d -> d).max();
  }

  /** How it stores values and weights, joined. */
  public String storage() {
    return stored.stream().map(Precision::toString).collect(Collectors.joining(" "));
  }

  /** All of it by name, as JSON and CSV have it; what is not known is null. */
  public Map<String, Object> fields() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("way", way);
    fields.put("kernels", kernels);
    fields.put("stored", storage());
    fields.put("chosen", chosen);
    fields.put("median_us", micros(median()));
    fields.put("runs", nanos.size());
    fields.put("gflops", value(gigaflops()));
    fields.put("gbytes_per_second", value(gigabytes()));
    fields.put("of_roof", value(ofRoof()));
    fields.put("roof_us", number(roofNanos / 1e3));
    fields.put("predicted_us", number(predictedNanos / 1e3));
    fields.put("choice_us", number(choiceNanos / 1e3));
    fields.put("filled", number(filled));
    fields.put("operations", operations);
    fields.put("bytes", bytes);
    fields.put("least_bytes", leastBytes);
    fields.put("local_bytes", localBytes);
    fields.put("launches", launches);
    fields.put("error", number(error));
    fields.put("error_of_bound", number(fraction));
    fields.put("failure", failure);
    return fields;
  }

  private static Object micros(OptionalDouble nanos) {
    return nanos.isPresent() ? (Object) (nanos.getAsDouble() / 1e3) : null;
  }

  private static Object value(OptionalDouble value) {
    return value.isPresent() ? number(value.getAsDouble()) : null;
  }

  private static Object number(double value) {
    return Double.isFinite(value) ? (Object) value : null;
  }
}
