package fastvit4j.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code fastvit fetch}, and what {@code --variant} makes of the cache. */
class FetchCommandTest {
  private static final String DIGIT = "samples/digits/7/0081.png";

  @TempDir private Path directory;

  private String cache() {
    return "--cache=" + directory.resolve("cache");
  }

  private String registry(HttpServer server) throws IOException {
    String text =
        """
        {"format": "fastvit4j-registry", "version": 1,
         "licences": {"l": {"name": "L", "url": "https://l.example/", "notice": "Be kind."}},
         "models": [{"name": "mine/t8", "variant": "t8", "format": "safetensors", "licence": "l",
           "input": {"size": 64, "crop": 1, "mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5]},
           "url": "http://127.0.0.1:%d/t8"}]}
        """
            .formatted(server.getAddress().getPort());
    return "--registry=" + Files.writeString(directory.resolve("registry.json"), text);
  }

  private HttpServer serve(Path file) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            exchange.sendResponseHeaders(200, Files.size(file));
            Files.copy(file, exchange.getResponseBody());
          }
        });
    server.start();
    return server;
  }

  @Test
  void fillsTheCacheThatVariantUses() throws IOException {
    Path file = directory.resolve("t8.safetensors");
    assertEquals(0, Run.of("synth", "--variant=t8", "--output=" + file).status());
    HttpServer server = serve(file);
    try {
      String registry = registry(server);
      Run missing = Run.of("classify", "--variant=t8", cache(), DIGIT);
      assertEquals(2, missing.status());
      assertTrue(missing.err().contains("`fastvit fetch t8`"), missing.err());

      Run offline = Run.of("fetch", "mine/t8", registry, cache(), "--offline");
      assertEquals(2, offline.status());
      assertTrue(offline.err().contains("without --offline"), offline.err());

      Run fetch = Run.of("fetch", "mine/t8", registry, cache());
      assertEquals(0, fetch.status(), fetch.err());
      assertEquals(directory.resolve("cache/mine-t8.safetensors").toString(), fetch.out().strip());
      assertTrue(fetch.err().contains("Be kind."), fetch.err());
      assertTrue(fetch.err().contains("not in the registry"), fetch.err());
      assertEquals(-1, Files.mismatch(file, directory.resolve("cache/mine-t8.safetensors")));
    } finally {
      server.stop(0);
    }
    // From here on there is no server.
    Run cached = Run.of("fetch", "mine/t8", registry(server), cache(), "--json");
    assertEquals(0, cached.status(), cached.err());
    assertEquals(false, cached.json().get("downloaded"));
    assertEquals("structure", cached.json().get("verified_by"));

    Run classify = Run.of("classify", "--variant=t8", cache(), "--json", DIGIT);
    assertEquals(0, classify.status(), classify.err());
    assertEquals("fastvit: mine/t8 from the cache\n", classify.err());
    Run byFile =
        Run.of(
            "classify",
            "--weights=" + file,
            "--input-size=64",
            "--crop=1",
            "--mean=0.5,0.5,0.5",
            "--std=0.5,0.5,0.5",
            "--json",
            DIGIT);
    assertEquals(byFile.json().get("images"), classify.json().get("images"));
  }

  @Test
  void aServerThatIsNotThereIsTheMachinesFault() throws IOException {
    HttpServer server = serve(directory);
    String registry = registry(server);
    server.stop(0);
    Run run = Run.of("fetch", "mine/t8", registry, cache(), "--retries=0");
    assertEquals(1, run.status());
    assertEquals("", run.out());
    assertTrue(run.err().lines().toList().getLast().contains("did not come"), run.err());
  }

  @Test
  void listsTheModels() throws IOException {
    Run run = Run.of("fetch", "--list", cache());
    assertEquals(0, run.status(), run.err());
    assertTrue(run.out().contains("fastvit_ma36.apple_dist_in1k"), run.out());
    List<Map<String, Object>> models =
        Run.list(Run.of("fetch", "--list", "--json", cache()).json(), "models");
    assertEquals(42, models.size());
    assertTrue(Files.notExists(directory.resolve("cache")));
  }

  @Test
  void namesTheNearestModels() {
    Run run = Run.of("fetch", "sa12-destilled", cache());
    assertEquals(2, run.status());
    assertTrue(run.err().contains("did you mean sa12-distilled"), run.err());
    assertEquals(2, Run.of("fetch", cache()).status());
  }
}
