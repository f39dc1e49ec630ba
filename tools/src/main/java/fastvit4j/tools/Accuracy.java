package fastvit4j.tools;

import fastvit4j.runtime.Prediction;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Counts how often a classifier is right. */
final class Accuracy {
  private static final int FIVE = 5;

  private final List<Answer> answers = new ArrayList<>();

  /**
   * What a classifier said of a picture.
   *
   * @param file the picture
   * @param label index of its class
   * @param best what was thought most probable
   * @param rank the place of the picture's class among all classes by probability, from 1
   */
  record Answer(Path file, int label, Prediction best, int rank) {
    /** The answer that a full ranking of the classes gives. */
    static Answer of(Path file, int label, List<Prediction> ranking) {
      int rank = 1;
      while (ranking.get(rank - 1).index() != label) {
        rank++;
      }
      return new Answer(file, label, ranking.getFirst(), rank);
    }
  }

  /**
   * How pictures of one class fared.
   *
   * @param label index of the class
   * @param pictures how many there are
   * @param right how many were recognised
   * @param takenFor classes that others were taken for, with how often, the most frequent first
   */
  record ClassResult(int label, int pictures, int right, Map<Integer, Integer> takenFor) {
    /** Top-1 within the class, as a fraction. */
    double top1() {
      return (double) right / pictures;
    }
  }

  void add(Answer answer) {
    answers.add(answer);
  }

  /** All answers, in the order they came. */
  List<Answer> answers() {
    return answers;
  }

  /** The fraction of pictures whose class was thought the most probable. */
  double top1() {
    return within(1);
  }

  /** The fraction of pictures whose class was among the five most probable. */
  double top5() {
    return within(FIVE);
  }

  /** The classes in which something was taken for something else, the worst first. */
  List<ClassResult> worst(int most) {
    Map<Integer, List<Answer>> byClass = new TreeMap<>();
    for (Answer answer : answers) {
      byClass.computeIfAbsent(answer.label, _ -> new ArrayList<>()).add(answer);
    }
    return byClass.entrySet().stream()
        .map(entry -> result(entry.getKey(), entry.getValue()))
        .filter(result -> result.right < result.pictures)
        .sorted(Comparator.comparingDouble(ClassResult::top1))
        .limit(most)
        .toList();
  }

  private static ClassResult result(int label, List<Answer> answers) {
    Map<Integer, Integer> wrong = new TreeMap<>();
    int right = 0;
    for (Answer answer : answers) {
      if (answer.rank == 1) {
        right++;
      } else {
        wrong.merge(answer.best.index(), 1, Integer::sum);
      }
    }
    Map<Integer, Integer> takenFor = new LinkedHashMap<>();
    wrong.entrySet().stream()
        .sorted(Map.Entry.<Integer, Integer>comparingByValue().reversed())
        .forEach(entry -> takenFor.put(entry.getKey(), entry.getValue()));
    return new ClassResult(label, answers.size(), right, takenFor);
  }

  private double within(int rank) {
    return answers.isEmpty()
        ? 0
        : (double) answers.stream().filter(answer -> answer.rank <= rank).count() / answers.size();
  }
}
