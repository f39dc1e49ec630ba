package fastvit4j.tools.fetch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fastvit4j.model.UserException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Downloads from a server on this machine, and what is in the cache already. */
class FetcherTest extends FetchFixture {
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
  void followsRedirections() throws Exception {
    server
        .then(TestServer.status(302, "Location", "/elsewhere"))
        .then(TestServer.status(307, "Location", server.url("/there").toString()));
    assertFetched(fetch(hashed()));
    assertEquals(List.of("GET /digits", "GET /elsewhere", "GET /there"), server.requests);
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
  void goesThroughTheProxyOfTheEnvironment() throws Exception {
    try (TestServer proxy = new TestServer(CHECKPOINT)) {
      Map<String, String> environment =
          Map.of("http_proxy", proxy.url("").toString(), "no_proxy", "models.example");
      assertFetched(fetcher(new Proxies(environment, Optional.empty())).fetch(hashed()));
      assertEquals(List.of("GET /digits"), proxy.requests);
      assertEquals(List.of(), server.requests);
    }
  }
}
