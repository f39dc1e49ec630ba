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

  private ProfileLog() {}

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
