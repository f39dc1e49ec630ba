package fastvit4j.runtime.tornado;

import fastvit4j.model.UserException;
import fastvit4j.model.io.Text;
import fastvit4j.model.io.UserCache;
import fastvit4j.runtime.Device;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import uk.ac.manchester.tornado.api.common.TornadoDevice;

/**
 * The results of tuning on disk: one file for each environment, that is device, driver, TornadoVM
 * with its settings, JVM, and kernels, so that nothing in there is ever stale. Sessions take from
 * it what they get; whatever is wrong with it is told once and then ignored. Processes may share
 * it: a file is moved into place, by one of them at a time.
 *
 * <p>The directory is {@code -Dfastvit4j.tuning=DIR}, else {@code FASTVIT_TUNING}, else {@code
 * $XDG_CACHE_HOME/fastvit4j/tuning} or what the platform has for it; {@code none} for none.
 */
public final class Tuning {
  /** The system property that names the directory, or {@code none}. */
  public static final String PROPERTY = "fastvit4j.tuning";

  /** The environment's variable that does, where the property is not set. */
  public static final String VARIABLE = "FASTVIT_TUNING";

  private static final String NONE = "none";
  private static final String SUFFIX = ".tuning";
  private static final String LIMITS = ".limits";
  private static final System.Logger LOG = System.getLogger(Tuning.class.getName());
  private static final Set<String> TOLD = ConcurrentHashMap.newKeySet();

  /** Of this process's threads one at a time, as a lock on a file is the process's. */
  private static final Object WRITING = new Object();

  private final Path directory;
  private final String environment;

  private Tuning(Path directory, String environment) {
    this.directory = directory;
    this.environment = environment;
  }

  /**
   * A device's.
   *
   * @throws UserException if the device is not of TornadoVM or its emulator, or nothing is to be
   *     kept
   */
  public static Tuning of(Device device) {
    if (!(device instanceof fastvit4j.runtime.tornado.TornadoDevice tornado)) {
      throw new UserException(
          device.name() + " has no kernels to choose among: take a device tornado:… or emulator");
    }
    Path directory = directory();
    if (directory == null) {
      throw new UserException(
          "tuning is switched off: unset "
              + VARIABLE
              + " and -D"
              + PROPERTY
              + ", or name a folder");
    }
    return new Tuning(directory, environment(tornado.handle()));
  }

  private static Path directory() {
    return directory(
        System.getProperty(PROPERTY),
        System.getenv(),
        System.getProperty("user.home"),
        System.getProperty("os.name"));
  }

  /** Where results are kept, by the properties and variables of a process; null for nowhere. */
  static Path directory(String property, Map<String, String> variables, String home, String os) {
    String own = property != null ? property : variables.getOrDefault(VARIABLE, "");
    if (own.equals(NONE)) {
      return null;
    }
    return own.isEmpty()
        ? UserCache.directory(variables, home, os).resolve("tuning")
        : Path.of(own);
  }

  /** All that the time of kernels depends on besides the problem, as a digest. */
  static String environment(TornadoDevice device) {
    StringBuilder text = new StringBuilder(new KernelKey(device).environment());
    for (Candidate candidate : KernelRegistry.CANDIDATES) {
      text.append('\n').append(candidate.operator()).append(' ').append(candidate.name());
      for (Kernel kernel : candidate.kernels()) {
        text.append('\n').append(kernel.method()).append(' ');
        text.append(KernelKey.byteCodeOf(kernel));
      }
    }
    return Sha256.of(text.toString().getBytes(StandardCharsets.UTF_8));
  }

  /** What sessions on a device take; nothing where there is nothing that can be read. */
  static Map<String, String> winners(TornadoDevice device) {
    Path directory = directory();
    if (directory == null || isEmpty(directory, SUFFIX)) {
      return Map.of();
    }
    Tuning tuning = new Tuning(directory, environment(device));
    try {
      return TunedCase.winners(tuning.read());
    } catch (IOException e) {
      if (TOLD.add(tuning.file() + e.getMessage())) {
        LOG.log(System.Logger.Level.WARNING, tuning.unreadable(e) + "; kernels are not tuned");
      }
      return Map.of();
    }
  }

  /** A device's limits as they were measured; empty where there are none that can be read. */
  static Optional<Limits> limits(TornadoDevice device) {
    Path directory = directory();
    if (directory == null || isEmpty(directory, LIMITS)) {
      return Optional.empty();
    }
    Tuning tuning = new Tuning(directory, environment(device));
    try {
      return tuning.readLimits();
    } catch (IOException e) {
      if (TOLD.add(tuning.limitsFile() + e.getMessage())) {
        LOG.log(
            System.Logger.Level.WARNING,
            "the limits in "
                + tuning.limitsFile()
                + " cannot be used: "
                + Text.oneLine(reason(e))
                + "; others are assumed");
      }
      return Optional.empty();
    }
  }

  private Optional<Limits> readLimits() throws IOException {
    return Files.exists(limitsFile())
        ? Optional.of(TuningFile.read(limitsFile(), environment, KeptLimits::parse))
        : Optional.empty();
  }

  private Path limitsFile() {
    return directory.resolve(environment.substring(0, 32) + LIMITS);
  }

  /** Whether the device's limits are known here, as they were measured. */
  public boolean hasLimits() {
    try {
      return readLimits().isPresent();
    } catch (IOException e) {
      return false; // they are measured anew
    }
  }

  /**
   * Keeps a device's limits, by which sessions on it then choose fusions.
   *
   * @throws UserException if they cannot be written
   */
  public void put(Roof roof) {
    put(roof.kept());
  }

  void put(KeptLimits limits) {
    alone(() -> TuningFile.writeLines(limitsFile(), environment, limits.lines()));
  }

  private static boolean isEmpty(Path directory, String suffix) {
    String[] files = directory.toFile().list((_, name) -> name.endsWith(suffix));
    return files == null || files.length == 0;
  }

  /** The file of this environment, whether it is there or not. */
  public Path file() {
    return directory.resolve(environment.substring(0, 32) + SUFFIX);
  }

  /**
   * What was found so far.
   *
   * @throws UserException if the file cannot be read or is damaged
   */
  public List<TunedCase> cases() {
    try {
      return read();
    } catch (IOException e) {
      throw new UserException(unreadable(e) + "; `fastvit tune --clear` removes it", e);
    }
  }

  private List<TunedCase> read() throws IOException {
    return Files.exists(file()) ? TuningFile.read(file(), environment) : List.of();
  }

  private String unreadable(IOException e) {
    return "the tuning results in " + file() + " cannot be used: " + Text.oneLine(reason(e));
  }

  private static String reason(IOException e) {
    return e.getClass() == IOException.class ? e.getMessage() : e.toString();
  }

  /**
   * Adds what was found, in the place of an older case of the same problem; the rest of the file
   * stays as it is by then.
   *
   * @throws UserException if the file cannot be read or written
   */
  public void put(List<TunedCase> found) {
    alone(
        () -> {
          SequencedMap<String, TunedCase> all = new LinkedHashMap<>();
          cases().forEach(one -> all.put(one.text(), one));
          found.forEach(one -> all.put(one.text(), one));
          TuningFile.write(file(), environment, List.copyOf(all.values()));
        });
  }

  /**
   * Removes the file, whatever is in it, and the limits.
   *
   * @return whether there was any
   */
  public boolean clear() {
    boolean there = Files.exists(file()) || Files.exists(limitsFile());
    if (there) {
      alone(
          () -> {
            try {
              Files.deleteIfExists(file());
              Files.deleteIfExists(limitsFile());
            } catch (IOException e) {
              throw new UserException(file() + " cannot be removed: " + Text.oneLine(reason(e)), e);
            }
          });
    }
    return there;
  }

  /** With no other thread or process writing. */
  private void alone(Runnable work) {
    synchronized (WRITING) {
      try {
        Files.createDirectories(directory);
        try (FileChannel channel =
                FileChannel.open(
                    directory.resolve("." + file().getFileName() + ".lock"),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.WRITE);
            FileLock _ = channel.lock()) {
          work.run();
        }
      } catch (IOException | UncheckedIOException e) {
        throw new UserException(
            "tuning results cannot be kept in "
                + directory
                + ": "
                + Text.oneLine(String.valueOf(e.getMessage()))
                + "; name another folder with "
                + VARIABLE,
            e);
      }
    }
  }

  /** The same device as if nothing had been tuned. */
  public static Device without(Device device) {
    return with(device, List.of());
  }

  /** The same device with these results alone; another family's device as it is. */
  public static Device with(Device device, List<TunedCase> found) {
    return device instanceof fastvit4j.runtime.tornado.TornadoDevice tornado
        ? tornado.with(tornado.traits().with(new Tuned(TunedCase.winners(found))))
        : device;
  }

  /** How many problems sessions on a device take tuning's choice for; empty for other families. */
  public static Optional<Integer> inUse(Device device) {
    return device instanceof fastvit4j.runtime.tornado.TornadoDevice tornado
        ? Optional.of(tornado.traits().tuned().names().size())
        : Optional.empty();
  }
}
