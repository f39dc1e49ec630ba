package fastvit4j.tools.fetch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Several that fetch one model into one cache, in one process and in two. */
class FetchLockTest extends FetchFixture {
  /** Longer than two processes take to start on a busy machine. */
  private static final int SECONDS = 100;

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

  /** A fastvit of its own, whose output goes to files. */
  private Process start(String name, Path registry) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            "fastvit4j.tools.Main",
            "fetch",
            "digits",
            "--registry=" + registry,
            "--cache=" + cache.directory())
        .redirectOutput(directory.resolve(name + ".out").toFile())
        .redirectError(directory.resolve(name + ".err").toFile())
        .start();
  }

  private String read(String file) throws IOException {
    return Files.readString(directory.resolve(file));
  }

  /** Waits until a process has done something. */
  private void await(String name, Process process, Callable<Boolean> condition) throws Exception {
    long end = System.nanoTime() + SECONDS * 1_000_000_000L;
    while (!condition.call()) {
      assertTrue(process.isAlive() && System.nanoTime() < end, name + ": " + read(name + ".err"));
      Thread.sleep(20);
    }
  }

  /** A registry of the server's one model. */
  private Path registry() throws Exception {
    return Files.writeString(directory.resolve("registry.json"), json(hash()));
  }

  @Test
  void theSecondProcessWaitsAndTakesWhatTheFirstHasFetched() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    server.then(
        exchange -> {
          exchange.sendResponseHeaders(200, CHECKPOINT.length);
          exchange.getResponseBody().write(CHECKPOINT, 0, 1000);
          exchange.getResponseBody().flush();
          try {
            go.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          exchange.getResponseBody().write(CHECKPOINT, 1000, CHECKPOINT.length - 1000);
        });
    Path registry = registry();
    Process first = start("first", registry);
    try {
      await("first", first, () -> !server.requests.isEmpty());
      Process second = start("second", registry);
      try {
        await("second", second, () -> read("second.err").contains("waiting for another"));
        go.countDown();
        assertTrue(first.waitFor(SECONDS, TimeUnit.SECONDS));
        assertTrue(second.waitFor(SECONDS, TimeUnit.SECONDS));
        assertEquals(0, first.exitValue(), read("first.err"));
        assertEquals(0, second.exitValue(), read("second.err"));
      } finally {
        second.destroyForcibly();
      }
    } finally {
      go.countDown();
      first.destroyForcibly();
    }
    assertEquals(List.of("GET /digits"), server.requests);
    assertEquals(read("first.out"), read("second.out"));
    assertArrayEquals(CHECKPOINT, Files.readAllBytes(Path.of(read("second.out").strip())));
  }

  @Test
  void theSecondProcessGoesOnWhereTheFirstWasKilled() throws Exception {
    server.then(server.stalled(1000));
    Path registry = registry();
    Process first = start("first", registry);
    try {
      Path part = cache.part(hashed());
      await("first", first, () -> Files.exists(part) && Files.size(part) == 1000);
      Process second = start("second", registry);
      try {
        await("second", second, () -> read("second.err").contains("waiting for another"));
        first.destroyForcibly();
        assertTrue(second.waitFor(SECONDS, TimeUnit.SECONDS));
        assertEquals(0, second.exitValue(), read("second.err"));
      } finally {
        second.destroyForcibly();
      }
    } finally {
      first.destroyForcibly();
    }
    assertEquals(List.of("GET /digits", "GET /digits from 1000"), server.requests);
    assertArrayEquals(CHECKPOINT, Files.readAllBytes(Path.of(read("second.out").strip())));
    assertEquals("", read("first.out"));
  }
}
