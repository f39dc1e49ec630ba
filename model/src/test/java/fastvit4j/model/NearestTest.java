package fastvit4j.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class NearestTest {
  private static final List<String> NAMES = List.of("t8", "sa12", "sa24", "ma36");

  @Test
  void nearNamesComeNearestFirst() {
    assertEquals("did you mean sa12 or sa24?", Nearest.hint("sa14", NAMES));
    assertEquals("did you mean ma36?", Nearest.hint("MA36", NAMES));
  }

  @Test
  void withNoneNearAllAreListed() {
    assertEquals("there are t8, sa12, sa24, ma36", Nearest.hint("resnet", NAMES));
  }

  @Test
  void distanceCountsEdits() {
    assertEquals(3, Nearest.distance("kitten", "sitting"));
    assertEquals(4, Nearest.distance("", "ma36"));
    assertEquals(0, Nearest.distance("t8", "t8"));
    assertEquals(1, Nearest.distance("--top", "--tpo"));
  }
}
