package fastvit4j.tools.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The measures, against values worked out by hand. */
class MeasuresTest {
  private static int[] all(int classes) {
    return IntStream.range(0, classes).toArray();
  }

  /** Wilson's interval by hand: for 8 of 10, (0.8 + 0.19207 ± 0.22652) / 1.38415. */
  @ParameterizedTest
  @CsvSource({
    "8, 10, 0.4901625, 0.9433178",
    "0, 10, 0, 0.2775328",
    "10, 10, 0.7224672, 1",
    "40423, 50000, 0.8049871, 0.8118855",
    "0, 0, 0, 1"
  })
  void wilsonsInterval(long right, long all, double low, double high) {
    Interval interval = Interval.of(right, all);
    assertEquals(low, interval.low(), 1e-6);
    assertEquals(high, interval.high(), 1e-6);
  }

  @Test
  void ranksAmongAllClasses() {
    float[] logits = {1, 3, 2, 3};
    assertEquals(1, Answer.of(logits, 1, all(4)).rank());
    assertEquals(2, Answer.of(logits, 3, all(4)).rank());
    assertEquals(3, Answer.of(logits, 2, all(4)).rank());
    assertEquals(4, Answer.of(logits, 0, all(4)).rank());
    Answer answer = Answer.of(logits, 0, all(4));
    assertEquals(1, answer.best());
    // e³ / (e + 2 e³ + e²)
    double e = Math.E;
    assertEquals(e * e * e / (e + 2 * e * e * e + e * e), answer.probability(), 1e-6);
  }

  @Test
  void ranksAmongTheClassesAskedFor() {
    float[] logits = {5, 3, 4, 1};
    Answer answer = Answer.of(logits, 1, new int[] {1, 3});
    assertEquals(1, answer.rank());
    assertEquals(1, answer.best());
    assertEquals(1 / (1 + Math.exp(-2)), answer.probability(), 1e-6);
    assertEquals(2, Answer.of(logits, 3, new int[] {1, 3}).rank());
  }

  @Test
  void aNetworkThatFailsIsNeverRight() {
    float[] logits = {Float.NaN, Float.NaN, Float.NaN, 1};
    for (int label = 0; label < 4; label++) {
      assertEquals(4, Answer.of(logits, label, all(4)).rank());
    }
  }

  @Test
  void countsClassesAndConfusions() {
    Tally tally = new Tally();
    tally.add(2, new Answer(1, 2, 0.9f));
    tally.add(2, new Answer(2, 7, 0.9f));
    tally.add(2, new Answer(6, 7, 0.9f));
    tally.add(2, new Answer(5, 1, 0.9f));
    tally.add(5, new Answer(1, 5, 0.9f));
    tally.add(5, Answer.UNREADABLE);
    assertEquals(5, tally.pictures());
    assertEquals(1, tally.unreadable());
    assertEquals(2 / 5.0, tally.top1());
    assertEquals(4 / 5.0, tally.top5());
    Tally.ClassTally worst = tally.worst(10).getFirst();
    assertEquals(1, tally.worst(10).size());
    assertEquals(2, worst.label());
    assertEquals(1 / 4.0, worst.top1());
    assertEquals(3, worst.five());
    assertEquals(List.of(7, 1), List.copyOf(worst.takenFor().keySet()));
    assertEquals(Map.of(7, 2, 1, 1), worst.takenFor());
  }

  @Test
  void corruptionErrorsAreRelativeToAlexNets() {
    // AlexNet itself: its mean error at each severity.
    assertEquals(1, Corruptions.error("fog", List.of(0.8, 0.8, 0.8, 0.8, 0.89662)), 1e-9);
    // (0.1 + 0.2 + 0.3 + 0.4 + 0.5) / 5 = 0.3 over 0.6065.
    assertEquals(
        0.3 / 0.6065, Corruptions.error("jpeg_compression", List.of(.1, .2, .3, .4, .5)), 1e-12);
    Map<String, Double> errors = new HashMap<>();
    Corruptions.names().forEach(name -> errors.put(name, 0.5));
    errors.put("fog", 2.0);
    // (14 · 0.5 + 2) / 15
    assertEquals(9 / 15.0, Corruptions.mean(errors).orElseThrow(), 1e-12);
    errors.remove("snow");
    assertTrue(Corruptions.mean(errors).isEmpty());
    assertEquals(15, Corruptions.names().size());
  }
}
