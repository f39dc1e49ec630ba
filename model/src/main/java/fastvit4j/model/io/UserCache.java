package fastvit4j.model.io;

import java.nio.file.Path;
import java.util.Map;

/** Where a user's caches are, by the platform's convention. */
public final class UserCache {
  private UserCache() {}

  /**
   * This project's folder among the user's caches: in {@code $XDG_CACHE_HOME} if that is an
   * absolute path (others are to be ignored, as the XDG specification says), else in {@code
   * ~/Library/Caches} on macOS, in {@code %LOCALAPPDATA%} on Windows and in {@code ~/.cache}
   * elsewhere.
   *
   * @param environment the process's environment
   * @param home the user's home directory
   * @param os the operating system's name, as the property {@code os.name} has it
   */
  public static Path directory(Map<String, String> environment, String home, String os) {
    return base(environment, home, os).resolve("fastvit4j");
  }

  private static Path base(Map<String, String> environment, String home, String os) {
    String xdg = environment.getOrDefault("XDG_CACHE_HOME", "");
    if (!xdg.isEmpty() && Path.of(xdg).isAbsolute()) {
      return Path.of(xdg);
    }
    if (os.startsWith("Mac")) {
      return Path.of(home, "Library", "Caches");
    }
    if (os.startsWith("Windows")) {
      String local = environment.getOrDefault("LOCALAPPDATA", "");
      return local.isEmpty() ? Path.of(home, "AppData", "Local") : Path.of(local);
    }
    return Path.of(home, ".cache");
  }
}
