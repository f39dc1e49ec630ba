package fastvit4j.tools;

import fastvit4j.runtime.tornado.KernelTable;
import fastvit4j.runtime.tornado.Limits;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What the cost model expects, in words and numbers. */
final class Predictions {
  /** A working set that no cache holds. */
  private static final long LARGE = 1L << 40;

  private Predictions() {}

  /** What is expected of a whole network, with its fusions and without, and by which limits. */
  static String sentence(List<KernelTable.Choice> choices, Limits limits) {
    double chosen = choices.stream().mapToDouble(KernelTable.Choice::predictedNanos).sum();
    double apart = choices.stream().mapToDouble(KernelTable.Choice::apartNanos).sum();
    return "the cost model expects "
        + number(chosen / 1e3)
        + " µs in all, "
        + (apart == chosen ? "and fuses nothing" : number(apart / 1e3) + " µs without fusions")
        + ", by "
        + words(limits);
  }

  /** Limits in words. */
  static String words(Limits limits) {
    return String.format(
        Locale.ROOT,
        "%s limits: %s GFLOP/s float32, %s GB/s from memory, a launch %s µs",
        limits.source(),
        number(limits.operationsPerSecond() / 1e9),
        number(limits.bytesPerSecond(LARGE) / 1e9),
        number(limits.launchNanos() / 1e3));
  }

  /** Limits by name. */
  static Map<String, Object> describe(Limits limits) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("source", limits.source());
    map.put("gflops", limits.operationsPerSecond() / 1e9);
    map.put("gbytes_per_second", limits.bytesPerSecond(LARGE) / 1e9);
    map.put("launch_us", limits.launchNanos() / 1e3);
    return map;
  }

  /** Three digits that matter. */
  static String number(double value) {
    int digits = value >= 100 ? 0 : value >= 10 ? 1 : 2;
    return String.format(Locale.ROOT, "%." + digits + "f", value);
  }
}
