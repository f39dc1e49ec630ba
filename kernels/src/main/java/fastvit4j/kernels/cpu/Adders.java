package fastvit4j.kernels.cpu;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * Whether this processor has units that add vectors beside those that multiply and add, which else
 * idle in a matrix product. AMD's have; among them, those with AVX-512 have the registers that it
 * takes to use both. System property {@value CpuKernelsProvider#PAIRED_PROPERTY} decides otherwise.
 */
final class Adders {
  private static final String VENDOR = "AuthenticAMD";
  private static final boolean SEPARATE = look();

  private Adders() {}

  /** Whether additions are to take the place of multiplications. */
  static boolean separate() {
    return SEPARATE;
  }

  private static boolean look() {
    String wanted = System.getProperty(CpuKernelsProvider.PAIRED_PROPERTY);
    if (wanted != null) {
      return Boolean.parseBoolean(wanted);
    }
    String identifier = System.getenv("PROCESSOR_IDENTIFIER");
    if (identifier != null) {
      return identifier.contains(VENDOR);
    }
    try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      return lines
          .filter(line -> line.startsWith("vendor_id"))
          .findFirst()
          .filter(line -> line.contains(VENDOR))
          .isPresent();
    } catch (IOException | RuntimeException e) {
      return false;
    }
  }
}
