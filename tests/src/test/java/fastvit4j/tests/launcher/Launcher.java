package fastvit4j.tests.launcher;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Copies of the launcher in places of their own, run in an environment of their own. */
public final class Launcher {
  /** The JDK that runs the tests, which is one that the launcher takes. */
  public static final Path JDK = Path.of(System.getProperty("java.home"));

  private static final long PATIENCE_SECONDS = 60;

  private final Path root;
  private final Map<String, String> environment = new HashMap<>();
  private Path script;
  private Path directory;

  /**
   * What a run of the launcher gave.
   *
   * @param status the exit status
   * @param out standard output
   * @param err standard error
   */
  public record Result(int status, String out, String err) {}

  private Launcher(Path root, Path script) {
    this.root = root;
    this.script = script;
    this.directory = root;
    environment.put("HOME", root.toString());
    environment.put("PATH", "/usr/bin:/bin");
    environment.put("FASTVIT_JDK_FOLDERS", "");
  }

  /** A distribution whose one jar leads to the classes under test. */
  public static Launcher distribution(Path root) throws IOException {
    Files.createDirectories(root.resolve("bin"));
    Files.createDirectories(root.resolve("lib"));
    writeJar(root.resolve("lib/fastvit4j-tools.jar"));
    return new Launcher(root, copyScript(root.resolve("bin/fastvit")));
  }

  /** A distribution with jars of its own, made of the classes under test, that can be moved. */
  static Launcher packed(Path root) throws IOException {
    Files.createDirectories(root.resolve("bin"));
    PackedJars.write(root.resolve("lib"));
    return new Launcher(root, copyScript(root.resolve("bin/fastvit")));
  }

  /** What a distribution was unpacked to. */
  static Launcher unpacked(Path root) {
    return new Launcher(root, root.resolve("bin/fastvit"));
  }

  /** A source tree with one source file, built. */
  static Launcher sourceTree(Path root) throws IOException {
    Files.createDirectories(root.resolve("tools/src/main"));
    Files.createDirectories(root.resolve("tools/target/lib"));
    Files.createFile(root.resolve("pom.xml"));
    Files.createFile(root.resolve("tools/pom.xml"));
    Files.createFile(root.resolve("tools/src/main/Source.java"));
    writeJar(root.resolve("tools/target/lib/fastvit4j-tools.jar"));
    Files.createFile(root.resolve("tools/target/lib/built"));
    return new Launcher(root, copyScript(root.resolve("fastvit")));
  }

  private static Path copyScript(Path target) throws IOException {
    Path here = Path.of("").toAbsolutePath();
    Path source =
        Stream.of(here, here.getParent())
            .map(folder -> folder.resolve("fastvit"))
            .filter(Files::isRegularFile)
            .findFirst()
            .orElseThrow(() -> new IllegalStateException("no launcher in or above " + here));
    return executable(target, Files.readString(source));
  }

  private static void writeJar(Path target) throws IOException {
    Manifest manifest = new Manifest();
    Attributes attributes = manifest.getMainAttributes();
    attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    attributes.put(Attributes.Name.MAIN_CLASS, "fastvit4j.tools.Main");
    attributes.put(
        Attributes.Name.CLASS_PATH,
        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
            .map(entry -> Path.of(entry).toUri().toString())
            .collect(Collectors.joining(" ")));
    try (OutputStream file = Files.newOutputStream(target)) {
      new JarOutputStream(file, manifest).close();
    }
  }

  /** Writes a file that can be run. */
  static Path executable(Path target, String content) throws IOException {
    Files.createDirectories(target.getParent());
    Files.writeString(target, content);
    if (!target.toFile().setExecutable(true)) {
      throw new IOException(target + " cannot be made executable");
    }
    return target;
  }

  /** A folder that looks like a JDK, but whose {@code java} only fails. */
  static Path jdkThatFails(Path folder, String version) throws IOException {
    executable(
        folder.resolve("bin/java"), "#!/bin/sh\necho a JDK of " + version + " >&2\nexit 99\n");
    Files.writeString(folder.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
    return folder;
  }

  /** Sets a variable of the environment. */
  public Launcher with(String name, Object value) {
    environment.put(name, value.toString());
    return this;
  }

  /** Runs from another folder. */
  Launcher from(Path folder) {
    directory = folder;
    return this;
  }

  /** Runs the launcher by another path. */
  Launcher as(Path path) {
    script = path;
    return this;
  }

  /** Where it stands. */
  Path root() {
    return root;
  }

  /** The script itself. */
  Path script() {
    return script;
  }

  /** Runs the launcher. */
  public Result run(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("/bin/sh", script.toString()));
    command.addAll(List.of(arguments));
    return run(command);
  }

  /** Runs any command in the launcher's environment. */
  Result run(List<String> command) throws IOException, InterruptedException {
    Path out = Files.createTempFile(root, "out", ".txt");
    Path err = Files.createTempFile(root, "err", ".txt");
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.directory(directory.toFile()).redirectOutput(out.toFile()).redirectError(err.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    Process process = builder.start();
    process.getOutputStream().close();
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IllegalStateException(command + " took over " + PATIENCE_SECONDS + " s");
    }
    return new Result(
        process.exitValue(),
        Files.readString(out, StandardCharsets.UTF_8),
        Files.readString(err, StandardCharsets.UTF_8));
  }
}
