package fastvit4j.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class TableTest {
  private static String print(Table table, boolean colours) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    table.print(new Terminal(out, out, colours, colours, colours));
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void alignsTextLeftAndNumbersRight() {
    Table table = new Table().text("NAME").number("MS").text("NOTE");
    table.row("a", "1.5", "");
    table.row("longer ×", "10.25", "x");
    assertEquals(
        """
        NAME         MS  NOTE
        a           1.5
        longer ×  10.25  x
        """,
        print(table, false));
  }

  @Test
  void hasABoldHeaderWhereSomebodyLooks() {
    assertEquals("\u001b[1mNAME\u001b[0m\n", print(new Table().text("NAME"), true));
  }

  @Test
  void refusesARowOfAnotherWidth() {
    Table table = new Table().text("A").text("B");
    assertThrows(IllegalArgumentException.class, () -> table.row("a"));
  }
}
