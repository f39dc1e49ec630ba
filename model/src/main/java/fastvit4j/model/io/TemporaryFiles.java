package fastvit4j.model.io;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Set;

/** The temporary files that are being written, so that none outlives the process. */
final class TemporaryFiles {
  private static final Set<Path> FILES = new HashSet<>();
  private static boolean ending;

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(TemporaryFiles::end, "temporary files"));
  }

  private TemporaryFiles() {}

  /**
   * Creates a file and opens it for writing.
   *
   * @throws IOException if that fails, or if the process is ending
   */
  static FileChannel create(Path file) throws IOException {
    synchronized (FILES) {
      if (ending) {
        throw new IOException("the process is ending");
      }
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      FILES.add(file);
      return channel;
    }
  }

  /** Removes the file if it still exists. */
  static void remove(Path file) {
    synchronized (FILES) {
      if (FILES.remove(file)) {
        delete(file);
      }
    }
  }

  private static void end() {
    synchronized (FILES) {
      ending = true;
      FILES.forEach(TemporaryFiles::delete);
      FILES.clear();
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      System.getLogger(TemporaryFiles.class.getName())
          .log(System.Logger.Level.WARNING, "The temporary file " + file + " stays: delete it.", e);
    }
  }
}
