package fastvit4j.tools.bundle;

import fastvit4j.model.UserException;
import fastvit4j.model.io.Text;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.module.ModuleFinder;
import java.nio.file.Path;
import java.util.List;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;

/** A runtime image of the JDK that this program runs on, with the modules that it needs. */
final class RuntimeImage {
  /**
   * What our own jars need, and all of Java SE: TornadoVM's libraries ask for many parts of it, and
   * the archive grows by 1 MB only.
   */
  private static final List<String> MODULES =
      List.of(
          "java.se",
          "jdk.incubator.vector",
          "jdk.jfr",
          "jdk.management",
          "jdk.unsupported",
          "jdk.zipfs");

  /** With these, TornadoVM's compiler can be loaded; it takes the place of the second. */
  private static final List<String> TORNADO_MODULES =
      List.of("jdk.internal.vm.ci", "jdk.graal.compiler");

  private static final String WAY_OUT =
      "set FASTVIT_JAVA to the folder of a whole JDK of "
          + Runtime.version().feature()
          + " (https://adoptium.net)";

  private RuntimeImage() {}

  /**
   * Refuses a JVM that no image can be made of.
   *
   * @return the tool
   * @throws UserException if it has no jlink or lacks a module
   */
  static ToolProvider jlink() {
    String home = System.getProperty("java.home");
    ToolProvider jlink =
        ToolProvider.findFirst("jlink")
            .orElseThrow(
                () -> new UserException("the Java in " + home + " has no jlink: " + WAY_OUT));
    ModuleFinder system = ModuleFinder.ofSystem();
    for (String module : modules()) {
      if (system.find(module).isEmpty()) {
        throw new UserException("the Java in " + home + " has no " + module + ": " + WAY_OUT);
      }
    }
    return jlink;
  }

  /**
   * Makes the image. Its classes are not compressed: so it starts faster, and the archive, which is
   * compressed as a whole, is the smaller.
   *
   * @param target a folder that does not exist yet
   * @throws UserException if jlink fails; the message is the first line of what it said
   */
  static void make(ToolProvider jlink, Path target) {
    StringWriter said = new StringWriter();
    PrintWriter writer = new PrintWriter(said);
    int status =
        jlink.run(
            writer,
            writer,
            "--add-modules",
            String.join(",", modules()),
            "--strip-java-debug-attributes",
            "--no-man-pages",
            "--no-header-files",
            "--compress",
            "zip-0",
            "--output",
            target.toString());
    if (status != 0) {
      String first = said.toString().lines().filter(line -> !line.isBlank()).findFirst().orElse("");
      throw new UserException(
          Text.oneLine(
              "jlink of "
                  + System.getProperty("java.home")
                  + " failed: "
                  + first
                  + "; "
                  + WAY_OUT));
    }
  }

  private static List<String> modules() {
    return Stream.of(MODULES, TORNADO_MODULES).flatMap(List::stream).toList();
  }
}
