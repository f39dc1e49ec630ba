package fastvit4j.tools.bundle;

import fastvit4j.model.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A folder that is gone with all that is in it when it is closed or the process ends. */
final class TemporaryFolder implements AutoCloseable {
  private final Path path;
  private final Thread end = new Thread(this::delete, "temporary folder");

  /**
   * @throws UserException if none can be made
   */
  TemporaryFolder() {
    try {
      path = Files.createTempDirectory("fastvit-bundle");
    } catch (IOException e) {
      throw new UserException(
          "no folder can be made in "
              + System.getProperty("java.io.tmpdir")
              + ": choose another with FASTVIT_OPTS=-Djava.io.tmpdir=FOLDER",
          e);
    }
    Runtime.getRuntime().addShutdownHook(end);
  }

  /** Where it is. */
  Path path() {
    return path;
  }

  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(end);
    } catch (IllegalStateException _) {
      return; // The process is ending, and the hook deletes it.
    }
    delete();
  }

  private void delete() {
    try (Stream<Path> below = Files.walk(path)) {
      List<Path> deepestFirst = below.sorted(Comparator.reverseOrder()).toList();
      for (Path file : deepestFirst) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      System.getLogger(TemporaryFolder.class.getName())
          .log(System.Logger.Level.WARNING, "The folder " + path + " stays: delete it.", e);
    }
  }
}
