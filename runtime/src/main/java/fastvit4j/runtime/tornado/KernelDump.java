package fastvit4j.runtime.tornado;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The file that TornadoVM appends the code of a kernel to when a plan asks for it to be printed.
 * The file's name is a setting that TornadoVM reads once, when it is loaded.
 */
final class KernelDump {
  private KernelDump() {}

  /** The file; one of this process, unless the user has set another. */
  static Path file() {
    return Holder.FILE;
  }

  /** Bytes that are in the file. */
  static long length() throws IOException {
    return Files.exists(file()) ? Files.size(file()) : 0;
  }

  /** What was appended behind the first {@code from} bytes. */
  static String read(long from) throws IOException {
    if (length() <= from) {
      return "";
    }
    byte[] all = Files.readAllBytes(file());
    int start = Math.toIntExact(from);
    return new String(all, start, all.length - start, StandardCharsets.ISO_8859_1);
  }

  private static final class Holder {
    static final Path FILE = choose();

    private static Path choose() {
      String set = System.getProperty("tornado.print.kernel.dir", "");
      if (!set.isEmpty()) {
        return Path.of(set);
      }
      try {
        Path file = Files.createTempFile("fastvit4j-kernels", ".cl");
        file.toFile().deleteOnExit();
        return file;
      } catch (IOException e) {
        throw new IllegalStateException("no temporary file can be made: " + e, e);
      }
    }
  }
}
