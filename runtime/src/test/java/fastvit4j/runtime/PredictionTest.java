package fastvit4j.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fastvit4j.model.Labels;
import java.util.List;
import org.junit.jupiter.api.Test;

class PredictionTest {
  private static final Labels LABELS = new Labels(List.of("ant", "bee", "cat", "dog"));

  /** A probability is three float64 operations of relative error 2⁻⁵³ and an exponential away. */
  private static final double ROUNDING = 1e-15;

  @Test
  void ranksByProbability() {
    List<Prediction> all = Prediction.rank(new float[] {1, 3, -1, 2}, LABELS, 4);
    assertEquals(List.of("bee", "dog", "ant", "cat"), all.stream().map(Prediction::label).toList());
    assertEquals(List.of(1, 3, 0, 2), all.stream().map(Prediction::index).toList());
    double sum = Math.exp(1) + Math.exp(3) + Math.exp(-1) + Math.exp(2);
    assertEquals(Math.exp(3) / sum, all.getFirst().probability(), ROUNDING);
    assertEquals(Math.exp(-1) / sum, all.getLast().probability(), ROUNDING);
    assertEquals(3f, all.getFirst().logit());
  }

  @Test
  void givesAsManyAsAskedForOrThereAre() {
    float[] logits = {0, 1, 2, 3};
    assertEquals(2, Prediction.rank(logits, LABELS, 2).size());
    assertEquals(4, Prediction.rank(logits, LABELS, 9).size());
  }

  @Test
  void survivesLogitsWhoseExponentialsOverflow() {
    List<Prediction> all = Prediction.rank(new float[] {3e38f, -3e38f, 3e38f, 0}, LABELS, 4);
    assertEquals(0.5, all.get(0).probability());
    assertEquals(0.5, all.get(1).probability());
    assertEquals(0, all.get(3).probability());
  }

  @Test
  void ordersEqualLogitsByIndex() {
    List<Prediction> all = Prediction.rank(new float[] {1, 2, 2, 2}, LABELS, 3);
    assertEquals(List.of(1, 2, 3), all.stream().map(Prediction::index).toList());
  }

  @Test
  void showsThatTheNetworkAnsweredNothing() {
    List<Prediction> all = Prediction.rank(new float[] {1, Float.NaN, 0, 2}, LABELS, 1);
    assertTrue(Double.isNaN(all.getFirst().probability()));
  }
}
