package fastvit4j.tools.fetch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fastvit4j.model.UserException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Downloads from a server on this machine that misbehaves. */
class FetcherTest {
  private static final byte[] CHECKPOINT = checkpoint();

  /** A stall is noticed after half a second; nothing else here waits. */
  private static final Patience PATIENCE =
      new Patience(Duration.ofMillis(500), 3, Duration.ofMillis(1), Duration.ofMillis(4));

  @TempDir private Path directory;
  private TestServer server;
  private ModelCache cache;
  private final List<String> said = Collections.synchronizedList(new ArrayList<>());

  private static byte[] checkpoint() {
    try (InputStream in =
        FetcherTest.class.getResourceAsStream(
            "/fastvit4j/tools/digits/fastvit_digits.safetensors")) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @BeforeEach
  void start() {
    server = new TestServer(CHECKPOINT);
    cache = new ModelCache(directory.resolve("cache"));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private static String sha256(byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }

  private PublishedModel model(String fields) {
    return Registry.parse(
            "test",
            """
            {"format": "fastvit4j-registry", "version": 1,
             "licences": {"l": {"name": "L", "url": "https://l.example/", "notice": "Be kind."}},
             "models": [{"name": "digits", "format": "safetensors", "licence": "l",
                         "url": "%s"%s}]}
            """
                .formatted(server.url("/digits"), fields))
        .find("digits");
  }

  private PublishedModel hashed() throws Exception {
    return model(", \"sha256\": \"" + sha256(CHECKPOINT) + "\"");
  }

  private Fetcher fetcher(Proxies proxies) {
    return new Fetcher(
        cache,
        PATIENCE,
        new Fetcher.Listener() {
          @Override
          public void at(PublishedModel model, long bytes, long total) {}

          @Override
          public void say(String line) {
            said.add(line);
          }
        },
        proxies);
  }

  private Fetcher.Fetched fetch(PublishedModel model) throws InterruptedException {
    return fetcher(new Proxies(Map.of(), Optional.empty())).fetch(model);
  }

  private void assertFetched(Fetcher.Fetched fetched) throws IOException {
    assertTrue(fetched.downloaded());
    assertArrayEquals(CHECKPOINT, Files.readAllBytes(fetched.receipt().file()));
    assertEquals(
        List.of(
            ".digits.safetensors.lock",
            ".licence-l",
            "digits.safetensors",
            "digits.safetensors.json"),
        files());
  }

  private List<String> files() throws IOException {
    try (Stream<Path> files = Files.list(cache.directory())) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  /** What fails leaves no model, and no part that somebody might take for one. */
  private void assertNothingKept() throws IOException {
    assertEquals(List.of(".digits.safetensors.lock", ".licence-l"), files());
  }

  private String refused(PublishedModel model) {
    return assertThrows(UserException.class, () -> fetch(model)).getMessage();
  }

  @Test
  void downloadsOnceAndShowsTheLicenceOnce() throws Exception {
    PublishedModel model = hashed();
    Fetcher.Fetched first = fetch(model);
    assertFetched(first);
    assertTrue(first.byHash());
    assertEquals(List.of("L: Be kind. https://l.example/"), said);
    Fetcher.Fetched again = fetch(model);
    assertFalse(again.downloaded());
    assertEquals(first.receipt(), again.receipt());
    assertEquals(List.of("GET /digits"), server.requests);
    assertEquals(1, said.size());
  }

  @Test
  void checksTheTensorsWhereNoHashIsKnown() throws Exception {
    Fetcher.Fetched fetched = fetch(model(""));
    assertFetched(fetched);
    assertFalse(fetched.byHash());
    assertEquals(sha256(CHECKPOINT), fetched.receipt().sha256());
  }

  @Test
  void goesOnAfterATruncationFromWhereItBroke() throws Exception {
    server.then(server.truncated(1000)).then(server.truncated(500));
    assertFetched(fetch(hashed()));
    assertEquals(
        List.of("GET /digits", "GET /digits from 1000", "GET /digits from 1500"), server.requests);
  }

  @Test
  void goesOnAfterAStall() throws Exception {
    server.then(server.stalled(1000));
    assertFetched(fetch(hashed()));
    assertEquals(List.of("GET /digits", "GET /digits from 1000"), server.requests);
    assertTrue(said.get(1).contains("nothing came for 0.5 s"), said.toString());
  }

  @Test
  void asksAgainWhenNoAnswerComes() throws Exception {
    server.then(
        exchange -> {
          try {
            Thread.sleep(1500);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    assertFetched(fetch(hashed()));
    assertTrue(said.get(1).contains("no answer for 0.5 s"), said.toString());
  }

  @ParameterizedTest
  @ValueSource(ints = {429, 500, 502, 503, 504})
  void asksAgainAfterPassingTrouble(int status) throws Exception {
    server.then(TestServer.status(status, "Retry-After", "0")).then(TestServer.status(status));
    assertFetched(fetch(hashed()));
    assertEquals(3, server.requests.size());
  }

  @Test
  void givesUpAfterTheRetriesAndGoesOnAnotherTime() throws Exception {
    server.then(server.truncated(1000));
    for (int i = 0; i < 3; i++) {
      server.then(TestServer.status(503));
    }
    NetworkException e = assertThrows(NetworkException.class, () -> fetch(hashed()));
    assertTrue(e.getMessage().contains("the server answered 503"), e.getMessage());
    assertEquals(1, e.getMessage().lines().count());
    assertFalse(Files.exists(cache.file(hashed())));
    assertFetched(fetch(hashed()));
    assertEquals("GET /digits from 1000", server.requests.getLast());
  }

  @Test
  void beginsAnewWhereTheFileHasChanged() throws Exception {
    byte[] old = CHECKPOINT.clone();
    old[old.length - 1] ^= 1;
    server.then(
        exchange -> {
          exchange.getResponseHeaders().set("ETag", TestServer.tag(old));
          exchange.sendResponseHeaders(200, old.length);
          exchange.getResponseBody().write(old, 0, 1000);
          exchange.getResponseBody().flush();
        });
    assertFetched(fetch(hashed()));
    assertEquals(List.of("GET /digits", "GET /digits from 1000"), server.requests);
  }

  @Test
  void doesNotJoinPartsWithoutAValidator() throws Exception {
    server.then(
        exchange -> {
          exchange.sendResponseHeaders(200, CHECKPOINT.length);
          exchange.getResponseBody().write(CHECKPOINT, 0, 1000);
          exchange.getResponseBody().flush();
        });
    assertFetched(fetch(hashed()));
    assertEquals(List.of("GET /digits", "GET /digits"), server.requests);
  }

  @Test
  void refusesAnotherPartThanWasAskedFor() throws Exception {
    server
        .then(server.truncated(1000))
        .then(
            exchange -> {
              exchange.getResponseHeaders().set("ETag", TestServer.tag(CHECKPOINT));
              TestServer.contentRange(exchange, 900, CHECKPOINT.length);
              exchange.sendResponseHeaders(206, CHECKPOINT.length - 900);
              exchange.getResponseBody().write(CHECKPOINT, 900, CHECKPOINT.length - 900);
            });
    assertFetched(fetch(hashed()));
    assertEquals("GET /digits", server.requests.getLast());
  }

  @Test
  void refusesWrongBytes() throws Exception {
    byte[] wrong = CHECKPOINT.clone();
    wrong[wrong.length / 2] ^= 1;
    server.then(TestServer.bytes(wrong));
    String message = refused(hashed());
    assertTrue(message.contains(sha256(wrong)), message);
    assertTrue(message.contains("not " + sha256(CHECKPOINT)), message);
    assertNothingKept();
  }

  @Test
  void takesTheWholeAgainWhereThePartsDoNotFit() throws Exception {
    byte[] wrong = CHECKPOINT.clone();
    wrong[10] ^= 1;
    server.then(
        exchange -> {
          exchange.getResponseHeaders().set("ETag", TestServer.tag(CHECKPOINT));
          exchange.sendResponseHeaders(200, wrong.length);
          exchange.getResponseBody().write(wrong, 0, 1000);
          exchange.getResponseBody().flush();
        });
    assertFetched(fetch(hashed()));
    assertEquals(List.of("GET /digits", "GET /digits from 1000", "GET /digits"), server.requests);
  }

  @Test
  void refusesWhatIsNoCheckpoint() throws Exception {
    server.then(
        TestServer.bytes(
            "<!DOCTYPE html><title>Please sign in</title>".getBytes(StandardCharsets.UTF_8)));
    String message = refused(model(""));
    assertTrue(message.contains("HTML page"), message);
    assertTrue(message.contains(server.url("/digits").toString()), message);
    assertNothingKept();
  }

  @Test
  void refusesAnotherVariant() throws Exception {
    String message = refused(model(", \"variant\": \"t8\""));
    assertTrue(message.contains("is not what it should be"), message);
    assertNothingKept();
  }

  @Test
  void refusesAnotherSizeBeforeItIsDownloaded() throws Exception {
    String message = refused(model(", \"size\": 17"));
    assertTrue(message.contains("not 17 as the registry says"), message);
    assertNothingKept();
  }

  @Test
  void refusesWhatDoesNotFitOnTheDisk() throws Exception {
    server.then(
        exchange -> {
          exchange.sendResponseHeaders(200, 1L << 60);
          exchange.getResponseBody().write(CHECKPOINT, 0, 100);
          exchange.getResponseBody().flush();
        });
    String message = refused(model(""));
    assertTrue(message.contains("free some space"), message);
    assertNothingKept();
  }

  @Test
  void refusesABodyThatDoesNotEnd() throws Exception {
    server.then(
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          for (int i = 0; i < 100; i++) {
            exchange.getResponseBody().write(CHECKPOINT);
          }
        });
    String message = refused(model(", \"size\": " + CHECKPOINT.length));
    assertTrue(message.contains("more than it should"), message);
    assertNothingKept();
  }

  @Test
  void followsRedirections() throws Exception {
    server
        .then(TestServer.status(302, "Location", "/elsewhere"))
        .then(TestServer.status(307, "Location", server.url("/there").toString()));
    assertFetched(fetch(hashed()));
    assertEquals(List.of("GET /digits", "GET /elsewhere", "GET /there"), server.requests);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://127.0.0.1/",
        "http://models.example/",
        "file:///etc/passwd",
        "ftp://127.0.0.1/",
        "http://me:secret@127.0.0.1/"
      })
  void doesNotFollowToOtherPlaces(String location) throws Exception {
    server.then(TestServer.status(302, "Location", location));
    String message = refused(hashed());
    assertTrue(message.contains("is not followed"), message);
    assertFalse(message.contains("secret"), message);
    assertNothingKept();
  }

  @Test
  void doesNotGoInCircles() throws Exception {
    for (int i = 0; i < 20; i++) {
      server.then(TestServer.status(302, "Location", "/digits"));
    }
    assertTrue(refused(hashed()).contains("more than 10 times"));
    assertEquals(11, server.requests.size());
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 403, 404, 410})
  void doesNotAskAgainForWhatIsNotThere(int status) throws Exception {
    server.then(TestServer.status(status));
    assertTrue(refused(hashed()).contains("status " + status));
    assertEquals(1, server.requests.size());
    assertNothingKept();
  }

  @Test
  void fetchesADamagedFileAgain() throws Exception {
    Path file = fetch(hashed()).receipt().file();
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(100);
    }
    assertThrows(UserException.class, () -> fetcher(null).offline(hashed()));
    assertFetched(fetch(hashed()));
  }

  @Test
  void noticesDamageWhereTheRegistryKnowsNoHash() throws Exception {
    Path file = fetch(model("")).receipt().file();
    byte[] damaged = CHECKPOINT.clone();
    damaged[damaged.length - 1] ^= 1;
    Files.write(file, damaged);
    assertFetched(fetch(model("")));
  }

  @Test
  void takesAFileThatSomebodyPutThere() throws Exception {
    Files.createDirectories(cache.directory());
    Files.write(cache.file(hashed()), CHECKPOINT);
    assertFalse(fetch(hashed()).downloaded());
    assertEquals(List.of(), server.requests);
    assertTrue(cache.find(hashed()).isPresent());
  }

  @Test
  void usesNoNetworkOffline() throws Exception {
    Fetcher offline = fetcher(null);
    String message =
        assertThrows(UserException.class, () -> offline.offline(hashed())).getMessage();
    assertTrue(message.contains("without --offline"), message);
    fetch(hashed());
    assertEquals(sha256(CHECKPOINT), offline.offline(hashed()).receipt().sha256());
    assertEquals(1, server.requests.size());
  }

  @Test
  void severalAtOnceDownloadOnce() throws Exception {
    PublishedModel model = hashed();
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      List<Future<Fetcher.Fetched>> all =
          threads.invokeAll(Collections.nCopies(4, (Callable<Fetcher.Fetched>) () -> fetch(model)));
      int downloads = 0;
      for (Future<Fetcher.Fetched> one : all) {
        assertArrayEquals(CHECKPOINT, Files.readAllBytes(one.get().receipt().file()));
        downloads += one.get().downloaded() ? 1 : 0;
      }
      assertEquals(1, downloads);
    }
    assertEquals(1, server.requests.size());
  }

  @Test
  void goesThroughTheProxyOfTheEnvironment() throws Exception {
    try (TestServer proxy = new TestServer(CHECKPOINT)) {
      Map<String, String> environment =
          Map.of("http_proxy", proxy.url("").toString(), "no_proxy", "models.example");
      assertFetched(fetcher(new Proxies(environment, Optional.empty())).fetch(hashed()));
      assertEquals(List.of("GET /digits"), proxy.requests);
      assertEquals(List.of(), server.requests);
    }
  }

  @Test
  void aCacheThatCannotBeIsSaidSo() throws Exception {
    cache = new ModelCache(Files.writeString(directory.resolve("file"), "").resolve("cache"));
    String message = refused(hashed());
    assertTrue(message.contains("FASTVIT_CACHE"), message);
    assertEquals(List.of(), server.requests);
  }
}
