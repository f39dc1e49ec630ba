package fastvit4j.runtime.tornado;

import fastvit4j.model.UserException;
import fastvit4j.model.io.AtomicFile;
import fastvit4j.model.io.UserCache;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Generated kernels on disk, one file each, named by a key that stands for everything that the code
 * depends on. A file is written beside and moved into place, so that processes may share the
 * directory; its last line holds a checksum of the rest, and is a comment: to a driver with a cache
 * of its own this is the code that it has seen when it was generated. Whatever is wrong with the
 * directory or a file is told once and then worked around: the kernel is generated again, and kept
 * in a directory of this process where it cannot be stored.
 *
 * <p>The directory is {@code -Dfastvit4j.kernel.cache=DIR}, else {@code
 * $XDG_CACHE_HOME/fastvit4j/kernels} or what the platform has for it; {@code
 * -Dfastvit4j.kernel.cache=none} keeps nothing beyond the process. It is kept to {@link
 * CacheLimit#STANDARD} bytes, or {@code -Dfastvit4j.kernel.cache.limit=SIZE}, by deleting what was
 * not used for the longest time; the whole of it may be deleted at any time when no process starts.
 */
final class KernelCache {
  /** The system property that names the directory. */
  static final String PROPERTY = "fastvit4j.kernel.cache";

  /** What the names of kernels end with. */
  static final String SUFFIX = ".cl";

  private static final String ANY_VERSION = "// fastvit4j kernel ";
  private static final String TRAILER = ANY_VERSION + "2 ";

  /** Kernels that are stored between two looks at the size of the directory. */
  private static final int TRIM_EVERY = 64;

  private static final int MOST_BYTES = 1 << 24;
  private static final System.Logger LOG = System.getLogger(KernelCache.class.getName());

  private static KernelCache standard;

  private final Path directory;
  private final long limit;
  private int stored;
  private final AtomicBoolean warned = new AtomicBoolean();
  private Path fallback;

  /** A cache in a directory, or in none but that of this process if it is null. */
  KernelCache(Path directory) {
    this(directory, CacheLimit.STANDARD);
  }

  /** A cache in a directory of at most so many bytes. */
  KernelCache(Path directory, long limit) {
    this.directory = directory;
    this.limit = limit;
  }

  /**
   * The cache of this process.
   *
   * @throws UserException if a property that is to say where it is or how large cannot be read
   */
  static synchronized KernelCache standard() {
    if (standard == null) {
      standard =
          new KernelCache(
              directory(
                  System.getProperty(PROPERTY),
                  System.getenv("XDG_CACHE_HOME"),
                  System.getProperty("user.home"),
                  System.getProperty("os.name")),
              ByteSize.parse(CacheLimit.PROPERTY, CacheLimit.STANDARD));
    }
    return standard;
  }

  /** Where the cache is, by the properties and variables of a process. */
  static Path directory(String property, String xdgCacheHome, String home, String os) {
    if (property != null) {
      return property.equals("none") ? null : Path.of(property);
    }
    Map<String, String> environment =
        xdgCacheHome == null ? Map.of() : Map.of("XDG_CACHE_HOME", xdgCacheHome);
    return UserCache.directory(environment, home, os).resolve("kernels");
  }

  /** The file of a key if there is an undamaged one. */
  synchronized Optional<Path> find(String key) {
    if (fallback != null && isWhole(fallback.resolve(key + SUFFIX))) {
      return Optional.of(fallback.resolve(key + SUFFIX));
    }
    Optional<Path> found =
        Optional.ofNullable(directory).map(d -> d.resolve(key + SUFFIX)).filter(this::isWhole);
    found.ifPresent(CacheLimit::touch);
    return found;
  }

  /** Where {@link #store} will keep a key's kernel, unless it cannot be written there. */
  synchronized Path place(String key) {
    return (fallback != null || directory == null ? fallback() : directory).resolve(key + SUFFIX);
  }

  private boolean isWhole(Path file) {
    try {
      if (!Files.exists(file)) {
        return false;
      }
      if (Files.isRegularFile(file) && Files.size(file) <= MOST_BYTES) {
        String text = Files.readString(file, StandardCharsets.ISO_8859_1);
        int end = end(text);
        if (end > 0 && text.substring(end).equals(trailer(text.substring(0, end)))) {
          return true;
        }
        if (isOfAnotherVersion(text, end)) {
          return false;
        }
      }
      warn(file + " is damaged: the kernel is compiled again");
    } catch (IOException e) {
      warn(file + " cannot be read (" + e + "): the kernel is compiled again");
    }
    return false;
  }

  /** The first version of this cache began with what is now the last line. */
  private static boolean isOfAnotherVersion(String text, int end) {
    return text.startsWith(ANY_VERSION)
        || (text.startsWith(ANY_VERSION, end) && !text.startsWith(TRAILER, end));
  }

  /** The kernel in a file of the cache. */
  static String source(Path file) throws IOException {
    String text = Files.readString(file, StandardCharsets.ISO_8859_1);
    return text.substring(0, end(text));
  }

  /** Where the source ends: at the last line. */
  private static int end(String text) {
    return text.lastIndexOf('\n', text.length() - 2) + 1;
  }

  private static String trailer(String source) {
    return TRAILER + Sha256.of(source.getBytes(StandardCharsets.ISO_8859_1)) + "\n";
  }

  /**
   * Keeps a kernel.
   *
   * @return the file
   */
  synchronized Path store(String key, String source) {
    String lines = source.endsWith("\n") ? source : source + "\n";
    byte[] bytes = (lines + trailer(lines)).getBytes(StandardCharsets.ISO_8859_1);
    if (directory != null) {
      try {
        Files.createDirectories(directory);
        if (stored++ % TRIM_EVERY == 0) {
          CacheLimit.trim(directory, limit);
        }
        return write(directory.resolve(key + SUFFIX), bytes);
      } catch (IOException | UserException e) {
        warn(
            "kernels are not kept for the next start: "
                + (e instanceof UserException ? e.getMessage() : e)
                + " (choose another place with -D"
                + PROPERTY
                + "=DIR)");
      }
    }
    Path file = write(fallback().resolve(key + SUFFIX), bytes);
    file.toFile().deleteOnExit();
    return file;
  }

  private Path fallback() {
    if (fallback == null) {
      try {
        fallback = Files.createTempDirectory("fastvit4j-kernels");
      } catch (IOException e) {
        throw new UserException("no kernel can be kept in the temporary directory: " + e, e);
      }
      fallback.toFile().deleteOnExit();
    }
    return fallback;
  }

  private static Path write(Path file, byte[] bytes) {
    AtomicFile.write(file, channel -> AtomicFile.writeFully(channel, ByteBuffer.wrap(bytes)));
    return file;
  }

  private void warn(String text) {
    if (!warned.getAndSet(true)) {
      LOG.log(System.Logger.Level.WARNING, text);
    }
  }
}
