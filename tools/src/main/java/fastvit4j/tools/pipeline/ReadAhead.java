package fastvit4j.tools.pipeline;

import fastvit4j.model.image.Picture;
import java.nio.file.Path;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicReference;

/** A picture that is read and decoded on a thread of its own while a network is opened. */
public final class ReadAhead {
  private final Path file;
  private final AtomicReference<FutureTask<Picture>> picture;

  private ReadAhead(Path file, FutureTask<Picture> picture) {
    this.file = file;
    this.picture = new AtomicReference<>(picture);
  }

  /** Starts to read a file; what is wrong with it is said when it is wanted. */
  public static ReadAhead start(Path file) {
    FutureTask<Picture> picture = new FutureTask<>(() -> Picture.read(file));
    Thread.ofPlatform().daemon().name("read-ahead").start(picture);
    return new ReadAhead(file, picture);
  }

  /**
   * The picture in a file. What was read ahead is given away once, so that nothing keeps it.
   *
   * @throws fastvit4j.model.image.ImageException as {@link Picture#read(Path)}
   */
  Picture read(Path wanted) {
    FutureTask<Picture> ahead = wanted.equals(file) ? picture.getAndSet(null) : null;
    return ahead == null ? Picture.read(wanted) : Futures.take(ahead);
  }
}
