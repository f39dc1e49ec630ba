package fastvit4j.tools.eval;

import fastvit4j.model.Labels;
import fastvit4j.model.UserException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Labelled pictures on disk, under a protocol.
 *
 * @param protocol how they are measured
 * @param matching how folders or lines were taken for classes, for people
 * @param parts what has figures of its own
 * @param classes the classes asked for, ascending
 * @param notes what makes the figures differ from the protocol's, a line each
 */
public record Dataset(
    Protocol protocol,
    String matching,
    List<Part> parts,
    List<Integer> classes,
    List<String> notes) {
  private static final int SUBSET = 200;

  /**
   * Finds the pictures.
   *
   * @param truth a list of the pictures' classes if they are not in class folders, or null
   * @throws UserException if there are none, or if they do not fit the labels
   */
  public static Dataset find(Path directory, Path truth, Protocol protocol, Labels labels) {
    if (protocol == Protocol.IMAGENET_C) {
      return corruptions(directory, labels);
    }
    List<Integer> all = IntStream.range(0, labels.size()).boxed().toList();
    if (truth != null) {
      List<Sample> samples = GroundTruth.read(truth, labels).find(directory);
      return new Dataset(
          protocol,
          "the lines of " + truth,
          List.of(new Part("", () -> samples)),
          protocol.isSubset() ? classes(samples) : all,
          List.of());
    }
    LabelledFolder folder = LabelledFolder.find(directory, labels);
    List<Integer> classes = protocol.isSubset() ? classes(folder.pictures()) : all;
    List<String> notes =
        protocol.isSubset() && classes.size() != SUBSET
            ? List.of(
                "%s has pictures of %d classes, not %d as published: the figures cannot be compared"
                    .formatted(directory, classes.size(), SUBSET))
            : List.of();
    return new Dataset(
        protocol, folder.matching(), List.of(new Part("", folder::pictures)), classes, notes);
  }

  private static List<Integer> classes(List<Sample> samples) {
    return samples.stream().map(Sample::label).distinct().sorted().toList();
  }

  private static Dataset corruptions(Path directory, Labels labels) {
    List<Part> parts = new ArrayList<>();
    List<String> missing = new ArrayList<>();
    for (String name : Corruptions.names()) {
      Path corruption = corruption(directory, name);
      if (corruption == null) {
        missing.add(name);
        continue;
      }
      for (int severity = 1; severity <= Corruptions.SEVERITIES; severity++) {
        Path folder = corruption.resolve(Integer.toString(severity));
        if (!Files.isDirectory(folder)) {
          throw new UserException(
              corruption
                  + " has no folder "
                  + severity
                  + ": each corruption has severities 1 to 5");
        }
        parts.add(
            new Part(name + "/" + severity, () -> LabelledFolder.find(folder, labels).pictures()));
      }
    }
    if (parts.isEmpty()) {
      throw new UserException(
          directory
              + " has no folder of a corruption, such as gaussian_noise or noise/gaussian_noise:"
              + " give the folder that ImageNet-C's archives were unpacked in");
    }
    List<String> notes =
        missing.isEmpty()
            ? List.of()
            : List.of("no mean corruption error: " + String.join(", ", missing) + " missing");
    Path first = corruption(directory, parts.getFirst().name().split("/", -1)[0]);
    return new Dataset(
        Protocol.IMAGENET_C,
        LabelledFolder.find(first.resolve("1"), labels).matching(),
        parts,
        IntStream.range(0, labels.size()).boxed().toList(),
        notes);
  }

  /** A corruption's folder: in the directory, or in one of its group (noise, blur, …); or null. */
  private static Path corruption(Path directory, String name) {
    if (Files.isDirectory(directory.resolve(name))) {
      return directory.resolve(name);
    }
    if (!Files.isDirectory(directory)) {
      throw new UserException(directory + " is no directory: give one of pictures");
    }
    return LabelledFolder.entries(directory).stream()
        .map(group -> group.resolve(name))
        .filter(Files::isDirectory)
        .findFirst()
        .orElse(null);
  }
}
