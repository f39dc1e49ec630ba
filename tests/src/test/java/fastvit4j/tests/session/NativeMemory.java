package fastvit4j.tests.session;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.management.ManagementFactory;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.management.JMException;
import javax.management.ObjectName;

/** Memory outside the heap that this process has asked for, as the JVM itself counts it. */
final class NativeMemory {
  /** Arenas of the foreign memory API are booked under "Other". */
  private static final Pattern OTHER =
      Pattern.compile("Other \\(reserved=(\\d+)KB, committed=(\\d+)KB");

  private NativeMemory() {}

  /**
   * Bytes in use; skips the test if the JVM was not started with {@code
   * -XX:NativeMemoryTracking=summary}.
   */
  static long bytes() {
    String summary = summary();
    assumeTrue(
        summary.contains("Native Memory Tracking:"),
        "native memory is not counted: start the tests with -XX:NativeMemoryTracking=summary");
    Matcher other = OTHER.matcher(summary);
    return other.find() ? Long.parseLong(other.group(2)) << 10 : 0;
  }

  private static String summary() {
    try {
      return (String)
          ManagementFactory.getPlatformMBeanServer()
              .invoke(
                  new ObjectName("com.sun.management:type=DiagnosticCommand"),
                  "vmNativeMemory",
                  new Object[] {new String[] {"summary"}},
                  new String[] {String[].class.getName()});
    } catch (JMException e) {
      throw new IllegalStateException(e);
    }
  }
}
