package fastvit4j.tests.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The bill of materials has every module that is published, in the version of the project. */
final class BillOfMaterialsTest {
  private static final Path ROOT = Path.of("..");
  private static final Set<String> NOT_PUBLISHED = Set.of("tests", "benchmarks", "tools/bom");
  private static final Pattern MODULE = Pattern.compile("<module>(.*?)</module>");
  private static final Pattern ARTIFACT =
      Pattern.compile("<artifactId>(fastvit4j-.*?)</artifactId>");
  private static final Pattern VERSION = Pattern.compile("<version>(.*?)</version>");

  @Test
  void listsEveryPublishedModule() throws IOException {
    String root = Files.readString(ROOT.resolve("pom.xml"));
    String bom = Files.readString(ROOT.resolve("tools/bom/pom.xml"));
    Set<String> published = new TreeSet<>();
    for (String module : all(MODULE, root)) {
      if (!NOT_PUBLISHED.contains(module)) {
        published.add(all(ARTIFACT, Files.readString(ROOT.resolve(module, "pom.xml"))).getFirst());
      }
    }
    List<String> listed = all(ARTIFACT, bom);
    assertEquals("fastvit4j-bom", listed.removeFirst());
    assertEquals(published, new TreeSet<>(listed));
    assertEquals(published.size(), listed.size());
    assertEquals(Set.of(all(VERSION, root).getFirst()), new TreeSet<>(all(VERSION, bom)));
  }

  private static List<String> all(Pattern pattern, String text) {
    List<String> found = new ArrayList<>();
    Matcher matcher = pattern.matcher(text);
    while (matcher.find()) {
      found.add(matcher.group(1));
    }
    return found;
  }
}
