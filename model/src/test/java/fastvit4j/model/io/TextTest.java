package fastvit4j.model.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class TextTest {
  @Test
  void keepsEverythingOnOneLine() {
    assertEquals("a b c? d?e?", Text.oneLine(" a\n\n b\tc\u001b \r\n d\u2028e\u202e\n"));
    assertEquals("größe 7×7", Text.oneLine("größe 7×7"));
  }

  @Test
  void shortensLongNamesInTheMiddle() {
    assertEquals("stem.0", Text.quote("stem.0"));
    String quoted = Text.quote("begin" + "x".repeat(10_000) + "end");
    assertTrue(quoted.length() < 120, quoted);
    assertTrue(quoted.startsWith("begin") && quoted.endsWith("end"), quoted);
  }
}
