package fastvit4j.tools.pipeline;

import fastvit4j.model.image.Picture;
import java.nio.file.Path;
import java.util.concurrent.FutureTask;

/** A picture that is read and decoded on a thread of its own while a network is opened. */
public final class ReadAhead {
  private final Path file;
  private final FutureTask<Picture> picture;

  private ReadAhead(Path file) {
    this.file = file;
    this.picture = new FutureTask<>(() -> Picture.read(file));
  }

  /** Starts to read a file; what is wrong with it is said when it is wanted. */
  public static ReadAhead start(Path file) {
    ReadAhead ahead = new ReadAhead(file);
    Thread.ofPlatform().daemon().name("read-ahead").start(ahead.picture);
    return ahead;
  }

  /**
   * The picture in a file.
   *
   * @throws fastvit4j.model.image.ImageException as {@link Picture#read(Path)}
   */
  Picture read(Path wanted) {
    return wanted.equals(file) ? Futures.take(picture) : Picture.read(wanted);
  }
}
