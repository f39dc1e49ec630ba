package fastvit4j.runtime.tornado;

import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads TornadoVM's profile log, a JSON object of one graph in which each task is an object named
 * {@code GRAPH.TASK} with its times in nanoseconds as strings.
 */
final class ProfileLog {
  private static final Pattern TASK =
      Pattern.compile(
          "\"[^\".]+\\.([^\"]+)\"\\s*:\\s*\\{[^{}]*\"TASK_KERNEL_TIME\"\\s*:\\s*\"(\\d+)\"");

  private static final Pattern TRANSFER =
      Pattern.compile("\"COPY_(?:IN|OUT)_TIME\"\\s*:\\s*\"(\\d+)\"");

  private ProfileLog() {}

  /** Nanoseconds of all copies to and from the device. */
  static long transferNanos(String log) {
    return TRANSFER.matcher(log).results().mapToLong(match -> Long.parseLong(match.group(1))).sum();
  }

  /** Nanoseconds on the device by task name. */
  static Map<String, Long> kernelNanos(String log) {
    Map<String, Long> nanos = new HashMap<>();
    Matcher matcher = TASK.matcher(log);
    while (matcher.find()) {
      nanos.put(matcher.group(1), Long.parseLong(matcher.group(2)));
    }
    return nanos;
  }
}
