package fastvit4j.tools.bundle;

import fastvit4j.model.UserException;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The jars and the launcher that this program was started from.
 *
 * @param lib the folder of the jars
 * @param root the folder that the licence and the read-me are in
 * @param launcher the script
 */
record Installation(Path lib, Path root, Path launcher) {
  private static final String MAIN_JAR = "fastvit4j-tools.jar";

  /** What is taken from the root, where it is there. */
  private static final Set<String> TEXTS = Set.of("LICENSE", "README.md");

  /**
   * @throws UserException if this program does not run from its jars
   */
  static Installation current() {
    Path jar = jar();
    Path lib = jar.getParent();
    // A source tree has them in tools/target/lib, a distribution in lib, beside bin.
    if (jar.endsWith(Path.of("tools", "target", "lib", MAIN_JAR))) {
      Path root = lib.getParent().getParent().getParent();
      return new Installation(lib, root, root.resolve("fastvit")).checked();
    }
    Path root = lib.getParent();
    return new Installation(lib, root, root.resolve("bin").resolve("fastvit")).checked();
  }

  private static Path jar() {
    CodeSource source = Installation.class.getProtectionDomain().getCodeSource();
    try {
      Path path = source == null ? null : Path.of(source.getLocation().toURI());
      if (path != null && path.endsWith(MAIN_JAR)) {
        return path;
      }
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
    throw notPacked();
  }

  private Installation checked() {
    if (!Files.isRegularFile(launcher)) {
      throw notPacked();
    }
    return this;
  }

  private static UserException notPacked() {
    return new UserException(
        "a bundle is made of jars and their launcher: run ./fastvit of a source tree or bin/fastvit"
            + " of a distribution");
  }

  /** Adds the launcher, the jars, the licence and the read-me. */
  void addTo(Contents contents) throws IOException {
    contents.program("bin/fastvit", launcher);
    addJars(contents, lib, "lib");
    addJars(contents, lib.resolve("emulator"), "lib/emulator");
    for (String text : TEXTS) {
      if (Files.isRegularFile(root.resolve(text))) {
        contents.file(text, root.resolve(text));
      }
    }
  }

  private static void addJars(Contents contents, Path folder, String name) throws IOException {
    try (Stream<Path> jars = Files.list(folder)) {
      jars.filter(jar -> jar.toString().endsWith(".jar"))
          .forEach(jar -> contents.file(name + "/" + jar.getFileName(), jar));
    }
  }
}
