package fastvit4j.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TextTest {
  @Test
  void writesPercentagesAsAFormatWould() {
    Random random = new Random(1);
    for (int i = 0; i < 10_000; i++) {
      double fraction = i % 2 == 0 ? random.nextDouble() : random.nextInt(20_001) / 20_000.0;
      assertEquals(String.format(Locale.ROOT, "%.2f", 100 * fraction), Text.percent(fraction));
    }
    assertEquals("0.00", Text.percent(1e-300));
    assertEquals("100.00", Text.percent(1));
    assertEquals("NaN", Text.percent(Double.NaN));
  }

  @Test
  void fillsWithSpacesOnTheLeft() {
    assertEquals("   1.20", Text.right("1.20", 7));
    assertEquals("12345678", Text.right("12345678", 7));
  }
}
