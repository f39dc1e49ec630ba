package fastvit4j.tests.browser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fastvit4j.model.checkpoint.SyntheticWeights;
import fastvit4j.model.fastvit.FastViT;
import fastvit4j.model.fastvit.Form;
import fastvit4j.model.fastvit.Variant;
import fastvit4j.model.operator.Shape;
import fastvit4j.reparam.Reparameterization;
import fastvit4j.reparam.Report;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.WebElement;

/** The page of {@code fastvit reparam --report} in a browser. */
class ReparamPageTest {
  @TempDir private Path directory;

  @Test
  void isReadableEverywhere() throws IOException {
    Path page = directory.resolve("reparam.html");
    Files.writeString(
        page,
        Report.of(
                Reparameterization.full()
                    .trace(FastViT.graph(Variant.T8.config(), Form.TRAIN, new SyntheticWeights(1))),
                new Shape(1, 256, 256, 3),
                null)
            .toHtml());
    try (Browser browser = Browser.start(Files.createDirectory(directory.resolve("profile")))) {
      browser.requests(); // Those of the tab that it opens by itself.
      for (int width : new int[] {1200, 390}) {
        for (boolean dark : new boolean[] {false, true}) {
          browser.screen(width, 900, dark).open(page);
          for (WebElement summary : browser.all("summary")) {
            summary.click();
          }
          assertTrue(
              (boolean) browser.run("return document.documentElement.scrollWidth <= innerWidth"),
              "scrolls sideways");
          assertEquals(
              dark ? "rgb(20, 23, 26)" : "rgb(255, 255, 255)",
              browser.run("return getComputedStyle(document.body).backgroundColor"));
          assertTrue(browser.all("details[open] table").size() >= 3, "no table");
          assertTrue(browser.all("tbody").getFirst().getText().contains("→"), "nothing changed");
          browser.photograph(
              Path.of(
                  "target/browser/reparam-%d-%s.png".formatted(width, dark ? "dark" : "light")));
        }
      }
      assertEquals(List.of(), browser.console());
      assertEquals(
          List.of(),
          browser.requests().stream()
              .filter(r -> !r.contains("\"url\":\"file://") && !r.contains("\"url\":\"data:"))
              .toList());
    }
  }
}
