package fastvit4j.runtime.tornado;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Limits that {@code fastvit tune} has measured and kept.
 *
 * @param operationsPerSecond the peak
 * @param matrixOperationsPerSecond that of tensor cores, or the same
 * @param launchNanos a launch
 * @param bandwidths bytes a second by the size of a working set
 */
record KeptLimits(
    double operationsPerSecond,
    double matrixOperationsPerSecond,
    long launchNanos,
    NavigableMap<Long, Double> bandwidths)
    implements Limits {
  private static final String PEAK = "peak";
  private static final String MATRIX_PEAK = "matrices";
  private static final String LAUNCH = "launch";
  private static final String BANDWIDTH = "bandwidth";

  KeptLimits {
    bandwidths = new TreeMap<>(bandwidths);
    if (bandwidths.isEmpty() || launchNanos < 0) {
      throw new IllegalArgumentException("no limits");
    }
    positive(operationsPerSecond);
    positive(matrixOperationsPerSecond);
    bandwidths.values().forEach(KeptLimits::positive);
  }

  private static void positive(double value) {
    if (!(value > 0 && value < 1e18)) {
      throw new IllegalArgumentException("no limit: " + value);
    }
  }

  /** That of the smallest working set that is not smaller. */
  @Override
  public double bytesPerSecond(long bytes) {
    var next = bandwidths.ceilingEntry(bytes);
    return next == null ? bandwidths.lastEntry().getValue() : next.getValue();
  }

  @Override
  public String source() {
    return "measured";
  }

  /** As text. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(PEAK + " " + operationsPerSecond);
    lines.add(MATRIX_PEAK + " " + matrixOperationsPerSecond);
    lines.add(LAUNCH + " " + launchNanos);
    bandwidths.forEach((bytes, speed) -> lines.add(BANDWIDTH + " " + bytes + " " + speed));
    return lines;
  }

  /**
   * From text.
   *
   * @throws IllegalArgumentException if it is none
   */
  static KeptLimits parse(List<String> lines) {
    double peak = 0;
    double matrixPeak = 0;
    long launch = -1;
    NavigableMap<Long, Double> bandwidths = new TreeMap<>();
    for (String line : lines) {
      String[] fields = line.split(" ", -1);
      switch (fields[0] + fields.length) {
        case PEAK + 2 -> peak = Double.parseDouble(fields[1]);
        case MATRIX_PEAK + 2 -> matrixPeak = Double.parseDouble(fields[1]);
        case LAUNCH + 2 -> launch = Long.parseLong(fields[1]);
        case BANDWIDTH + 3 ->
            bandwidths.put(Long.parseLong(fields[1]), Double.parseDouble(fields[2]));
        default -> throw new IllegalArgumentException("no limit: " + line);
      }
    }
    return new KeptLimits(peak, matrixPeak, launch, bandwidths);
  }
}
