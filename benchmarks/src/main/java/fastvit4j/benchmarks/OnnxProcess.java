package fastvit4j.benchmarks;

import ai.onnxruntime.OrtEnvironment;
import fastvit4j.model.checkpoint.ModelInfo;
import fastvit4j.model.fastvit.Variant;
import fastvit4j.model.image.Picture;
import fastvit4j.model.image.Preprocessing;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How to start {@link OnnxClassify} so that it starts fast: no jar that it does not need, the
 * collector for small heaps, and ONNX Runtime's native libraries unpacked beforehand, which its
 * Java package otherwise does at each start.
 */
final class OnnxProcess {
  private final Path libraries;

  /** Unpacks the native libraries into a folder. */
  OnnxProcess(Path folder) throws IOException {
    libraries = Files.createDirectory(folder.resolve("onnxruntime"));
    String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    String system = os.startsWith("mac") ? "osx" : os.startsWith("windows") ? "win" : "linux";
    String arch = System.getProperty("os.arch");
    String from =
        "ai/onnxruntime/native/%s-%s/".formatted(system, arch.equals("amd64") ? "x64" : arch);
    try (JarFile jar = new JarFile(source(OrtEnvironment.class))) {
      for (JarEntry entry : jar.stream().filter(e -> e.getName().startsWith(from)).toList()) {
        if (!entry.isDirectory()) {
          try (InputStream in = jar.getInputStream(entry)) {
            Files.copy(in, libraries.resolve(entry.getName().substring(from.length())));
          }
        }
      }
    }
  }

  /** The command that classifies a picture. */
  List<String> command(Variant variant, Path model, Path labels, Path picture) {
    Preprocessing preprocessing = ModelInfo.of(variant.config()).preprocessing();
    String classes =
        Stream.of(OnnxClassify.class, OrtEnvironment.class, Picture.class)
            .map(type -> source(type).toString())
            .collect(Collectors.joining(File.pathSeparator));
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:+UseSerialGC",
        "-Djava.awt.headless=true",
        "--enable-native-access=ALL-UNNAMED",
        "-Donnxruntime.native.path=" + libraries,
        "-cp",
        classes,
        OnnxClassify.class.getName(),
        model.toString(),
        labels.toString(),
        Integer.toString(preprocessing.height()),
        Double.toString(preprocessing.crop()),
        picture.toString());
  }

  private static File source(Class<?> type) {
    try {
      return new File(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(type + " comes from nowhere", e);
    }
  }
}
