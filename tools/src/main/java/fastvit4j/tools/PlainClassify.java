package fastvit4j.tools;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads the plainest command lines of {@code classify}: pictures, {@code --weights} and {@code
 * --device}. Picocli reads all others, and every wrong one. To answer for one picture takes so
 * short a time that Picocli's, which looks at annotations, for each kind of which the JVM makes a
 * class, is much of it.
 */
final class PlainClassify {
  private static final String WEIGHTS = "--weights";
  private static final String DEVICE = "--device";
  private static final Set<String> OPTIONS = Set.of(WEIGHTS, DEVICE);

  private PlainClassify() {}

  /** The command, or nothing if the command line is not as plain as that. */
  static Optional<ClassifyCommand> of(Terminal terminal, String... args) {
    if (args.length < 2 || !args[0].equals("classify")) {
      return Optional.empty();
    }
    Map<String, String> options = new HashMap<>();
    List<String> pictures = new ArrayList<>();
    for (int i = 1; i < args.length; i++) {
      if (!args[i].startsWith("-")) {
        pictures.add(args[i]);
        continue;
      }
      int equals = args[i].indexOf('=');
      String name = equals < 0 ? args[i] : args[i].substring(0, equals);
      String value = equals >= 0 ? args[i].substring(equals + 1) : ++i < args.length ? args[i] : "";
      boolean plain = OPTIONS.contains(name) && !value.isEmpty() && !value.startsWith("-");
      if (!plain || options.put(name, value) != null) {
        return Optional.empty();
      }
    }
    if (pictures.isEmpty() || pictures.contains("")) {
      return Optional.empty();
    }
    try {
      String weights = options.get(WEIGHTS);
      String device = options.get(DEVICE);
      return Optional.of(
          new ClassifyCommand(
              terminal,
              new ModelOptions(weights == null ? null : Path.of(weights)),
              device == null ? new DeviceOptions() : new DeviceOptions(device),
              pictures.stream().map(Path::of).toList()));
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }
}
