package fastvit4j.tests.architecture;

import java.io.File;
import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The project's own class files, from the class path: folders of classes or jars. */
final class ClassFiles {
  private ClassFiles() {}

  /** All of them but the tests'. */
  static List<ClassModel> all() throws IOException {
    List<ClassModel> classes = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
      Path path = Path.of(entry);
      if (Files.isDirectory(path)) {
        read(path, classes);
      } else if (path.getFileName().toString().startsWith("fastvit4j-")) {
        try (FileSystem jar = FileSystems.newFileSystem(path)) {
          read(jar.getPath("/"), classes);
        }
      }
    }
    return classes;
  }

  private static void read(Path root, List<ClassModel> classes) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".class")).toList()) {
        ClassModel model = ClassFile.of().parse(Files.readAllBytes(file));
        if (!model.thisClass().asInternalName().startsWith("fastvit4j/tests/")) {
          classes.add(model);
        }
      }
    }
  }
}
