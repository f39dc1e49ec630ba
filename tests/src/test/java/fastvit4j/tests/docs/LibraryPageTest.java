package fastvit4j.tests.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The page shows the code that is compiled and run, letter for letter. */
final class LibraryPageTest {
  private static final Path PAGE = Path.of("..", "docs", "library.md");
  private static final Path SOURCE =
      Path.of("src", "test", "java", "fastvit4j", "tests", "docs", "LibraryExamples.java");
  private static final Pattern BLOCK =
      Pattern.compile("(?:<!-- ([a-z]+) -->\n)?```java\n(.*?)```", Pattern.DOTALL);
  private static final String MARK = "// docs: ";

  @Test
  void everyBlockIsARegionOfTheExamples() throws IOException {
    Map<String, String> regions = regions();
    List<String> shown = new ArrayList<>();
    Matcher block = BLOCK.matcher(Files.readString(PAGE));
    while (block.find()) {
      String name = block.group(1);
      assertNotNull(name, () -> "a block without a region's name before it:\n" + block.group(2));
      assertEquals(regions.get(name), block.group(2), name);
      shown.add(name);
    }
    assertEquals(List.copyOf(regions.keySet()), shown, "regions in the page's order");
  }

  private static Map<String, String> regions() throws IOException {
    Map<String, String> regions = new LinkedHashMap<>();
    List<String> lines = new ArrayList<>();
    String name = null;
    for (String line : Files.readAllLines(SOURCE)) {
      String text = line.strip();
      if (name != null && text.equals(MARK + "end")) {
        regions.put(name, String.join("\n", lines).stripTrailing().stripIndent() + "\n");
        name = null;
      } else if (text.startsWith(MARK)) {
        name = text.substring(MARK.length());
        lines.clear();
      } else {
        lines.add(line);
      }
    }
    return regions;
  }
}
