package fastvit4j.tools.fetch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is not downloaded, or not kept. */
class FetchRefusalTest extends FetchFixture {
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
  void aCacheThatCannotBeIsSaidSo() throws Exception {
    cache = new ModelCache(Files.writeString(directory.resolve("file"), "").resolve("cache"));
    String message = refused(hashed());
    assertTrue(message.contains("FASTVIT_CACHE"), message);
    assertEquals(List.of(), server.requests);
  }
}
