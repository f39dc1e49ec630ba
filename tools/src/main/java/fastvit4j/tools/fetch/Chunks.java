package fastvit4j.tools.fetch;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A response's body, chunk by chunk, of which at most one waits here. */
final class Chunks implements Flow.Subscriber<List<ByteBuffer>>, AutoCloseable {
  private sealed interface Signal {}

  private record Next(List<ByteBuffer> buffers) implements Signal {}

  private record End(Throwable failure) implements Signal {}

  private final BlockingQueue<Signal> signals = new LinkedBlockingQueue<>();
  private volatile Flow.Subscription subscription;

  /**
   * The next bytes, or null at the body's end.
   *
   * @throws IOException if the connection breaks or nothing comes for so long
   */
  List<ByteBuffer> next(Duration patience) throws IOException, InterruptedException {
    return switch (signals.poll(patience.toMillis(), TimeUnit.MILLISECONDS)) {
      case null -> throw new IOException("nothing came for " + seconds(patience));
      case Next next -> {
        subscription.request(1);
        yield next.buffers;
      }
      case End end when end.failure == null -> null;
      case End end -> throw new IOException(reason(end.failure), end.failure);
    };
  }

  static String seconds(Duration duration) {
    return duration.toMillis() / 1000.0 + " s";
  }

  private static String reason(Throwable failure) {
    return failure.getMessage() == null ? failure.toString() : failure.getMessage();
  }

  @Override
  public void onSubscribe(Flow.Subscription s) {
    subscription = s;
    s.request(1);
  }

  @Override
  public void onNext(List<ByteBuffer> buffers) {
    signals.add(new Next(buffers));
  }

  @Override
  public void onError(Throwable failure) {
    signals.add(new End(failure));
  }

  @Override
  public void onComplete() {
    signals.add(new End(null));
  }

  /** Gives the connection up if the body is not at its end. */
  @Override
  public void close() {
    if (subscription != null) {
      subscription.cancel();
    }
  }
}
