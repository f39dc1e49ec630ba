package fastvit4j.tools.eval;

import fastvit4j.model.ImageNetLabels;
import fastvit4j.model.Labels;
import fastvit4j.model.UserException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Pictures in class folders: {@code DIR/<class>/…/picture.png}.
 *
 * @param matching how folders were taken for classes, for people
 * @param pictures the pictures, by folder and then by path
 */
record LabelledFolder(String matching, List<Sample> pictures) {
  private static final List<String> ENDINGS =
      List.of(".png", ".jpg", ".jpeg", ".webp", ".bmp", ".gif");

  /**
   * Finds the pictures. Folders are taken for classes by their names: labels, or WordNet ids where
   * the labels are ImageNet's; else, if there are as many folders as classes, by their order, as
   * torchvision's ImageFolder does.
   *
   * @throws UserException if there are none, or if folders and classes do not fit together
   */
  static LabelledFolder find(Path directory, Labels labels) {
    if (!Files.isDirectory(directory)) {
      throw new UserException(
          directory
              + (Files.exists(directory) ? " is not a directory" : " does not exist")
              + ": give a directory that has a directory of pictures for each class");
    }
    List<Path> folders = entries(directory).stream().filter(Files::isDirectory).toList();
    if (folders.isEmpty()) {
      throw new UserException(
          directory
              + " has no class folders: give a directory that has a directory of pictures for"
              + " each class");
    }
    List<String> names = folders.stream().map(folder -> folder.getFileName().toString()).toList();
    Matching matching = match(directory, names, labels);
    List<Sample> pictures = new ArrayList<>();
    for (int i = 0; i < folders.size(); i++) {
      int label = matching.classes.get(names.get(i));
      pictures(folders.get(i)).forEach(file -> pictures.add(new Sample(file, label)));
    }
    if (pictures.isEmpty()) {
      throw new UserException(
          directory + " has no pictures in its class folders: they must end in " + ENDINGS);
    }
    return new LabelledFolder(matching.how, List.copyOf(pictures));
  }

  private record Matching(String how, Map<String, Integer> classes) {}

  private static Matching match(Path directory, List<String> folders, Labels labels) {
    Map<String, Integer> byLabel = indices(labels.names());
    if (byLabel.keySet().containsAll(folders)) {
      return new Matching("labels", byLabel);
    }
    if (labels.equals(ImageNetLabels.labels())) {
      Map<String, Integer> byId = indices(ImageNetLabels.wordNetIds());
      if (byId.keySet().containsAll(folders)) {
        return new Matching("WordNet ids", byId);
      }
    }
    if (folders.size() == labels.size()) {
      return new Matching("sorted order", indices(folders));
    }
    String stranger =
        folders.stream().filter(name -> !byLabel.containsKey(name)).findFirst().orElseThrow();
    throw new UserException(
        directory
            + " has "
            + folders.size()
            + " class folders for a model of "
            + labels.size()
            + " classes, and "
            + stranger
            + " is not one of them: name the folders as the labels");
  }

  private static Map<String, Integer> indices(List<String> names) {
    Map<String, Integer> indices = new HashMap<>();
    for (int i = 0; i < names.size(); i++) {
      indices.putIfAbsent(names.get(i), i);
    }
    return indices;
  }

  /** All pictures in a folder and below it, sorted. */
  static List<Path> pictures(Path folder) {
    try (Stream<Path> files = Files.walk(folder, FileVisitOption.FOLLOW_LINKS)) {
      return files.filter(LabelledFolder::isPicture).sorted().toList();
    } catch (IOException | UncheckedIOException e) {
      throw unreadable(folder, e);
    }
  }

  private static boolean isPicture(Path file) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    return !name.startsWith(".")
        && ENDINGS.stream().anyMatch(name::endsWith)
        && Files.isRegularFile(file);
  }

  /** What is in a directory, sorted, but for hidden things. */
  static List<Path> entries(Path directory) {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries
          .filter(path -> !path.getFileName().toString().startsWith("."))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw unreadable(directory, e);
    }
  }

  private static UserException unreadable(Path directory, Exception e) {
    return new UserException(
        directory + " cannot be listed: give a directory that you may read", e);
  }
}
