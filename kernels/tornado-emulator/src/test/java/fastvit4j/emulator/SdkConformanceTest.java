package fastvit4j.emulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import uk.ac.manchester.tornado.api.TaskGraph;

/**
 * What compiles against the emulator must link against TornadoVM: every public and protected class,
 * method and field of the emulator's part of the API is compared with the jar of a TornadoVM SDK.
 * Runs where {@code TORNADOVM_HOME} or SDKMAN's current TornadoVM leads to an SDK.
 */
class SdkConformanceTest {
  private static final String API = "uk/ac/manchester/tornado/api/";

  @TestFactory
  Stream<DynamicTest> everyClassIsTheSdksOwn() throws Exception {
    Path jar = apiJar();
    List<ClassModel> emulated = emulatedClasses();
    assertFalse(emulated.size() < 40, "only " + emulated.size() + " classes found");
    FileSystem files = FileSystems.newFileSystem(jar);
    return emulated.stream()
        .map(
            model -> {
              String name = model.thisClass().asInternalName();
              return DynamicTest.dynamicTest(
                  name.substring(API.length()) + " is as in " + jar.getFileName(),
                  () ->
                      assertEquals(
                          List.of(), new ApiComparison(n -> read(files, n)).differences(model)));
            })
        .onClose(() -> close(files));
  }

  @Test
  void differencesAreFound() throws IOException {
    ClassModel own = emulated("uk/ac/manchester/tornado/api/KernelContext");
    ClassModel other = emulated("uk/ac/manchester/tornado/api/enums/DataTransferMode");
    ApiComparison comparison =
        new ApiComparison(n -> n.startsWith(API) ? Optional.of(other) : Optional.empty());
    List<String> differences = comparison.differences(own);
    assertFalse(
        differences.stream().noneMatch(d -> d.contains("localBarrier()V")), differences.toString());
    assertFalse(
        differences.stream().noneMatch(d -> d.contains("globalIdx")), differences.toString());
    assertEquals(
        List.of(API + "KernelContext: no such class"),
        new ApiComparison(n -> Optional.empty()).differences(own));
    assertEquals(List.of(), new ApiComparison(SdkConformanceTest::emulatedIfAny).differences(own));
  }

  private static Path apiJar() throws IOException {
    String home = System.getenv("TORNADOVM_HOME");
    Path sdk =
        home != null && !home.isBlank()
            ? Path.of(home)
            : Path.of(System.getProperty("user.home"), ".sdkman/candidates/tornadovm/current");
    Path jars = sdk.resolve("share/java/tornado");
    Assumptions.assumeTrue(
        Files.isDirectory(jars),
        "no TornadoVM SDK to compare with: " + jars + " is not there; set TORNADOVM_HOME");
    try (Stream<Path> list = Files.list(jars)) {
      Optional<Path> jar =
          list.filter(p -> p.getFileName().toString().matches("tornado-api-[^-]*(-[^-]*)?\\.jar"))
              .findFirst();
      return jar.orElseThrow(() -> new AssertionError("no tornado-api jar in " + jars));
    }
  }

  private static List<ClassModel> emulatedClasses() throws Exception {
    Path root =
        Path.of(TaskGraph.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    if (Files.isDirectory(root)) {
      return parseAll(root.resolve(API));
    }
    try (FileSystem jar = FileSystems.newFileSystem(root)) {
      return parseAll(jar.getPath(API));
    }
  }

  private static List<ClassModel> parseAll(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(p -> p.toString().endsWith(".class"))
          .sorted()
          .map(SdkConformanceTest::parse)
          .filter(ApiComparison::isPublic)
          .toList();
    }
  }

  private static ClassModel parse(Path file) {
    try {
      return ClassFile.of().parse(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Optional<ClassModel> read(FileSystem jar, String name) {
    Path file = jar.getPath(name + ".class");
    return Files.exists(file) ? Optional.of(parse(file)) : Optional.empty();
  }

  private static ClassModel emulated(String name) throws IOException {
    try (InputStream in = TaskGraph.class.getClassLoader().getResourceAsStream(name + ".class")) {
      return ClassFile.of().parse(in.readAllBytes());
    }
  }

  private static Optional<ClassModel> emulatedIfAny(String name) {
    try {
      return name.startsWith(API) ? Optional.of(emulated(name)) : Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void close(FileSystem files) {
    try {
      files.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
