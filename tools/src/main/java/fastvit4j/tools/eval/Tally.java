package fastvit4j.tools.eval;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Counts how often a network is right: over all pictures and class by class. */
public final class Tally {
  private static final int FIVE = 5;

  private final Map<Integer, ClassTally> classes = new TreeMap<>();
  private long pictures;
  private long first;
  private long five;
  private long unreadable;

  /** How pictures of one class fared. */
  public static final class ClassTally {
    private final int label;
    private final Map<Integer, Integer> wrong = new TreeMap<>();
    private int pictures;
    private int first;
    private int five;

    private ClassTally(int label) {
      this.label = label;
    }

    /** Index of the class. */
    public int label() {
      return label;
    }

    /** How many pictures there are that could be read. */
    public int pictures() {
      return pictures;
    }

    /** How many were recognised. */
    public int first() {
      return first;
    }

    /** How many had their class among the first five. */
    public int five() {
      return five;
    }

    /** Top-1 within the class, as a fraction. */
    public double top1() {
      return (double) first / pictures;
    }

    /** The classes that others were taken for, with how often, the most frequent first. */
    public Map<Integer, Integer> takenFor() {
      Map<Integer, Integer> sorted = new LinkedHashMap<>();
      wrong.entrySet().stream()
          .sorted(Map.Entry.<Integer, Integer>comparingByValue().reversed())
          .forEach(entry -> sorted.put(entry.getKey(), entry.getValue()));
      return sorted;
    }
  }

  /** Counts an answer to a picture of a class. */
  public void add(int label, Answer answer) {
    if (answer.rank() == 0) {
      unreadable++;
      return;
    }
    ClassTally tally = classes.computeIfAbsent(label, ClassTally::new);
    pictures++;
    tally.pictures++;
    if (answer.rank() <= FIVE) {
      five++;
      tally.five++;
    }
    if (answer.rank() == 1) {
      first++;
      tally.first++;
    } else {
      tally.wrong.merge(answer.best(), 1, Integer::sum);
    }
  }

  /** How many pictures could be read. */
  public long pictures() {
    return pictures;
  }

  /** How many could not. */
  public long unreadable() {
    return unreadable;
  }

  /** How many were recognised. */
  public long first() {
    return first;
  }

  /** How many had their class among the first five. */
  public long five() {
    return five;
  }

  /** The part of the pictures whose class was thought the most probable. */
  public double top1() {
    return pictures == 0 ? 0 : (double) first / pictures;
  }

  /** The part of the pictures whose class was among the five most probable. */
  public double top5() {
    return pictures == 0 ? 0 : (double) five / pictures;
  }

  /** All classes that there were pictures of, by their index. */
  public List<ClassTally> classes() {
    return List.copyOf(classes.values());
  }

  /** The classes in which something was taken for something else, the worst first. */
  public List<ClassTally> worst(int most) {
    return classes.values().stream()
        .filter(tally -> tally.first < tally.pictures)
        .sorted(Comparator.comparingDouble(ClassTally::top1))
        .limit(most)
        .toList();
  }
}
