package fastvit4j.tools.fetch;

import fastvit4j.model.UserException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Asks servers for files: one answer a call, redirections followed where that is safe. */
final class Server implements AutoCloseable {
  static final int OK = 200;
  static final int PARTIAL = 206;
  static final int RANGE_NOT_SATISFIABLE = 416;

  private static final int MOST_REDIRECTIONS = 10;
  private static final Pattern RANGE =
      Pattern.compile("bytes (?:(\\d{1,18})-\\d{1,18}|\\*)/(\\d{1,18})");
  private static final String TUNNEL_SCHEMES = "jdk.http.auth.tunneling.disabledSchemes";

  private final HttpClient client;

  Server(Proxies proxies, Duration connect) {
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(connect)
            .proxy(proxies);
    proxies
        .authenticator()
        .ifPresent(
            authenticator -> {
              // Basic authentication is off for tunnels unless the property says otherwise; the
              // user has put the password into the proxy's address for it.
              if (System.getProperty(TUNNEL_SCHEMES) == null) {
                System.setProperty(TUNNEL_SCHEMES, "");
              }
              builder.authenticator(authenticator);
            });
    client = builder.build();
  }

  /** The server is in passing trouble: ask again, after a while. */
  static final class Busy extends IOException {
    private static final long serialVersionUID = 1L;

    private final transient Duration after;

    Busy(int status, Duration after) {
      super("the server answered " + status);
      this.after = after;
    }

    Duration after() {
      return after;
    }
  }

  /** What a server answered: 200, 206 or 416, with the body still to come. */
  record Answer(int status, HttpHeaders headers, Chunks body) implements AutoCloseable {
    /** The body's length, or -1. */
    long length() {
      return headers.firstValueAsLong("content-length").orElse(-1);
    }

    /** Where the part that was sent begins, or -1. */
    long startOfRange() {
      return range(1);
    }

    /** The whole file's length, or -1. */
    long totalOfRange() {
      return range(2);
    }

    private long range(int group) {
      Matcher matcher = RANGE.matcher(headers.firstValue("content-range").orElse(""));
      return matcher.matches() && matcher.group(group) != null
          ? Long.parseLong(matcher.group(group))
          : -1;
    }

    /** What a later request for the rest must give: a strong ETag, else a date; or null. */
    String validator() {
      Optional<String> tag = headers.firstValue("etag").filter(t -> t.startsWith("\""));
      return tag.or(() -> headers.firstValue("last-modified")).orElse(null);
    }

    @Override
    public void close() {
      body.close();
    }
  }

  /**
   * Asks for a file, or for its end.
   *
   * @param from the first byte wanted
   * @param validator what the file must still have for less than all of it, if {@code from} is
   *     above 0
   * @throws IOException if another request may do better
   * @throws UserException if none will
   */
  Answer get(URI url, long from, String validator, Duration patience)
      throws IOException, InterruptedException {
    URI at = url;
    for (int i = 0; i <= MOST_REDIRECTIONS; i++) {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(at)
              .header("User-Agent", "fastvit4j")
              .header("Accept-Encoding", "identity");
      if (from > 0) {
        request.header("Range", "bytes=" + from + "-").header("If-Range", validator);
      }
      HttpResponse<Flow.Publisher<List<ByteBuffer>>> response = send(request.build(), patience);
      Chunks body = new Chunks();
      response.body().subscribe(body);
      int status = response.statusCode();
      if (status == OK || status == PARTIAL || (from > 0 && status == RANGE_NOT_SATISFIABLE)) {
        return new Answer(status, response.headers(), body);
      }
      body.close();
      at =
          switch (status) {
            case 301, 302, 303, 307, 308 -> redirected(at, response.headers());
            case 408, 425, 429, 500, 502, 503, 504 ->
                throw new Busy(status, retryAfter(response.headers()));
            case 407 ->
                throw new UserException(
                    "the proxy wants a name and a password: give them in https_proxy, as"
                        + " http://NAME:PASSWORD@HOST:PORT");
            case 401, 403 ->
                throw new UserException(
                    url
                        + " may not be downloaded without a permission (status "
                        + status
                        + "): see its page");
            default ->
                throw new UserException(
                    url + " is not there (status " + status + "): see whether the file has moved");
          };
    }
    throw new UserException(url + " sends from one address to the next, more than 10 times");
  }

  private HttpResponse<Flow.Publisher<List<ByteBuffer>>> send(
      HttpRequest request, Duration patience) throws IOException, InterruptedException {
    // Not HttpRequest.timeout: from some JDK on, that is for the body too.
    CompletableFuture<HttpResponse<Flow.Publisher<List<ByteBuffer>>>> response =
        client.sendAsync(request, HttpResponse.BodyHandlers.ofPublisher());
    try {
      return response.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      response.cancel(true);
      throw new IOException("no answer for " + Chunks.seconds(patience), e);
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case IOException failure -> throw failure;
        case RuntimeException failure -> throw failure;
        default -> throw new IOException(e.getCause());
      }
    }
  }

  private static URI redirected(URI from, HttpHeaders headers) {
    String location = headers.firstValue("location").orElse("");
    URI to;
    try {
      to = from.resolve(location);
    } catch (IllegalArgumentException e) {
      throw new UserException(from + " sends to what is no address", e);
    }
    if (location.isEmpty() || !Destination.mayRedirect(from, to)) {
      throw new UserException(
          from
              + " sends to "
              + (location.isEmpty() ? "nowhere" : to.getScheme() + "://" + to.getHost())
              + ", which is not followed: only https to https is, without a password");
    }
    return to;
  }

  private static Duration retryAfter(HttpHeaders headers) {
    return headers
        .firstValue("retry-after")
        .filter(value -> value.matches("\\d{1,6}"))
        .map(value -> Duration.ofSeconds(Long.parseLong(value)))
        .orElse(Duration.ZERO);
  }

  @Override
  public void close() {
    client.shutdownNow();
    client.close();
  }
}
