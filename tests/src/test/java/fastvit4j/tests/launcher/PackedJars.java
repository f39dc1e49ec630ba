package fastvit4j.tests.launcher;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;

/** The jars of a distribution, made of the class path of the tests. */
final class PackedJars {
  /** The libraries that the command needs; the others on the class path are the tests' own. */
  private static final Pattern LIBRARY =
      Pattern.compile(
          "(common-(image|io|lang)|ejml-(core|ddense)|gson-|imageio-|picocli-|protobuf-java-).*");

  private static final String EMULATOR = "uk/ac/manchester/tornado";
  private static final String MAIN_JAR = "fastvit4j-tools.jar";

  private PackedJars() {}

  /** Writes them to a folder that does not exist yet. */
  static void write(Path lib) throws IOException {
    Files.createDirectories(lib.resolve("emulator"));
    List<Path> entries =
        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
            .map(Path::of)
            .filter(Files::exists)
            .toList();
    Set<String> names = new HashSet<>();
    try (OutputStream file = Files.newOutputStream(lib.resolve(MAIN_JAR))) {
      List<Path> libraries = entries.stream().filter(PackedJars::isLibrary).toList();
      try (JarOutputStream jar = new JarOutputStream(file, manifest(libraries))) {
        for (Path folder : entries) {
          if (Files.isDirectory(folder) && !isTest(folder) && !isEmulator(folder)) {
            add(jar, folder, names);
          } else if (isTools(folder)) {
            try (FileSystem content = FileSystems.newFileSystem(folder)) {
              add(jar, content.getPath("/"), names);
            }
          }
        }
      }
      for (Path library : libraries) {
        Files.copy(library, lib.resolve(library.getFileName()));
      }
    }
    for (Path entry : entries) {
      if (isEmulator(entry)) {
        try (OutputStream file = Files.newOutputStream(lib.resolve("emulator/emulator.jar"));
            JarOutputStream jar = new JarOutputStream(file)) {
          add(jar, entry, new HashSet<>());
        }
      } else if (entry.getFileName().toString().startsWith("fastvit4j-tornado-emulator")) {
        Files.copy(entry, lib.resolve("emulator").resolve(entry.getFileName()));
      }
    }
  }

  /** The command's own jar, which in a distribution has no version in its name. */
  private static boolean isTools(Path entry) {
    String name = entry.getFileName().toString();
    return Files.isRegularFile(entry)
        && name.startsWith("fastvit4j-tools-")
        && !name.contains("-tests");
  }

  private static boolean isLibrary(Path entry) {
    String name = entry.getFileName().toString();
    return Files.isRegularFile(entry)
        && !isTools(entry)
        && (LIBRARY.matcher(name).matches()
            || (name.startsWith("fastvit4j-") && !name.contains("-tests") && !isEmulatorJar(name)));
  }

  private static boolean isEmulatorJar(String name) {
    return name.startsWith("fastvit4j-tornado-emulator");
  }

  private static boolean isTest(Path folder) {
    String name = folder.getFileName().toString();
    return name.equals("test-classes") || name.equals("test");
  }

  private static boolean isEmulator(Path entry) {
    return Files.isDirectory(entry.resolve(EMULATOR));
  }

  private static Manifest manifest(List<Path> libraries) {
    Manifest manifest = new Manifest();
    Attributes attributes = manifest.getMainAttributes();
    attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    attributes.put(
        Attributes.Name.CLASS_PATH,
        libraries.stream()
            .map(library -> library.getFileName().toString())
            .collect(Collectors.joining(" ")));
    return manifest;
  }

  private static void add(JarOutputStream jar, Path folder, Set<String> names) throws IOException {
    try (Stream<Path> below = Files.walk(folder)) {
      for (Path file : below.filter(Files::isRegularFile).toList()) {
        String name =
            folder.relativize(file).toString().replace(folder.getFileSystem().getSeparator(), "/");
        if (!name.equals("META-INF/MANIFEST.MF") && names.add(name)) {
          jar.putNextEntry(new ZipEntry(name));
          Files.copy(file, jar);
          jar.closeEntry();
        }
      }
    }
  }
}
