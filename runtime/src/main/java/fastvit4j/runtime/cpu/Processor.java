package fastvit4j.runtime.cpu;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** What the operating system knows of the processor. */
final class Processor {
  private Processor() {}

  /** The processor's name where the system tells it, else its architecture. */
  static String model() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .filter(name -> !name.isEmpty())
          .findFirst()
          .orElseGet(Processor::architecture);
    } catch (IOException | RuntimeException e) {
      return architecture();
    }
  }

  /** The machine's memory in bytes, where the JVM tells it. */
  static OptionalLong memory() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
        ? OptionalLong.of(system.getTotalMemorySize())
        : OptionalLong.empty();
  }

  private static String architecture() {
    return System.getProperty("os.arch") + " processor";
  }
}
