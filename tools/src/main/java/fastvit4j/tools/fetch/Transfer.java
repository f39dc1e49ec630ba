package fastvit4j.tools.fetch;

import fastvit4j.model.UserException;
import fastvit4j.model.io.Text;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import javax.net.ssl.SSLException;

/**
 * One file's way from a server into a part file, with as many requests as it takes: after a stall,
 * a broken connection or a server's passing trouble the next request asks for the rest.
 *
 * <p>What is asked for is {@code Range: bytes=N-} with {@code If-Range}, so that a file that has
 * changed meanwhile comes whole, and only where the server named a validator; what came before a
 * crash or Ctrl-C is used in the same way.
 */
final class Transfer {
  /** No checkpoint is larger: a body without an end is not waited for. */
  private static final long MOST_BYTES = 64L << 30;

  private static final int MOST_REQUESTS = 200;

  private final Server server;
  private final Patience patience;
  private final Listener listener;
  private final URI url;
  private final PartFile part;
  private final OptionalLong expected;
  private boolean mayResume = true;

  /** Is told how it goes. */
  interface Listener {
    /** So many bytes are there, of so many, or of -1 where that is not known. */
    void at(long bytes, long total);

    /** A request failed, and the next one follows after the wait. */
    void retrying(String reason, Duration wait);
  }

  Transfer(
      Server server,
      Patience patience,
      Listener listener,
      URI url,
      Path part,
      OptionalLong expected) {
    this.server = server;
    this.patience = patience;
    this.listener = listener;
    this.url = url;
    this.part = new PartFile(part, url);
    this.expected = expected;
  }

  /** Takes nothing of what an earlier transfer left. */
  Transfer fromTheBeginning() {
    mayResume = false;
    return this;
  }

  /**
   * Runs to the file's end.
   *
   * @return whether the file came in several parts, perhaps of an earlier transfer
   * @throws NetworkException if the network or the server fails for good
   * @throws UserException if the address is wrong or the disk takes no more
   */
  boolean run() throws InterruptedException {
    boolean resumed = mayResume && part.length() > 0;
    int failures = 0;
    for (int request = 1; ; request++) {
      long before = mayResume ? part.length() : 0;
      try {
        request(before);
        return resumed;
      } catch (IOException e) {
        failures = part.length() > before ? 1 : failures + 1;
        if (failures > patience.retries()
            || request >= MOST_REQUESTS
            || e instanceof SSLException) {
          throw new NetworkException(
              url
                  + " did not come: "
                  + Reason.of(e)
                  + "; what is there is kept for the next try (is there a proxy, to be named in"
                  + " https_proxy?)",
              e);
        }
        Duration wait = patience.before(failures - 1);
        if (e instanceof Server.Busy busy && busy.after().compareTo(wait) > 0) {
          wait = busy.after().compareTo(patience.longestPause()) < 0 ? busy.after() : wait;
        }
        listener.retrying(Reason.of(e), wait);
        Thread.sleep(wait);
      }
      mayResume = true;
      resumed |= part.length() > 0;
    }
  }

  private void request(long have) throws IOException, InterruptedException {
    String validator = part.validator();
    boolean partial = have > 0 && validator != null;
    try (Server.Answer answer = server.get(url, partial ? have : 0, validator, patience.stall())) {
      if (partial && answer.status() == Server.RANGE_NOT_SATISFIABLE) {
        if (answer.totalOfRange() == have) {
          return;
        }
        part.clear();
        throw new IOException("the server has no rest of the file");
      }
      boolean rest = answer.status() == Server.PARTIAL;
      if (rest && !(partial && answer.startOfRange() == have)) {
        part.clear();
        throw new IOException("the server sent another part of the file than was asked for");
      }
      long total = rest ? answer.totalOfRange() : answer.length();
      check(total);
      if (!rest) {
        have = 0;
        part.begin(answer.validator());
      }
      room(total - have);
      receive(answer.body(), have, total);
    }
  }

  private void receive(Chunks body, long have, long total)
      throws IOException, InterruptedException {
    long position = have;
    try (FileChannel channel = part.open(have)) {
      listener.at(position, total);
      while (true) {
        List<ByteBuffer> buffers = body.next(patience.stall());
        if (buffers == null) {
          break;
        }
        for (ByteBuffer buffer : buffers) {
          position += buffer.remaining();
          if (position > (total >= 0 ? total : expected.orElse(MOST_BYTES))) {
            throw new UserException(url + " sends more than it should: is it the right address?");
          }
          part.append(channel, buffer);
        }
        listener.at(position, total);
      }
      part.force(channel);
    }
    if (total >= 0 && position < total) {
      throw new IOException("it ended after " + position + " of " + total + " bytes");
    }
  }

  private void check(long total) {
    if (total >= 0 && expected.isPresent() && total != expected.getAsLong()) {
      throw new UserException(
          url
              + " has "
              + total
              + " bytes, not "
              + expected.getAsLong()
              + " as the registry says: it is another file, and was not downloaded");
    }
  }

  private void room(long bytes) throws IOException {
    long free = Files.getFileStore(part.path()).getUsableSpace();
    if (bytes > free) {
      throw new UserException(
          "%s needs %,d bytes more and %s has %,d free: free some space, or name another place with"
                  .formatted(url, bytes, part.path().toAbsolutePath().getParent(), free)
              + " --cache or FASTVIT_CACHE");
    }
  }

  /** What a failure is, for people. */
  static final class Reason {
    private Reason() {}

    static String of(IOException e) {
      return switch (e) {
        case java.net.http.HttpConnectTimeoutException _ -> "no connection in time";
        case java.net.ConnectException c
            when c.getCause() instanceof java.net.ConnectException inner
                && inner.getCause() instanceof java.nio.channels.UnresolvedAddressException ->
            "the host's name is not known here";
        case java.net.ConnectException c when c.getMessage() == null -> "no connection";
        default -> Text.oneLine(e.getMessage() == null ? e.toString() : e.getMessage());
      };
    }
  }

  /** Opens a part file for writing at a position, cutting off what is behind it. */
  static FileChannel openAt(Path file, long position) throws IOException {
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    channel.truncate(position);
    channel.position(position);
    return channel;
  }
}
