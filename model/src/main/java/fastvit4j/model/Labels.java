package fastvit4j.model;

import java.util.List;
import java.util.stream.IntStream;

/**
 * Names of a classifier's classes.
 *
 * @param names the name of each class, in the order of the logits
 */
public record Labels(List<String> names) {
  /** Copies the names. */
  public Labels {
    names = List.copyOf(names);
  }

  /** Numbers in place of names, from 0. */
  public static Labels numbered(int classes) {
    return new Labels(IntStream.range(0, classes).mapToObj(Integer::toString).toList());
  }

  /** The name of a class. */
  public String name(int index) {
    return names.get(index);
  }

  /** The number of classes. */
  public int size() {
    return names.size();
  }
}
