package fastvit4j.tests.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * What is known of a target's inputs: seeds and findings, in folders, and in {@code TARGET.zip} the
 * inputs by which long runs have reached new code.
 */
record FuzzCorpus(List<Path> folders, Path archive) {
  private static final Path ROOT = Path.of("src", "test", "resources", "fuzz");

  static FuzzCorpus of(FuzzTarget target) {
    String name = target.name().toLowerCase(Locale.ROOT);
    Stream<Path> folders =
        Stream.concat(Stream.of(ROOT.resolve(name)), target.moreSeeds().stream());
    return new FuzzCorpus(folders.toList(), ROOT.resolve(name + ".zip"));
  }

  /** Every input by its file's name. */
  Map<String, byte[]> inputs() {
    Map<String, byte[]> inputs = new LinkedHashMap<>(reached());
    for (Path folder : folders) {
      try (Stream<Path> files = Files.list(folder)) {
        for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
          inputs.put(file.toString(), Files.readAllBytes(file));
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return inputs;
  }

  /** Puts what long runs have found into a folder. */
  void unpack(Path folder) throws IOException {
    for (Map.Entry<String, byte[]> input : reached().entrySet()) {
      Files.write(folder.resolve(input.getKey()), input.getValue());
    }
  }

  private Map<String, byte[]> reached() {
    Map<String, byte[]> inputs = new LinkedHashMap<>();
    if (!Files.exists(archive)) {
      return inputs;
    }
    try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(archive))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        inputs.put(Path.of(entry.getName()).getFileName().toString(), zip.readAllBytes());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return inputs;
  }
}
