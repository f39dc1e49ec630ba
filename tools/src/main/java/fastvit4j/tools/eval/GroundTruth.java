package fastvit4j.tools.eval;

import fastvit4j.model.ImageNetLabels;
import fastvit4j.model.Labels;
import fastvit4j.model.UserException;
import fastvit4j.model.io.Text;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A list of pictures' classes, a line each: the file's name, with its ending or not, and, after a
 * comma, a tab or a blank, a WordNet id, a label or the class's index from 0. What follows a
 * WordNet id is not looked at, so that Kaggle's {@code LOC_val_solution.csv} can be given as it is.
 */
final class GroundTruth {
  private static final long MOST_BYTES = 1L << 30;

  private final Path file;
  private final Map<String, Integer> classes;

  private GroundTruth(Path file, Map<String, Integer> classes) {
    this.file = file;
    this.classes = classes;
  }

  /**
   * Reads a list.
   *
   * @throws UserException if it cannot be read; the message names the line
   */
  static GroundTruth read(Path file, Labels labels) {
    Map<String, Integer> indices = indices(labels);
    Map<String, Integer> classes = new HashMap<>();
    int number = 0;
    for (String line : lines(file)) {
      number++;
      if (line.isBlank() || line.startsWith("#") || line.startsWith("ImageId,")) {
        continue;
      }
      String[] fields = line.strip().split("[,\\t]|\\s+", 2);
      if (fields.length < 2) {
        throw wrong(
            file,
            number,
            line.strip().matches("\\d+")
                ? "is a number alone, as in the ILSVRC development kit, whose order of classes is"
                    + " its own: give lines of a picture's name and its WordNet id"
                : "is not a picture's name and its class");
      }
      Integer index = index(fields[1].strip(), indices, labels.size());
      if (index == null) {
        throw wrong(file, number, "names no class of this model: " + Text.quote(fields[1].strip()));
      }
      Integer before = classes.putIfAbsent(stem(fields[0].strip()), index);
      if (before != null && !before.equals(index)) {
        throw wrong(file, number, "gives " + Text.quote(fields[0]) + " a second class");
      }
    }
    return new GroundTruth(file, classes);
  }

  private static List<String> lines(Path file) {
    try {
      if (!Files.isRegularFile(file) || Files.size(file) > MOST_BYTES) {
        throw new UserException(file + " is no list of classes: give a text file");
      }
      return new String(Files.readAllBytes(file), StandardCharsets.UTF_8).lines().toList();
    } catch (IOException e) {
      throw new UserException("cannot read " + file + ": " + Text.oneLine(String.valueOf(e)), e);
    }
  }

  private static Map<String, Integer> indices(Labels labels) {
    Map<String, Integer> indices = new HashMap<>();
    boolean imageNet = labels.equals(ImageNetLabels.labels());
    List<String> ids = imageNet ? ImageNetLabels.wordNetIds() : List.of();
    for (int i = 0; i < labels.size(); i++) {
      indices.putIfAbsent(labels.name(i), i);
    }
    for (int i = 0; i < ids.size(); i++) {
      indices.put(ids.get(i), i);
    }
    return indices;
  }

  private static Integer index(String text, Map<String, Integer> indices, int classes) {
    Integer whole = indices.get(text);
    Integer index = whole == null ? indices.get(text.split("[,\\s]", 2)[0]) : whole;
    if (index != null || !text.matches("\\d{1,9}")) {
      return index;
    }
    int number = Integer.parseInt(text);
    return number < classes ? (Integer) number : null;
  }

  private static UserException wrong(Path file, int line, String what) {
    return new UserException(file + ": line " + line + " " + what);
  }

  /** A file's name without its folders and its ending. */
  private static String stem(String name) {
    String file = name.substring(name.lastIndexOf('/') + 1);
    int dot = file.lastIndexOf('.');
    return dot > 0 ? file.substring(0, dot) : file;
  }

  /**
   * The pictures in a directory with their classes, sorted.
   *
   * @throws UserException if there are none, or if the list lacks one
   */
  List<Sample> find(Path directory) {
    if (!Files.isDirectory(directory)) {
      throw new UserException(directory + " is no directory: give one of pictures");
    }
    List<Sample> samples = new ArrayList<>();
    for (Path picture : LabelledFolder.pictures(directory)) {
      Integer label = classes.get(stem(picture.getFileName().toString()));
      if (label == null) {
        throw new UserException(
            file + " has no line for " + picture + ": add it, or take the picture away");
      }
      samples.add(new Sample(picture, label));
    }
    if (samples.isEmpty()) {
      throw new UserException(directory + " has no pictures");
    }
    return List.copyOf(samples);
  }
}
