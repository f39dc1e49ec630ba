package fastvit4j.tools.fetch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Downloads that break, and go on where they broke if that is safe. */
class FetchResumeTest extends FetchFixture {
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
}
