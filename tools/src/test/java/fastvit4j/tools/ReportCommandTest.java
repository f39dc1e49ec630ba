package fastvit4j.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.jr.ob.JSON;

/** What the page holds; how it looks in a browser is a matter of the module of tests. */
class ReportCommandTest {
  private static final Pattern DATA =
      Pattern.compile(
          "<script id=\"data\" type=\"application/json\">(.*?)</script>", Pattern.DOTALL);

  @TempDir private static Path directory;

  @BeforeAll
  static void measure() {
    Run run =
        Run.of(
            "bench",
            "--model=digits",
            "--device=cpu",
            "--runs=2",
            "--warm-up=0",
            "--form=train,inference",
            "--json=" + directory.resolve("r.json"));
    assertEquals(0, run.status(), run.err());
  }

  private static String page(String title, String... files) throws IOException {
    Path page = directory.resolve("page.html");
    String[] arguments = new String[files.length + 3];
    arguments[0] = "report";
    arguments[1] = "--title=" + title;
    arguments[2] = "--output=" + page;
    System.arraycopy(files, 0, arguments, 3, files.length);
    Run run = Run.of(arguments);
    assertEquals(0, run.status(), run.err());
    assertEquals("", run.err());
    return Files.readString(page);
  }

  private static Map<String, Object> data(String page) {
    Matcher data = DATA.matcher(page);
    assertTrue(data.find());
    return JSON.std.mapFrom(data.group(1));
  }

  @Test
  void holdsTheResults() throws IOException {
    Map<String, Object> data = data(page("Times", directory.resolve("r.json").toString()));
    assertEquals("Times", data.get("title"));
    Map<String, Object> file = Run.list(data, "files").getFirst();
    assertEquals("r.json", file.get("name"));
    List<Map<String, Object>> rows = Run.list(file, "results");
    assertEquals(List.of("train", "inference"), rows.stream().map(r -> r.get("form")).toList());
    for (Map<String, Object> row : rows) {
      assertTrue((double) row.get("median_ms") > 0);
      assertTrue((double) Run.list(row, "steps").getFirst().get("median_ms") > 0);
      assertFalse(row.containsKey("rounds_ms"));
    }
  }

  @Test
  void needsNothingElse() throws IOException {
    String page = page("Times", directory.resolve("r.json").toString());
    assertFalse(Pattern.compile("(src|href)=\"(?!data:|#)").matcher(page).find());
    assertFalse(page.contains("{{"));
    assertTrue(page.contains("default-src 'none'"));
  }

  @Test
  void escapesWhatItIsGiven() throws IOException {
    String nasty = "</script><script>alert(1)</script><!--&\"'{{data}}$1\\";
    String json = Files.readString(directory.resolve("r.json"));
    String model = JSON.std.asString(nasty);
    Files.writeString(directory.resolve("nasty.json"), json.replace("\"digits\"", model));
    String page = page(nasty, directory.resolve("nasty.json").toString());
    // The page's own: data, library and script.
    assertEquals(3, page.split("</script>", -1).length - 1);
    assertFalse(page.contains("<script>alert"));
    Map<String, Object> data = data(page);
    assertEquals(nasty, data.get("title"));
    Map<String, Object> file = Run.list(data, "files").getFirst();
    assertEquals(nasty, Run.list(file, "results").getFirst().get("model"));
  }

  @Test
  void drawsSeveralFilesTogether() throws IOException {
    Path other = Files.createDirectories(directory.resolve("other")).resolve("r.json");
    Files.copy(directory.resolve("r.json"), other);
    List<Map<String, Object>> files =
        Run.list(
            data(page("Times", directory.resolve("r.json").toString(), other.toString())), "files");
    assertEquals(
        List.of(directory.resolve("r.json").toString(), other.toString()),
        files.stream().map(file -> file.get("name")).toList());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "report r.json | missing required option: '--output=FILE.html'",
        "report -o x.html | missing required parameter: 'FILE.json'",
        "report missing.json -o DIR/x.html | missing.json is no file",
        "report pom.xml -o DIR/x.html | pom.xml holds no results of `fastvit bench`",
        "report DIR/r.json DIR/r.json -o DIR/x.html | is given twice",
        "report DIR/r.json -o DIR | it is a directory",
        "report DIR/r.json -o DIR/missing/x.html | there is no directory",
        "report DIR/old.json -o DIR/x.html | is of schema version 1, but this program knows version"
            + " 2",
        "report DIR/cut.json -o DIR/x.html | is damaged",
      })
  void refusesMistakesOnOneLine(String arguments, String expected) throws IOException {
    String json = Files.readString(directory.resolve("r.json"));
    Files.writeString(
        directory.resolve("old.json"),
        json.replace("\"schema_version\": 2", "\"schema_version\": 1"));
    Files.writeString(directory.resolve("cut.json"), json.substring(0, json.length() / 2));
    Run run = Run.of(arguments.replace("DIR", directory.toString()).split(" "));
    assertEquals(2, run.status(), run.err());
    assertEquals("", run.out());
    assertEquals(1, run.err().lines().count(), run.err());
    assertTrue(run.err().contains(expected), run.err());
    assertFalse(Files.exists(directory.resolve("x.html")));
  }
}
