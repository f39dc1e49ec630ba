package fastvit4j.tests.browser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fastvit4j.tools.bench.Results;
import fastvit4j.tools.report.ReportPage;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openqa.selenium.WebElement;
import org.xml.sax.InputSource;

/** The page of {@code fastvit report} in a browser. */
class ReportPageTest {
  private static final List<String> CHARTS =
      List.of("accuracy", "size", "form", "parts", "batch", "threads", "devices");

  @TempDir private static Path directory;

  private static Browser browser;
  private static Path page;

  @BeforeAll
  static void open() throws IOException {
    browser = Browser.start(Files.createDirectory(directory.resolve("profile")));
    Results results = DrawnResults.make();
    page = directory.resolve("report.html");
    Files.writeString(
        page, ReportPage.of("Times", List.of(new ReportPage.Named("r.json", results))));
  }

  @AfterAll
  static void close() {
    if (browser != null) {
      browser.close();
    }
  }

  @ParameterizedTest
  @CsvSource({"1200, false", "1200, true", "390, false", "390, true"})
  void drawsEveryChart(int width, boolean dark) {
    browser.screen(width, 900, dark).open(page);
    assertEquals(
        CHARTS,
        browser.all("section:has(figure)").stream().map(e -> e.getDomAttribute("id")).toList());
    List<WebElement> figures = browser.all("figure");
    assertTrue(figures.size() >= CHARTS.size());
    for (WebElement figure : figures) {
      String name = figure.getText();
      // What is drawn of the data: dots or bars inside the frame, with an extent.
      long marks =
          (long)
              browser.run(
                  "return [...arguments[0].querySelectorAll('g[aria-label=dot] path,"
                      + " g[aria-label=bar] rect, g[aria-label=dot] circle')].filter(m => {"
                      + "const b = m.getBoundingClientRect(), s ="
                      + " m.closest('svg').getBoundingClientRect(); return b.width > 0 &&"
                      + " b.height > 0 && b.left >= s.left - 1 && b.right <= s.right + 1;"
                      + "}).length",
                  figure);
      assertTrue(marks >= 2, name);
      // No text of a chart is cut off by the window.
      long cut =
          (long)
              browser.run(
                  "return [...arguments[0].querySelectorAll('svg text')].filter(t => {const b ="
                      + " t.getBoundingClientRect(); return b.left < 0 || b.right > innerWidth;"
                      + "}).length",
                  figure);
      assertEquals(0, cut, name);
    }
    assertTrue(
        (boolean) browser.run("return document.documentElement.scrollWidth <= innerWidth"),
        "scrolls sideways");
    String paper = (String) browser.run("return getComputedStyle(document.body).backgroundColor");
    assertEquals(dark ? "rgb(20, 23, 26)" : "rgb(255, 255, 255)", paper);
    browser.photograph(
        Path.of("target/browser/report-%d-%s.png".formatted(width, dark ? "dark" : "light")));
    assertEquals(List.of(), browser.console());
  }

  /** Every text of a chart whose box comes into that of another one, or of a dot. */
  private static final String COVERED =
      """
      const box = (e) => {
        const b = e.getBoundingClientRect();
        return { e, l: b.left + 0.5, t: b.top + 0.5, r: b.right - 0.5, b: b.bottom - 0.5 };
      };
      const meet = (a, o) => a.l < o.r && a.r > o.l && a.t < o.b && a.b > o.t;
      const covered = [];
      for (const svg of document.querySelectorAll("figure .chart svg")) {
        const texts = [...svg.querySelectorAll("text")].filter((e) => e.textContent).map(box);
        const dots = [...svg.querySelectorAll("g[aria-label=dot] path, g[aria-label=dot] circle")];
        texts.forEach((text, i) => {
          const name = (other) => `${svg.ariaLabel}: ${text.e.textContent} | ${other}`;
          for (const other of texts.slice(i + 1)) {
            if (meet(text, other)) covered.push(name(other.e.textContent));
          }
          for (const dot of dots.map(box)) if (meet(text, dot)) covered.push(name("a dot"));
        });
      }
      return covered;
      """;

  @ParameterizedTest
  @CsvSource({"1200", "800", "390", "320"})
  void coversNoLabel(int width) throws IOException {
    browser.screen(width, 900, false).open(page);
    assertEquals(List.of(), browser.run(COVERED));
    Path crowded = directory.resolve("crowded.html");
    Files.writeString(
        crowded,
        ReportPage.of(
            "Close", List.of(new ReportPage.Named("c.json", DrawnResults.crowded(24, 16)))));
    browser.open(crowded);
    assertEquals(List.of(), browser.run(COVERED));
    browser.photograph(Path.of("target/browser/crowded-%d.png".formatted(width)));
    // Nor is an axis left without numbers.
    assertTrue(
        (boolean)
            browser.run(
                "return [...document.querySelectorAll('figure:has(g[aria-label=\"x-axis"
                    + " tick\"])')].every(f => [...f.querySelectorAll('g[aria-label=\"x-axis tick"
                    + " label\"] text')].filter(t => t.textContent).length >= 2)"));
    // Where there is room, nearly all of the dots have their names, and on a phone most of them.
    int named = browser.all("#accuracy figure:first-of-type g[aria-label=labels] text").size();
    assertTrue(named >= (width >= 800 ? 21 : 14), named + " names at " + width);
    assertEquals(16, browser.all("#size figure:first-of-type g[aria-label=labels] text").size());
    assertEquals(List.of(), browser.console());
  }

  @Test
  void fetchesNothing() {
    browser.requests();
    browser.screen(1200, 900, false).open(page);
    for (WebElement summary : browser.all("summary")) {
      summary.click();
    }
    List<String> requests = browser.requests();
    assertEquals(
        List.of(),
        requests.stream()
            .filter(r -> !r.contains("\"url\":\"file://") && !r.contains("\"url\":\"data:"))
            .toList());
    assertEquals(1, requests.stream().filter(r -> r.contains("\"url\":\"file://")).count());
  }

  @Test
  void sortsByAClickOnAHead() {
    browser.screen(1200, 900, false).open(page);
    List<WebElement> heads = browser.all("#results thead button");
    int median = heads.stream().map(WebElement::getText).toList().indexOf("Median, ms");
    assertTrue(median > 0);
    heads.get(median).click();
    List<String> up = column(median);
    // What failed has no time, and stands last either way.
    assertEquals("–", up.getLast());
    List<Double> numbers = numbers(up);
    assertEquals(numbers.stream().sorted().toList(), numbers);
    assertTrue(numbers.getLast() > numbers.getFirst());
    heads.get(median).click();
    assertEquals(numbers.reversed(), numbers(column(median)));
    assertEquals("–", column(median).getLast());
    assertEquals(
        List.of("descending"),
        browser.all("#results th[aria-sort]").stream()
            .map(e -> e.getDomAttribute("aria-sort"))
            .toList());
    heads.getFirst().click();
    List<String> models = column(0);
    assertEquals("ma36", models.get(models.lastIndexOf("ma36")));
    assertTrue(models.indexOf("s12") < models.indexOf("t8"));
  }

  private static List<String> column(int index) {
    return ((List<?>)
            browser.run(
                "return [...document.querySelectorAll('#results tbody tr')].map(r =>"
                    + " r.cells[arguments[0]].textContent)",
                index))
        .stream().map(String.class::cast).toList();
  }

  private static List<Double> numbers(List<String> cells) {
    return cells.stream()
        .filter(cell -> !cell.equals("–"))
        .map(cell -> Double.valueOf(cell.replace(",", "")))
        .toList();
  }

  @Test
  void showsATableBehindEachChart() {
    browser.screen(1200, 900, false).open(page);
    for (WebElement summary : browser.all("summary")) {
      summary.click();
    }
    // A page hears of an opened element in a task of its own, some time after the click.
    assertEquals(CHARTS.size(), browser.await("details[open] table", CHARTS.size()).size());
    for (WebElement body : browser.all("details[open] tbody")) {
      assertFalse(body.getText().isBlank());
    }
  }

  @Test
  void takesNothingThatItIsGivenForMarkup() {
    browser.screen(1200, 900, false).open(page);
    assertEquals(List.of(), browser.all("#nasty"));
    assertTrue(column(0).contains(DrawnResults.NASTY));
  }

  @Test
  void savesChartsAsFilesOfTheirOwn() throws Exception {
    browser.screen(1200, 900, false).open(page);
    String svg =
        (String)
            browser.await(
                "const done = arguments[arguments.length - 1]; URL.createObjectURL = b => {"
                    + " b.text().then(done); return 'data:,'; };"
                    + " document.querySelector('#accuracy .save').click();");
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
    var root =
        factory
            .newDocumentBuilder()
            .parse(new InputSource(new StringReader(svg)))
            .getDocumentElement();
    assertEquals("svg", root.getTagName());
    assertTrue(svg.contains("prefers-color-scheme: dark"), svg.substring(0, 300));
    assertTrue(root.getElementsByTagName("text").getLength() > 5);
  }

  @Test
  void canBePrinted() {
    browser.screen(1200, 900, true).open(page);
    byte[] pdf = browser.print();
    assertEquals("%PDF", new String(pdf, 0, 4, StandardCharsets.US_ASCII));
    long pages =
        Stream.of(new String(pdf, StandardCharsets.ISO_8859_1).split("/Type\\s*/Page\\b")).count()
            - 1;
    assertTrue(pages >= 3 && pages <= 30, pages + " pages");
  }
}
