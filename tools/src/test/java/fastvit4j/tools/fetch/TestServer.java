package fastvit4j.tools.fetch;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;

/** A server on this machine that answers each request as it is told to. */
final class TestServer implements AutoCloseable {
  /** One way to answer. */
  interface Answer {
    void to(HttpExchange exchange) throws IOException;
  }

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final LinkedBlockingQueue<Answer> answers = new LinkedBlockingQueue<>();
  private final CountDownLatch closing = new CountDownLatch(1);
  private final byte[] content;

  /** What was asked, for example {@code GET /file}, {@code GET /file from 100}. */
  final List<String> requests = Collections.synchronizedList(new ArrayList<>());

  /** A server of one file; it answers with all of it, or the part that was asked for. */
  TestServer(byte[] content) {
    this.content = content;
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  private void handle(HttpExchange exchange) throws IOException {
    String range = exchange.getRequestHeaders().getFirst("Range");
    requests.add(
        "GET "
            + exchange.getRequestURI().getPath()
            + (range == null ? "" : " from " + range.replaceAll("\\D", "")));
    try (exchange) {
      Answer answer = answers.poll();
      (answer == null ? whole() : answer).to(exchange);
    }
  }

  URI url(String path) {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
  }

  /** The next request is answered so; the one after it by the next of these; then as usual. */
  TestServer then(Answer answer) {
    answers.add(answer);
    return this;
  }

  /** All of the file, or the part that was asked for if {@code If-Range} still holds. */
  Answer whole() {
    return exchange -> {
      String tag = tag(content);
      exchange.getResponseHeaders().set("ETag", tag);
      int from = from(exchange, tag);
      if (from > content.length - 1) {
        exchange.getResponseHeaders().set("Content-Range", "bytes */" + content.length);
        exchange.sendResponseHeaders(416, -1);
      } else if (from > 0) {
        contentRange(exchange, from, content.length);
        exchange.sendResponseHeaders(206, content.length - from);
        exchange.getResponseBody().write(content, from, content.length - from);
      } else {
        exchange.sendResponseHeaders(200, content.length);
        exchange.getResponseBody().write(content);
      }
    };
  }

  static void contentRange(HttpExchange exchange, int from, int total) {
    exchange
        .getResponseHeaders()
        .set("Content-Range", "bytes " + from + "-" + (total - 1) + "/" + total);
  }

  static String tag(byte[] content) {
    return "\"" + Integer.toHexString(Arrays.hashCode(content)) + "\"";
  }

  private static int from(HttpExchange exchange, String tag) {
    String range = exchange.getRequestHeaders().getFirst("Range");
    boolean holds = tag.equals(exchange.getRequestHeaders().getFirst("If-Range"));
    return range == null || !holds ? 0 : Integer.parseInt(range.replaceAll("\\D", ""));
  }

  /** Other bytes, with their own ETag, without regard to ranges. */
  static Answer bytes(byte[] others) {
    return exchange -> {
      exchange.getResponseHeaders().set("ETag", tag(others));
      exchange.sendResponseHeaders(200, others.length);
      exchange.getResponseBody().write(others);
    };
  }

  /** Announces the rest of the file, sends a part of it and breaks the connection. */
  Answer truncated(int count) {
    return exchange -> announce(exchange, count);
  }

  /** The same, and then sends nothing more, without breaking the connection. */
  Answer stalled(int count) {
    return exchange -> {
      announce(exchange, count);
      exchange.getResponseBody().flush();
      try {
        closing.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    };
  }

  private void announce(HttpExchange exchange, int count) throws IOException {
    String tag = tag(content);
    int from = from(exchange, tag);
    exchange.getResponseHeaders().set("ETag", tag);
    if (from > 0) {
      contentRange(exchange, from, content.length);
    }
    exchange.sendResponseHeaders(from > 0 ? 206 : 200, content.length - from);
    exchange.getResponseBody().write(content, from, count);
    exchange.getResponseBody().flush();
  }

  static Answer status(int status, String... headers) {
    return exchange -> {
      for (int i = 0; i < headers.length; i += 2) {
        exchange.getResponseHeaders().set(headers[i], headers[i + 1]);
      }
      exchange.sendResponseHeaders(status, -1);
    };
  }

  @Override
  public void close() {
    closing.countDown();
    server.stop(0);
    threads.shutdownNow();
  }
}
