package fastvit4j.tools.fetch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fastvit4j.model.UserException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** What tests of downloads share: a server on this machine that misbehaves as told, and a cache. */
abstract class FetchFixture {
  static final byte[] CHECKPOINT = checkpoint();

  /** A stall is noticed after half a second; nothing else here waits. */
  private static final Patience PATIENCE =
      new Patience(Duration.ofMillis(500), 3, Duration.ofMillis(1), Duration.ofMillis(4));

  @TempDir Path directory;
  TestServer server;
  ModelCache cache;
  final List<String> said = Collections.synchronizedList(new ArrayList<>());

  private static byte[] checkpoint() {
    try (InputStream in =
        FetchFixture.class.getResourceAsStream(
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

  static String sha256(byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }

  /** A registry of the server's file, with more fields of the model. */
  String json(String fields) {
    return """
    {"format": "fastvit4j-registry", "version": 1,
     "licences": {"l": {"name": "L", "url": "https://l.example/", "notice": "Be kind."}},
     "models": [{"name": "digits", "format": "safetensors", "licence": "l",
                 "url": "%s"%s}]}
    """
        .formatted(server.url("/digits"), fields);
  }

  PublishedModel model(String fields) {
    return Registry.parse("test", json(fields)).find("digits");
  }

  static String hash() throws Exception {
    return ", \"sha256\": \"" + sha256(CHECKPOINT) + "\"";
  }

  PublishedModel hashed() throws Exception {
    return model(hash());
  }

  Fetcher fetcher(Proxies proxies) {
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

  Fetcher.Fetched fetch(PublishedModel model) throws InterruptedException {
    return fetcher(new Proxies(Map.of(), Optional.empty())).fetch(model);
  }

  void assertFetched(Fetcher.Fetched fetched) throws IOException {
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
  void assertNothingKept() throws IOException {
    assertEquals(List.of(".digits.safetensors.lock", ".licence-l"), files());
  }

  String refused(PublishedModel model) {
    return assertThrows(UserException.class, () -> fetch(model)).getMessage();
  }
}
