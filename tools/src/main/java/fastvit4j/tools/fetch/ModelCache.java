package fastvit4j.tools.fetch;

import fastvit4j.model.UserException;
import fastvit4j.model.fastvit.Variant;
import fastvit4j.model.io.AtomicFile;
import fastvit4j.model.io.Text;
import fastvit4j.model.io.UserCache;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The folder in which downloaded checkpoints are kept: each file with its {@link Receipt}.
 * Processes may share it: who downloads a model holds its lock.
 *
 * @param directory the folder, which need not exist
 */
public record ModelCache(Path directory) {
  private static final long POLL_MILLIS = 100;

  /** The variable that names another folder. */
  public static final String VARIABLE = "FASTVIT_CACHE";

  /** The user's cache: {@code FASTVIT_CACHE}, else where the platform keeps caches. */
  public static ModelCache standard() {
    return standard(
        System.getenv(), System.getProperty("user.home"), System.getProperty("os.name"));
  }

  static ModelCache standard(Map<String, String> environment, String home, String os) {
    String own = environment.getOrDefault(VARIABLE, "");
    return new ModelCache(
        own.isEmpty()
            ? UserCache.directory(environment, home, os).resolve("models")
            : Path.of(own));
  }

  /** Where a model's file is or would be. */
  public Path file(PublishedModel model) {
    return directory.resolve(model.fileName());
  }

  /** The receipt of a model that is here. */
  public Optional<Receipt> find(PublishedModel model) {
    return Receipt.of(file(model));
  }

  /**
   * The checkpoints of a variant that are here: first those of the registry, in its order, then
   * others by their names.
   */
  public List<Receipt> find(Variant variant, Registry registry) {
    List<String> order = registry.models().stream().map(PublishedModel::name).toList();
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(file -> !file.getFileName().toString().startsWith("."))
          .flatMap(file -> Receipt.of(file).stream())
          .filter(receipt -> receipt.variant().equals(Optional.of(variant)))
          .sorted(
              Comparator.comparingInt(
                      (Receipt receipt) ->
                          order.contains(receipt.name())
                              ? order.indexOf(receipt.name())
                              : order.size())
                  .thenComparing(Receipt::name))
          .toList();
    } catch (IOException e) {
      throw unusable(e);
    }
  }

  /** Makes the folder if it is missing. */
  void create() {
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw unusable(e);
    }
    if (!Files.isWritable(directory)) {
      throw unusable(new IOException("permission denied"));
    }
  }

  private UserException unusable(IOException e) {
    return new UserException(
        "the cache "
            + directory
            + " cannot be used: "
            + Text.oneLine(String.valueOf(e))
            + "; name another folder with --cache or "
            + VARIABLE,
        e);
  }

  /** Where a model's parts are gathered. */
  Path part(PublishedModel model) {
    return directory.resolve("." + model.fileName() + ".part");
  }

  /** Notes that the terms were shown; false if they had been. */
  boolean noteShown(PublishedModel.Licence licence) {
    Path note = directory.resolve(".licence-" + licence.key().replace('/', '-'));
    if (Files.exists(note)) {
      return false;
    }
    AtomicFile.writeString(note, licence.name() + "\n" + licence.url() + "\n");
    return true;
  }

  /** Sole use of a model's part file. */
  record Lock(FileChannel channel, FileLock held) implements AutoCloseable {
    @Override
    public void close() {
      try {
        held.release();
        channel.close();
      } catch (IOException e) {
        // The system frees it at the latest when the process ends.
        System.getLogger(ModelCache.class.getName())
            .log(System.Logger.Level.DEBUG, "a lock was not released", e);
      }
    }
  }

  /**
   * Waits until no other process, nor another thread of this one, has the model's lock.
   *
   * @param waiting is run once if there is something to wait for
   */
  Lock lock(PublishedModel model, Runnable waiting) throws InterruptedException {
    Path file = directory.resolve("." + model.fileName() + ".lock");
    try {
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      try {
        boolean told = false;
        while (true) {
          FileLock lock = tryLock(channel);
          if (lock != null) {
            return new Lock(channel, lock);
          }
          if (!told) {
            waiting.run();
            told = true;
          }
          Thread.sleep(POLL_MILLIS);
        }
      } catch (Throwable e) {
        channel.close();
        throw e;
      }
    } catch (IOException e) {
      throw unusable(e);
    }
  }

  private static FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }
}
