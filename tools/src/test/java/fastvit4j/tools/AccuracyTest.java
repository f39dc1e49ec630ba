package fastvit4j.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;

import fastvit4j.runtime.Prediction;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AccuracyTest {
  /** A ranking with the given class first, then the others in order. */
  private static List<Prediction> ranking(int best) {
    return IntStream.concat(IntStream.of(best), IntStream.range(0, 8).filter(i -> i != best))
        .mapToObj(i -> new Prediction("c" + i, i, 0.125, 0f))
        .toList();
  }

  private static void add(Accuracy accuracy, int label, int best) {
    accuracy.add(Accuracy.Answer.of(Path.of("x.png"), label, ranking(best)));
  }

  @Test
  void countsTopOneAndTopFive() {
    Accuracy accuracy = new Accuracy();
    add(accuracy, 2, 2);
    add(accuracy, 3, 0); // Ranked 0 1 2 3: fourth.
    add(accuracy, 4, 0); // Fifth.
    add(accuracy, 5, 0); // Sixth.
    assertEquals(List.of(1, 4, 5, 6), accuracy.answers().stream().map(a -> a.rank()).toList());
    assertEquals(1 / 4.0, accuracy.top1());
    assertEquals(3 / 4.0, accuracy.top5());
  }

  @Test
  void listsTheWorstClassesWithWhatTheyWereTakenFor() {
    Accuracy accuracy = new Accuracy();
    add(accuracy, 1, 1);
    add(accuracy, 2, 2);
    add(accuracy, 2, 5);
    add(accuracy, 3, 6);
    add(accuracy, 3, 7);
    add(accuracy, 3, 7);
    add(accuracy, 3, 3);
    List<Accuracy.ClassResult> worst = accuracy.worst(10);
    assertEquals(List.of(3, 2), worst.stream().map(Accuracy.ClassResult::label).toList());
    assertEquals(List.copyOf(Map.of(7, 2).entrySet()).getFirst(), first(worst.getFirst()));
    assertEquals(0.25, worst.getFirst().top1());
    assertEquals(1, accuracy.worst(1).size());
  }

  private static Map.Entry<Integer, Integer> first(Accuracy.ClassResult result) {
    return result.takenFor().entrySet().iterator().next();
  }
}
