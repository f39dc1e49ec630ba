package fastvit4j.tools.bundle;

import fastvit4j.model.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The files of a TornadoVM SDK that are needed to run kernels. */
final class SdkFiles {
  private static final String JARS = "share/java/tornado";
  private static final String COMPILER_JARS = "share/java/graalJars";
  private static final String ARGUMENTS = "tornado-argfile";
  private static final Pattern API = Pattern.compile("tornado-api-(.+?)(-jdk([0-9]+))?\\.jar");

  /**
   * Beginnings of the names of jars that only TornadoVM's own examples, tests and benchmarks use,
   * and of GraalVM's other languages, of which its compiler needs none.
   */
  private static final List<String> UNUSED =
      List.of(
          "ejml-",
          "graal-sdk-",
          "hamcrest-",
          "jmh-",
          "jopt-simple-",
          "junit-",
          "lucene-",
          "polyglot-",
          "tornado-benchmarks-",
          "tornado-examples-",
          "tornado-fuzz-",
          "tornado-matrices-",
          "tornado-unittests-",
          "truffle-api-");

  private final Path sdk;
  private final String version;

  /**
   * @throws UserException if the folder is no SDK, or one for another JDK than this
   */
  SdkFiles(Path sdk) {
    this.sdk = sdk;
    if (!Files.isDirectory(sdk)) {
      throw new UserException(sdk + " is not a folder: give --sdk that of a TornadoVM SDK");
    }
    Matcher api =
        names(JARS).stream()
            .map(API::matcher)
            .filter(Matcher::matches)
            .findFirst()
            .orElseThrow(
                () ->
                    new UserException(
                        sdk
                            + " is no TornadoVM SDK, it has no "
                            + JARS
                            + "/tornado-api jar: give --sdk the folder of one"));
    version = api.group(1);
    int feature = Runtime.version().feature();
    if (api.group(3) != null && !api.group(3).equals(String.valueOf(feature))) {
      throw new UserException(
          "the TornadoVM SDK in %s is built for JDK %s, but this is JDK %d: set FASTVIT_JAVA to a JDK %s, or give --sdk one for JDK %d"
              .formatted(sdk, api.group(3), feature, api.group(3), feature));
    }
    for (String needed : List.of("lib", COMPILER_JARS)) {
      if (!Files.isDirectory(sdk.resolve(needed))) {
        throw incomplete(needed);
      }
    }
    if (arguments() == null) {
      throw incomplete(ARGUMENTS);
    }
  }

  /** TornadoVM's version. */
  String version() {
    return version;
  }

  /** Adds the files below a folder of the archive. */
  void addTo(Contents contents, String folder) throws IOException {
    for (String jars : List.of(JARS, COMPILER_JARS)) {
      for (String name : names(jars)) {
        if (name.endsWith(".jar") && UNUSED.stream().noneMatch(name::startsWith)) {
          contents.file(folder + "/" + jars + "/" + name, sdk.resolve(jars).resolve(name));
        }
      }
    }
    contents.folder(folder + "/lib", sdk.resolve("lib"));
    if (Files.isDirectory(sdk.resolve("etc"))) {
      contents.folder(folder + "/etc", sdk.resolve("etc"));
    }
    for (String name : names("")) {
      if (name.startsWith("LICENSE")) {
        contents.file(folder + "/" + name, sdk.resolve(name));
      }
    }
    contents.text(folder + "/" + ARGUMENTS, withoutPaths(arguments()));
  }

  /** The argument file without its absolute paths, in whose place the launcher gives its own. */
  private static String withoutPaths(Path arguments) throws IOException {
    try (Stream<String> lines = Files.lines(arguments)) {
      return lines
          .filter(
              line ->
                  !line.startsWith("-Djava.library.path=")
                      && !line.startsWith("--module-path")
                      && !line.startsWith("--upgrade-module-path"))
          .collect(Collectors.joining("\n", "", "\n"));
    }
  }

  /** The argument file, or the template that it is made of, or null. */
  private Path arguments() {
    return Stream.of(ARGUMENTS, ARGUMENTS + ".template")
        .map(sdk::resolve)
        .filter(Files::isReadable)
        .findFirst()
        .orElse(null);
  }

  private UserException incomplete(String missing) {
    return new UserException(
        "the TornadoVM SDK in %s is incomplete, it has no %s: install it again (`sdk install tornadovm`, or https://www.tornadovm.org)"
            .formatted(sdk, missing));
  }

  /** Names of the regular files in a folder of the SDK, in order; none where there is no folder. */
  private List<String> names(String folder) {
    Path path = sdk.resolve(folder);
    if (!Files.isDirectory(path)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(path)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> file.getFileName().toString())
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UserException(path + " cannot be read: " + e.getMessage(), e);
    }
  }
}
