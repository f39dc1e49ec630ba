package fastvit4j.tests.browser;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.logging.Level;
import java.util.stream.Stream;
import org.openqa.selenium.By;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** A headless Chromium of this machine that tells what its console and its network saw. */
final class Browser implements AutoCloseable {
  private static final List<String> BROWSERS =
      List.of("chromium", "chromium-browser", "google-chrome", "google-chrome-stable");
  private static final String DRIVER = "chromedriver";

  private final ChromeDriver driver;

  private Browser(ChromeDriver driver) {
    this.driver = driver;
  }

  /**
   * Starts the browser; where there is none, the test is skipped.
   *
   * @param profile an empty directory for all that it keeps
   */
  static Browser start(Path profile) {
    File browser =
        BROWSERS.stream()
            .flatMap(Browser::onPath)
            .findFirst()
            .orElseGet(() -> abort("no Chromium on PATH: install the package chromium"));
    File driver =
        onPath(DRIVER)
            .findFirst()
            .orElseGet(() -> abort("no chromedriver on PATH: install the package chromium-driver"));
    LoggingPreferences logs = new LoggingPreferences();
    logs.enable(LogType.BROWSER, Level.ALL);
    logs.enable(LogType.PERFORMANCE, Level.ALL);
    ChromeOptions options = new ChromeOptions();
    options.setBinary(browser);
    options.addArguments(
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--user-data-dir=" + profile);
    options.setCapability("goog:loggingPrefs", logs);
    ChromeDriverService service =
        new ChromeDriverService.Builder().usingDriverExecutable(driver).build();
    return new Browser(new ChromeDriver(service, options));
  }

  private static Stream<File> onPath(String name) {
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
        .map(folder -> new File(folder, name))
        .filter(File::canExecute);
  }

  /** Sees to it that the next page is laid out for a screen. */
  Browser screen(int width, int height, boolean dark) {
    driver.executeCdpCommand(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
    driver.executeCdpCommand(
        "Emulation.setEmulatedMedia",
        Map.of(
            "features",
            List.of(Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"))));
    return this;
  }

  Browser open(Path page) {
    driver.get(page.toUri().toString());
    return this;
  }

  /** What a function body returns in the page. */
  Object run(String script, Object... arguments) {
    return driver.executeScript(script, arguments);
  }

  /** What a function body hands to its last argument, a callback. */
  Object await(String script) {
    return driver.executeAsyncScript(script);
  }

  List<WebElement> all(String selector) {
    return driver.findElements(By.cssSelector(selector));
  }

  /**
   * The elements, once there are so many: what a page does after a click, it does in its own time.
   * After ten seconds, those that there are.
   */
  List<WebElement> await(String selector, int count) {
    Instant deadline = Instant.now().plusSeconds(10);
    List<WebElement> found = all(selector);
    while (found.size() != count && Instant.now().isBefore(deadline)) {
      LockSupport.parkNanos(20_000_000);
      found = all(selector);
    }
    return found;
  }

  /** What the console has said since it was last asked. */
  List<String> console() {
    return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
        .map(entry -> entry.getLevel() + " " + entry.getMessage())
        .toList();
  }

  /**
   * The requests since they were last asked for, as the browser's own protocol tells them, without
   * those of the browser's own first page.
   */
  List<String> requests() {
    return driver.manage().logs().get(LogType.PERFORMANCE).getAll().stream()
        .map(entry -> entry.getMessage())
        .filter(message -> message.contains("\"Network.requestWillBeSent\""))
        .filter(message -> !message.contains("\"documentURL\":\"chrome://"))
        .toList();
  }

  /** Writes what is to be seen of the whole page, to be looked at. */
  void photograph(Path file) {
    Map<String, Object> shot =
        driver.executeCdpCommand(
            "Page.captureScreenshot", Map.of("format", "png", "captureBeyondViewport", true));
    write(file, (String) shot.get("data"));
  }

  /** Prints the page, as PDF. */
  byte[] print() {
    Map<String, Object> pdf = driver.executeCdpCommand("Page.printToPDF", Map.of());
    return Base64.getDecoder().decode((String) pdf.get("data"));
  }

  private static void write(Path file, String base64) {
    try {
      Files.createDirectories(file.getParent());
      Files.write(file, Base64.getDecoder().decode(base64));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    driver.quit();
  }
}
